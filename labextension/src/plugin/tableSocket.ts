/** A loop's table from the server: a whole one at each change. */
import type { ServerConnection } from '@jupyterlab/services';
import type { Source, Table } from '../runs/types';
import { NOT_FOUND, hasRun, openTable } from './request';

const RETRY_MS = 500;
const MAX_RETRY_MS = 15_000;

/** Goes on through lost connections and restarts of the server, until its signal aborts. */
export class TableSocket implements Source {
  table: Table = { counts: '', settings: [], metrics: [], rows: [] };
  /** Whether the server has one of the runs; stays open while the server cannot be asked. */
  readonly found: Promise<boolean>;
  readonly #settings: ServerConnection.ISettings;
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<() => void>();
  #runIds: readonly string[];
  #socket: WebSocket | null = null;
  #retry = RETRY_MS;
  #tell: (found: boolean) => void = () => undefined;

  constructor(runIds: readonly string[], settings: ServerConnection.ISettings, signal: AbortSignal) {
    this.#runIds = runIds;
    this.#settings = settings;
    this.#signal = signal;
    this.found = new Promise(resolve => {
      this.#tell = resolve;
    });
    signal.addEventListener('abort', () => {
      this.#socket?.close();
      this.#tell(false);
    });
    this.#connect();
  }

  /** From now on of these runs: the loop has grown. */
  ask(runIds: readonly string[]): void {
    this.#runIds = runIds;
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ run_ids: runIds }));
    }
  }

  subscribe(changed: () => void, signal: AbortSignal): void {
    this.#listeners.add(changed);
    signal.addEventListener('abort', () => {
      this.#listeners.delete(changed);
    });
  }

  #connect(): void {
    if (this.#signal.aborted) {
      return;
    }
    const socket = openTable(this.#settings);
    this.#socket = socket;
    socket.onopen = () => {
      this.ask(this.#runIds);
    };
    socket.onmessage = event => {
      this.#retry = RETRY_MS;
      this.table = JSON.parse(event.data as string) as Table;
      this.#tell(true);
      for (const changed of this.#listeners) {
        changed();
      }
    };
    socket.onclose = event => {
      void this.#lost(event.code);
    };
  }

  async #lost(code: number): Promise<void> {
    if (this.#signal.aborted) {
      return;
    }
    if (code === NOT_FOUND || (this.table.rows.length === 0 && !(await this.#mayBeThere()))) {
      this.#tell(false);
      return;
    }
    setTimeout(() => {
      this.#connect();
    }, this.#retry);
    this.#retry = Math.min(2 * this.#retry, MAX_RETRY_MS);
  }

  /** A refused socket does not say why: a server without the extension answers, one that is down does not. */
  async #mayBeThere(): Promise<boolean> {
    try {
      return await hasRun(this.#runIds[0] ?? '', this.#settings);
    } catch {
      return true;
    }
  }
}
