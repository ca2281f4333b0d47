/** The output of a run. */
import { goToCell } from './cell';
import { LiveRenderer } from './liveRenderer';
import { NOTHING, type Named, type Surroundings, mountServed } from './served';
import { textsOf } from './texts';

export const RUN_MIME = 'application/vnd.runcfg.run+json';

export class RunRenderer extends LiveRenderer {
  #named: Named = { runId: '', told: NOTHING };

  constructor(around: Surroundings) {
    super(around, RUN_MIME);
  }

  protected goesOn(data: unknown): boolean {
    return namedBy(data).runId === this.#named.runId;
  }

  protected begins(data: unknown): boolean {
    this.#named = namedBy(data);
    return this.#named.runId !== '';
  }

  protected mount(place: () => HTMLElement, signal: AbortSignal): Promise<boolean> {
    const next = (runId: string) => {
      let added: HTMLElement | undefined;
      const below = () => (added = this.addPlace());
      void mountServed({ runId, told: NOTHING }, this.around, signal, below, next).then(() => {
        added?.scrollIntoView({ block: 'nearest' });
      });
    };
    const cell = (line: number, text: string) => goToCell(this, line, text);
    return mountServed(this.#named, this.around, signal, place, next, cell);
  }
}

function namedBy(data: unknown): Named {
  const { version, run_id, note, earlier } = (data ?? {}) as Record<string, unknown>;
  return {
    runId: version === 1 && typeof run_id === 'string' ? run_id : '',
    told: { note: typeof note === 'string' ? note : '', earlier: textsOf(earlier) }
  };
}
