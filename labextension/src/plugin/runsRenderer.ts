/** The output of a loop: the table of its runs, each of which opens to its own view. */
import { element } from '../widget/dom';
import { LiveRenderer } from './liveRenderer';
import { type Surroundings, mountServed } from './served';
import { TableSocket } from './tableSocket';

export const RUNS_MIME = 'application/vnd.runcfg.runs+json';

export class RunsRenderer extends LiveRenderer {
  #runIds: readonly string[] = [];
  #table: TableSocket | null = null;

  constructor(around: Surroundings) {
    super(around, RUNS_MIME);
  }

  /** A loop that is the same with more runs in it: rows that were opened stay open. */
  protected goesOn(data: unknown): boolean {
    const runIds = runIdsOf(data);
    const [first] = runIds;
    if (first === undefined || first !== this.#runIds[0]) {
      return false;
    }
    this.#runIds = runIds;
    this.#table?.ask(runIds);
    return true;
  }

  protected begins(data: unknown): boolean {
    this.#runIds = runIdsOf(data);
    return this.#runIds.length > 0;
  }

  protected async mount(place: () => HTMLElement, signal: AbortSignal): Promise<boolean> {
    const table = new TableSocket(this.#runIds, this.around.settings, signal);
    this.#table = table;
    const [found, view] = await Promise.all([table.found, import('../runs/view')]);
    if (!found || signal.aborted) {
      return false;
    }
    view.mountRuns(table, this.#open, place(), signal);
    return true;
  }

  #open = (runId: string, place: HTMLElement, signal: AbortSignal): void => {
    place.replaceChildren();
    const below = () => {
      const one = element('div', '');
      place.append(one);
      return one;
    };
    const show = (next: string) => {
      void mountServed({ runId: next, note: '' }, this.around, signal, below, show).then(found => {
        if (!found && !signal.aborted) {
          below().textContent = 'The record of this run is no longer on the server.';
        }
      });
    };
    show(runId);
  };
}

function runIdsOf(data: unknown): readonly string[] {
  const known = typeof data === 'object' && data !== null && 'run_ids' in data && 'version' in data;
  if (!known || data.version !== 1 || !Array.isArray(data.run_ids)) {
    return [];
  }
  return data.run_ids.filter(name => typeof name === 'string');
}
