/** The output of a run. */
import { LiveRenderer } from './liveRenderer';
import { type Surroundings, mountServed } from './served';

export const RUN_MIME = 'application/vnd.runcfg.run+json';

export class RunRenderer extends LiveRenderer {
  #runId = '';

  constructor(around: Surroundings) {
    super(around, RUN_MIME);
  }

  protected goesOn(data: unknown): boolean {
    return runIdOf(data) === this.#runId;
  }

  protected begins(data: unknown): boolean {
    this.#runId = runIdOf(data);
    return this.#runId !== '';
  }

  protected mount(place: () => HTMLElement, signal: AbortSignal): Promise<boolean> {
    const next = (runId: string) => {
      let added: HTMLElement | undefined;
      const below = () => (added = this.addPlace());
      void mountServed(runId, this.around, signal, below, next).then(() => {
        added?.scrollIntoView({ block: 'nearest' });
      });
    };
    return mountServed(this.#runId, this.around, signal, place, next);
  }
}

function runIdOf(data: unknown): string {
  const known = typeof data === 'object' && data !== null && 'run_id' in data && 'version' in data;
  return known && data.version === 1 && typeof data.run_id === 'string' ? data.run_id : '';
}
