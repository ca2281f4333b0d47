/** Everything that arrived for one model; its views come and go and draw from here. */
import { Asking } from './asking';
import { Feed, POINT, type Sink } from './feed';
import { LineStore } from './lines';
import { RankLog } from './rank';
import { Series } from './series';
import {
  type BatchMessage,
  type MediaItem,
  type RunInfo,
  type RunSummary,
  type SeriesName,
  type ViewMessage,
  isKernelMessage
} from './types';

/** The part of anywidget's model that is used here. */
export interface Model {
  get(key: 'run'): RunInfo;
  send(content: ViewMessage): void;
  on(event: 'msg:custom', callback: (content: unknown, buffers: DataView[]) => void): void;
  off(event: 'msg:custom', callback: (content: unknown, buffers: DataView[]) => void): void;
}

/** A log that a view can show. */
export interface LogSource {
  readonly lines: LineStore;
  /** Bytes that were left out before what is there. */
  readonly skippedBytes: number;
  /** Its name among the files of the run. */
  readonly path: string;
  /** Gets what was left out. */
  reload(): void;
}

/** A question or its answer may be lost while a page opens: it is asked again, ever more slowly. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** The kernel may be busy with a cell, and then it hears nothing before the cell's end. */
const BUSY_AFTER_MS = 3_000;

export class Session implements Sink, LogSource {
  readonly info: RunInfo;
  readonly lines = new LineStore();
  readonly path = 'logs/std_log.txt';
  readonly metrics: Series[] = [];
  readonly usage: Series[] = [];
  readonly asking: Asking;
  summary: RunSummary;
  warnings: string[] = [];
  media: MediaItem[] = [];
  ranks = 1;
  skippedBytes = 0;
  cancelling = false;
  notice = '';
  /** When the kernel last said something, by this page's clock. */
  heardAt = performance.now();
  /** When the summary came: its durations go on from there. */
  summaryAt = performance.now();
  readonly #series: Series[] = [];
  readonly #rankLogs = new Map<number, RankLog>();
  readonly #views = new Set<() => void>();
  readonly #model: Model;
  readonly #feed: Feed;
  #retry = 0;
  #unanswered = 0;

  constructor(model: Model) {
    this.#model = model;
    this.info = model.get('run');
    this.summary = this.info.summary;
    this.asking = new Asking(content => {
      model.send(content);
    });
    this.#feed = new Feed(this, (log, point, whole) => {
      model.send(whole ? { kind: 'replay', log, point, whole } : { kind: 'replay', log, point });
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
    clearTimeout(this.#unanswered);
    this.#unanswered = setTimeout(() => {
      if (!this.summary.is_terminal) {
        this.notice = 'The kernel is busy; the cancel is taken when its cell ends.';
        this.changed();
      }
    }, BUSY_AFTER_MS);
    this.changed();
  }

  /** Says something in the head of the views. */
  tell(notice: string): void {
    this.notice = notice;
    this.changed();
  }

  /** The log of a process; the first one's comes with the batches, another one's is asked for. */
  logOf(rank: number): LogSource & { follow?: (signal: AbortSignal) => void } {
    if (rank === 0) {
      return this;
    }
    const log = this.#rankLogs.get(rank) ?? new RankLog(this, rank);
    this.#rankLogs.set(rank, log);
    return log;
  }

  reload(): void {
    this.lines.clear();
    this.skippedBytes = 0;
    this.#feed.reload();
    this.changed();
  }

  dispose(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#unanswered);
    this.asking.dispose();
    this.#model.off('msg:custom', this.#heard);
  }

  status(summary: RunSummary): void {
    this.summary = summary;
    this.summaryAt = performance.now();
  }

  log(bytes: Uint8Array): void {
    this.lines.push(bytes);
  }

  skipped(bytes: number): void {
    this.skippedBytes += bytes;
    this.lines.gap();
  }

  names(names: SeriesName[]): void {
    for (const [kind, name] of names.slice(this.#series.length)) {
      const series = new Series(name);
      this.#series.push(series);
      (kind === 'usage' ? this.usage : this.metrics).push(series);
    }
  }

  points(points: Float64Array): void {
    for (let i = 0; i + POINT <= points.length; i += POINT) {
      const [x, t, y] = [points[i + 1] ?? NaN, points[i + 2] ?? NaN, points[i + 3] ?? NaN];
      this.#series[points[i] ?? 0]?.push(x, t, y);
    }
  }

  facts({ ranks, warnings, media }: BatchMessage): void {
    this.ranks = ranks ?? this.ranks;
    this.warnings = warnings ?? this.warnings;
    this.media = media ?? this.media;
  }

  changed(): void {
    for (const view of this.#views) {
      view();
    }
  }

  #heard = (content: unknown, buffers: DataView[]): void => {
    if (!isKernelMessage(content)) {
      return;
    }
    this.heardAt = performance.now();
    if (content.kind === 'batch') {
      this.#feed.take(content, buffers);
    } else if (content.kind === 'reply') {
      this.asking.take(content, buffers);
    } else if (content.to === 'cancel') {
      clearTimeout(this.#unanswered);
      this.cancelling = content.ok; // the button tells it, and soon the status does
      this.notice = content.ok ? '' : content.text;
    } else {
      this.notice = content.text;
    }
    this.changed();
  };

  #askAgain(delay: number): void {
    this.#retry = setTimeout(() => {
      if (this.#feed.waiting) {
        this.#feed.replay();
      }
      this.#askAgain(this.#feed.waiting ? Math.min(2 * delay, MAX_RETRY_MS) : RETRY_MS);
    }, delay);
  }
}
