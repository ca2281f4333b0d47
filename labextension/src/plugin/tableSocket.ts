/** A loop's table from the server: a whole one at each change. */
import type { ServerConnection } from '@jupyterlab/services';
import type { Note, Source, Table } from '../runs/types';
import { LastingSocket } from './lasting';
import { openTable } from './request';

/** Goes on through lost connections and restarts of the server, until its signal aborts. */
export class TableSocket implements Source {
  table: Table = { counts: '', settings: [], metrics: [], rows: [], notes: [] };
  readonly #socket: LastingSocket;
  readonly #listeners = new Set<() => void>();
  #runIds: readonly string[];
  #notes: Note[];

  /** `notes`: what the kernel told of them; the server does not know it. */
  constructor(
    runIds: readonly string[],
    notes: Note[],
    settings: ServerConnection.ISettings,
    signal: AbortSignal
  ) {
    this.#runIds = runIds;
    this.#notes = notes;
    this.#socket = new LastingSocket(
      {
        open: () => openTable(settings),
        runId: () => this.#runIds[0] ?? '',
        opened: () => {
          this.ask(this.#runIds, this.#notes);
        },
        message: event => {
          this.#take(JSON.parse(event.data as string) as Table);
        }
      },
      settings,
      signal
    );
  }

  /** Whether the server has one of the runs; stays open while the server cannot be asked. */
  get found(): Promise<boolean> {
    return this.#socket.found;
  }

  /** From now on of these runs: the loop has grown. */
  ask(runIds: readonly string[], notes: Note[]): void {
    this.#runIds = runIds;
    this.#notes = notes;
    this.#socket.send({ run_ids: runIds });
  }

  subscribe(changed: () => void, signal: AbortSignal): void {
    this.#listeners.add(changed);
    signal.addEventListener('abort', () => {
      this.#listeners.delete(changed);
    });
  }

  #take(table: Table): void {
    this.table = { ...table, notes: this.#notes };
    this.#socket.confirm();
    for (const changed of this.#listeners) {
      changed();
    }
  }
}
