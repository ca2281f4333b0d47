/** A loop's table from the server: a whole one at each change. */
import type { ServerConnection } from '@jupyterlab/services';
import type { Source, Table } from '../runs/types';
import { LastingSocket } from './lasting';
import { openTable } from './request';

/** Goes on through lost connections and restarts of the server, until its signal aborts. */
export class TableSocket implements Source {
  table: Table = { counts: '', settings: [], metrics: [], rows: [] };
  readonly #socket: LastingSocket;
  readonly #listeners = new Set<() => void>();
  #runIds: readonly string[];

  constructor(runIds: readonly string[], settings: ServerConnection.ISettings, signal: AbortSignal) {
    this.#runIds = runIds;
    this.#socket = new LastingSocket(
      {
        open: () => openTable(settings),
        runId: () => this.#runIds[0] ?? '',
        opened: () => {
          this.ask(this.#runIds);
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
  ask(runIds: readonly string[]): void {
    this.#runIds = runIds;
    this.#socket.send({ run_ids: runIds });
  }

  subscribe(changed: () => void, signal: AbortSignal): void {
    this.#listeners.add(changed);
    signal.addEventListener('abort', () => {
      this.#listeners.delete(changed);
    });
  }

  #take(table: Table): void {
    this.table = table;
    this.#socket.confirm();
    for (const changed of this.#listeners) {
      changed();
    }
  }
}
