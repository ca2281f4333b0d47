/** Questions to the other side, each with its answer; one that does not come in time is an error. */
import type { Asks, ReplyMessage, ViewMessage } from './types';

/** A kernel that is busy with a cell answers when the cell has ended. */
const PATIENCE_MS = 20_000;

export interface Found<T> {
  found: T;
  bytes: Uint8Array;
}

interface Waiting {
  resolve: (found: Found<unknown>) => void;
  reject: (error: Error) => void;
  timer: number;
}

export class Asking {
  readonly #send: (content: ViewMessage) => void;
  readonly #waiting = new Map<number, Waiting>();
  #last = Math.floor(Math.random() * 1e9); // several views may share one way

  constructor(send: (content: ViewMessage) => void) {
    this.#send = send;
  }

  /** Rejects with what the other side says, or when it does not answer. */
  ask<What extends keyof Asks>(what: What, given: Asks[What][0]): Promise<Found<Asks[What][1]>> {
    const id = ++this.#last;
    const answer = new Promise<Found<unknown>>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error('No answer: kernel or server is busy, or gone.'));
      }, PATIENCE_MS);
      this.#waiting.set(id, { resolve, reject, timer });
    });
    this.#send({ kind: 'ask', id, what, ...given } as ViewMessage);
    return answer as Promise<Found<Asks[What][1]>>;
  }

  take(reply: ReplyMessage, buffers: readonly DataView[]): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) {
      return;
    }
    this.#waiting.delete(reply.id);
    clearTimeout(waiting.timer);
    const [view] = buffers;
    const bytes = view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array();
    if (reply.ok) {
      waiting.resolve({ found: reply.found, bytes });
    } else {
      waiting.reject(new Error(reply.text ?? 'not found'));
    }
  }

  dispose(): void {
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error('The view was closed.'));
    }
    this.#waiting.clear();
  }
}
