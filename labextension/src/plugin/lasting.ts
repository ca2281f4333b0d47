/** A WebSocket to the server extension that is opened again when it was lost, until a signal aborts. */
import type { ServerConnection } from '@jupyterlab/services';
import { NOT_FOUND, hasRun } from './request';

const RETRY_MS = 500;
const MAX_RETRY_MS = 15_000;

/** What one socket is for. */
export interface Talk {
  readonly open: () => WebSocket;
  /** A run that the server has if it has what the socket is for. */
  readonly runId: () => string;
  /** Each time it is open. */
  readonly opened?: () => void;
  readonly message: (event: MessageEvent) => void;
  /** The server says that it has no such run. */
  readonly gone?: () => void;
}

export class LastingSocket {
  /** Whether the server has what it is for; stays open while the server cannot be asked. */
  readonly found: Promise<boolean>;
  readonly #talk: Talk;
  readonly #settings: ServerConnection.ISettings;
  readonly #signal: AbortSignal;
  #socket: WebSocket | null = null;
  #retry = RETRY_MS;
  #isConfirmed = false;
  #tell: (found: boolean) => void = () => undefined;

  constructor(talk: Talk, settings: ServerConnection.ISettings, signal: AbortSignal) {
    this.#talk = talk;
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

  /** Does nothing while the connection is lost. */
  send(content: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(content));
    }
  }

  /** To be called at an answer that shows that the server has it. */
  confirm(): void {
    this.#retry = RETRY_MS;
    this.#isConfirmed = true;
    this.#tell(true);
  }

  #connect(): void {
    if (this.#signal.aborted) {
      return;
    }
    const socket = this.#talk.open();
    this.#socket = socket;
    socket.onopen = () => {
      this.#talk.opened?.();
    };
    socket.onmessage = this.#talk.message;
    socket.onclose = event => {
      void this.#lost(event.code);
    };
  }

  async #lost(code: number): Promise<void> {
    if (this.#signal.aborted) {
      return;
    }
    if (code === NOT_FOUND) {
      this.#tell(false);
      this.#talk.gone?.();
      return;
    }
    if (!this.#isConfirmed && !(await this.#mayBeThere())) {
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
      return await hasRun(this.#talk.runId(), this.#settings);
    } catch {
      return true;
    }
  }
}
