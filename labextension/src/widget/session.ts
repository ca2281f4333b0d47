/** Everything that arrived for one model; its views come and go and draw from here. */
import { Feed, type Sink } from './feed';
import { LineStore } from './lines';
import { Series } from './series';
import { type RunInfo, type RunSummary, type ViewMessage, isKernelMessage } from './types';

/** The part of anywidget's model that is used here. */
export interface Model {
  get(key: 'run'): RunInfo;
  send(content: ViewMessage): void;
  on(event: 'msg:custom', callback: (content: unknown, buffers: DataView[]) => void): void;
  off(event: 'msg:custom', callback: (content: unknown, buffers: DataView[]) => void): void;
}

/** A question or its answer may be lost while a page opens: it is asked again, ever more slowly. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** The kernel may be busy with a cell, and then it hears nothing before the cell's end. */
const BUSY_AFTER_MS = 3_000;

export class Session implements Sink {
  readonly info: RunInfo;
  readonly lines = new LineStore();
  readonly series: Series[] = [];
  summary: RunSummary;
  skippedBytes = 0;
  cancelling = false;
  notice = '';
  /** When the kernel last said something, by this page's clock. */
  heardAt = performance.now();
  readonly #views = new Set<() => void>();
  readonly #model: Model;
  readonly #feed: Feed;
  #retry = 0;

  constructor(model: Model) {
    this.#model = model;
    this.info = model.get('run');
    this.summary = this.info.summary;
    this.#feed = new Feed(this, (log, point) => {
      model.send({ kind: 'replay', log, point });
    });
    model.on('msg:custom', this.#heard);
    this.#feed.replay();
    this.#askAgain(RETRY_MS);
  }

  /** Calls back when something changed, until the signal aborts. */
  subscribe(changed: () => void, signal: AbortSignal): void {
    this.#views.add(changed);
    signal.addEventListener('abort', () => this.#views.delete(changed));
  }

  cancel(): void {
    this.cancelling = true;
    this.notice = '';
    this.#model.send({ kind: 'cancel' });
    setTimeout(() => {
      if (this.cancelling && !this.notice && !this.summary.is_terminal) {
        this.notice = 'The kernel is busy; the cancel is taken when its cell ends.';
        this.#changed();
      }
    }, BUSY_AFTER_MS);
    this.#changed();
  }

  dispose(): void {
    clearTimeout(this.#retry);
    this.#model.off('msg:custom', this.#heard);
  }

  status(summary: RunSummary): void {
    this.summary = summary;
  }

  log(bytes: Uint8Array): void {
    this.lines.push(bytes);
  }

  skipped(bytes: number): void {
    this.skippedBytes += bytes;
    this.lines.gap();
  }

  names(names: string[]): void {
    for (const name of names.slice(this.series.length)) {
      this.series.push(new Series(name));
    }
  }

  points(triples: Float64Array): void {
    for (let i = 0; i + 2 < triples.length; i += 3) {
      this.series[triples[i] ?? 0]?.push(triples[i + 1] ?? NaN, triples[i + 2] ?? NaN);
    }
  }

  #heard = (content: unknown, buffers: DataView[]): void => {
    if (!isKernelMessage(content)) {
      return;
    }
    this.heardAt = performance.now();
    if (content.kind === 'batch') {
      this.#feed.take(content, buffers);
    } else {
      this.notice = content.text;
      if (content.to === 'cancel' && !content.ok) {
        this.cancelling = false;
      }
    }
    this.#changed();
  };

  #askAgain(delay: number): void {
    this.#retry = setTimeout(() => {
      if (this.#feed.waiting) {
        this.#feed.replay();
      }
      this.#askAgain(this.#feed.waiting ? Math.min(2 * delay, MAX_RETRY_MS) : RETRY_MS);
    }, delay);
  }

  #changed(): void {
    for (const view of this.#views) {
      view();
    }
  }
}
