/** The wire of a loop's table (jupyter_runcfg/view/loop.py), and the kernel's widget of it (…/notebook/loop.py). */

export interface Row {
  run_id: string;
  label: string;
  settings: string[];
  status: string;
  cause: string;
  /** Seconds of running when this was sent; null before it started. */
  elapsed: number | null;
  is_terminal: boolean;
  metrics: string[];
}

/** What was told at submitting, and of which runs; of all where none is named. */
export interface Note {
  text: string;
  run_ids: string[];
}

export interface Table {
  counts: string;
  settings: string[];
  metrics: string[];
  rows: Row[];
  notes: Note[];
}

/** Where a table comes from: a kernel or the server. */
export interface Source {
  readonly table: Table;
  /** Calls `changed` at each new table until the signal aborts. */
  subscribe(changed: () => void, signal: AbortSignal): void;
}

/** Shows a run in `place`, below its row that was opened, until the signal aborts. */
export type Opener = (runId: string, place: HTMLElement, signal: AbortSignal) => void;

/** The views of opened rows: the model of a run's live view, or the picture of one that has ended. */
export type Opened = Record<string, { model_id: string } | { html: string }>;

export interface Model {
  get(name: 'table'): Table;
  get(name: 'opened'): Opened;
  on(name: 'change:table' | 'change:opened', changed: () => void): void;
  off(name: 'change:table' | 'change:opened', changed: () => void): void;
  send(content: unknown): void;
  widget_manager: {
    get_model(id: string): Promise<unknown>;
    create_view(model: unknown): Promise<View>;
  };
}

/** A widget's view, as the managers of Jupyter make it. */
export interface View {
  el: HTMLElement;
  luminoWidget?: { node: HTMLElement };
  trigger(name: string): void;
  remove(): void;
}
