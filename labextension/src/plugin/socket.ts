/** A run's messages from the server's stream: what anywidget's model is elsewhere. */
import type { ServerConnection } from '@jupyterlab/services';
import type { Model } from '../widget/session';
import type { AnswerMessage, RunInfo, ViewMessage } from '../widget/types';
import { unpack } from './frame';
import { NOT_FOUND, cancelRun, hasRun, openStream } from './request';

type Listener = (content: unknown, buffers: DataView[]) => void;

const RETRY_MS = 500;
const MAX_RETRY_MS = 15_000;

/** Goes on through lost connections and restarts of the server, until its signal aborts. */
export class RunSocket implements Model {
  readonly #runId: string;
  readonly #note: string;
  readonly #settings: ServerConnection.ISettings;
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<Listener>();
  readonly #opened: (found: boolean) => void;
  #socket: WebSocket | null = null;
  #info: RunInfo | null = null;
  #root = '';
  #retry = RETRY_MS;
  /** Whether the server has the run; stays open while the server cannot be asked. */
  readonly found: Promise<boolean>;

  /** `note`: what the kernel said when it submitted the run; the record does not know it. */
  constructor(runId: string, note: string, settings: ServerConnection.ISettings, signal: AbortSignal) {
    this.#runId = runId;
    this.#note = note;
    this.#settings = settings;
    this.#signal = signal;
    let opened: (found: boolean) => void = () => undefined;
    this.found = new Promise(resolve => {
      opened = resolve;
    });
    this.#opened = opened;
    signal.addEventListener('abort', () => {
      this.#socket?.close();
      opened(false);
    });
    this.#connect();
  }

  /** The directory that the server's paths are below; empty where it shows no files of the run's machine. */
  get root(): string {
    return this.#root;
  }

  get(): RunInfo {
    if (!this.#info) {
      throw new Error(`${this.#runId} is asked for before it was found`);
    }
    return this.#info;
  }

  on(_event: 'msg:custom', callback: Listener): void {
    this.#listeners.add(callback);
  }

  off(_event: 'msg:custom', callback: Listener): void {
    this.#listeners.delete(callback);
  }

  send(content: ViewMessage): void {
    if (content.kind === 'cancel') {
      void this.#cancel();
    } else if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(content));
    }
  }

  async #cancel(): Promise<void> {
    try {
      await cancelRun(this.#runId, this.#settings);
      this.#answer('cancel', true, 'cancel asked');
    } catch (error) {
      this.#answer(
        'cancel',
        false,
        `not cancelled: ${error instanceof Error ? error.message : String(error)}`
      );
    }
  }

  #connect(): void {
    if (this.#signal.aborted) {
      return;
    }
    const socket = openStream(this.#runId, this.#settings);
    this.#socket = socket;
    socket.onmessage = event => {
      this.#take(event.data as ArrayBuffer);
    };
    socket.onclose = event => {
      void this.#lost(event.code);
    };
  }

  #take(bytes: ArrayBuffer): void {
    const { content, buffers } = unpack(bytes);
    if (isInfo(content)) {
      this.#retry = RETRY_MS;
      if (this.#info) {
        // a new stream knows nothing of what came before; what comes twice is left out by the view
        this.send({ kind: 'replay', log: 0, point: 0 });
      } else {
        this.#info = { ...content.run, note: content.run.note || this.#note };
        this.#root = content.root;
        this.#opened(true);
      }
      return;
    }
    for (const listener of this.#listeners) {
      listener(content, buffers);
    }
  }

  async #lost(code: number): Promise<void> {
    if (this.#signal.aborted) {
      return;
    }
    if (code === NOT_FOUND) {
      this.#opened(false);
      this.#answer('feed', false, 'The record of this run is no longer on the server.');
      return;
    }
    if (!this.#info && !(await this.#mayBeThere())) {
      this.#opened(false);
      return;
    }
    setTimeout(() => {
      this.#connect();
    }, this.#retry);
    this.#retry = Math.min(2 * this.#retry, MAX_RETRY_MS);
  }

  /** A refused stream does not say why: a server without the extension answers, one that is down does not. */
  async #mayBeThere(): Promise<boolean> {
    try {
      return await hasRun(this.#runId, this.#settings);
    } catch {
      return true;
    }
  }

  #answer(to: AnswerMessage['to'], ok: boolean, text: string): void {
    const message: AnswerMessage = { kind: 'answer', to, ok, text };
    for (const listener of this.#listeners) {
      listener(message, []);
    }
  }
}

interface InfoMessage {
  kind: 'info';
  run: RunInfo;
  root: string;
}

function isInfo(content: unknown): content is InfoMessage {
  return typeof content === 'object' && content !== null && 'kind' in content && content.kind === 'info';
}
