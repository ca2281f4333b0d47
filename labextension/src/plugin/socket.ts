/** A run's messages from the server's stream: what anywidget's model is elsewhere. */
import type { ServerConnection } from '@jupyterlab/services';
import type { Model } from '../widget/session';
import type { AnswerMessage, RunInfo, ViewMessage } from '../widget/types';
import { unpack } from './frame';
import { LastingSocket } from './lasting';
import { cancelRun, openStream } from './request';

/** What the output of a cell knows of its submission. */
export type Told = Pick<RunInfo, 'note' | 'earlier'>;

type Listener = (content: unknown, buffers: DataView[]) => void;

/** Goes on through lost connections and restarts of the server, until its signal aborts. */
export class RunSocket implements Model {
  readonly #runId: string;
  readonly #told: Told;
  readonly #settings: ServerConnection.ISettings;
  readonly #listeners = new Set<Listener>();
  readonly #socket: LastingSocket;
  #info: RunInfo | null = null;
  #root = '';

  /** `told`: what the kernel said when it submitted the run; the record does not know it. */
  constructor(runId: string, told: Told, settings: ServerConnection.ISettings, signal: AbortSignal) {
    this.#runId = runId;
    this.#told = told;
    this.#settings = settings;
    this.#socket = new LastingSocket(
      {
        open: () => openStream(runId, settings),
        runId: () => runId,
        message: event => {
          this.#take(event.data as ArrayBuffer);
        },
        gone: () => {
          this.#answer('feed', false, 'The record of this run is no longer on the server.');
        }
      },
      settings,
      signal
    );
  }

  /** Whether the server has the run; stays open while the server cannot be asked. */
  get found(): Promise<boolean> {
    return this.#socket.found;
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
    } else {
      this.#socket.send(content);
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

  #take(bytes: ArrayBuffer): void {
    const { content, buffers } = unpack(bytes);
    if (isInfo(content)) {
      if (this.#info) {
        // a new stream knows nothing of what came before; what comes twice is left out by the view
        this.send({ kind: 'replay', log: 0, point: 0 });
      } else {
        this.#info = { ...content.run, ...this.#told };
        this.#root = content.root;
      }
      this.#socket.confirm();
      return;
    }
    for (const listener of this.#listeners) {
      listener(content, buffers);
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
