/** The output of a loop: the table of its runs, each of which opens to its own view. */
import { element } from '../widget/dom';
import { LiveRenderer } from './liveRenderer';
import { NOTHING, type Surroundings, mountServed } from './served';
import type { Told } from './socket';
import { TableSocket } from './tableSocket';
import { textsOf } from './texts';
import type { Note } from '../runs/types';

export const RUNS_MIME = 'application/vnd.runcfg.runs+json';

/** What an output names: the runs, and what was said when they were submitted. */
interface NamedRuns {
  runIds: string[];
  notes: Note[];
  /** By run id. */
  earlier: Record<string, unknown>;
}

export class RunsRenderer extends LiveRenderer {
  #named: NamedRuns = namedBy(null);
  #table: TableSocket | null = null;

  constructor(around: Surroundings) {
    super(around, RUNS_MIME);
  }

  /** A loop that is the same with more runs in it: rows that were opened stay open. */
  protected goesOn(data: unknown): boolean {
    const named = namedBy(data);
    const [first] = named.runIds;
    if (first === undefined || first !== this.#named.runIds[0]) {
      return false;
    }
    this.#named = named;
    this.#table?.ask(named.runIds, named.notes);
    return true;
  }

  protected begins(data: unknown): boolean {
    this.#named = namedBy(data);
    return this.#named.runIds.length > 0;
  }

  protected async mount(place: () => HTMLElement, signal: AbortSignal): Promise<boolean> {
    const table = new TableSocket(this.#named.runIds, this.#named.notes, this.around.settings, signal);
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
    const show = (next: string, told = NOTHING) => {
      void mountServed({ runId: next, told }, this.around, signal, below, show).then(found => {
        if (!found && !signal.aborted) {
          below().textContent = 'The record of this run is no longer on the server.';
        }
      });
    };
    show(runId, toldOf(this.#named, runId));
  };
}

function toldOf({ notes, earlier }: NamedRuns, runId: string): Told {
  const mine = notes.filter(({ run_ids }) => run_ids.length === 0 || run_ids.includes(runId));
  return { note: mine.map(({ text }) => text).join(' · '), earlier: textsOf(earlier[runId]) };
}

function namedBy(data: unknown): NamedRuns {
  const { version, run_ids, notes, earlier } = (data ?? {}) as Record<string, unknown>;
  const isKnown = version === 1;
  return {
    runIds: isKnown ? textsOf(run_ids) : [],
    notes: isKnown && Array.isArray(notes) ? notes.map(noteOf) : [],
    earlier: typeof earlier === 'object' && earlier ? { ...earlier } : {}
  };
}

function noteOf(data: unknown): Note {
  const { text, run_ids } = (data ?? {}) as Record<string, unknown>;
  return { text: typeof text === 'string' ? text : '', run_ids: textsOf(run_ids) };
}
