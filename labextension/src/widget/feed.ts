/** The offset protocol: batches may come twice, late or not at all, and the sink still gets each byte once. */
import type { BatchMessage, RunSummary, SeriesName } from './types';

export interface Sink {
  log(bytes: Uint8Array): void;
  /** That many bytes of the log are not sent. */
  skipped(bytes: number): void;
  names(names: SeriesName[]): void;
  /** Four numbers each: series, x, unix seconds, value. */
  points(points: Float64Array): void;
  status(summary: RunSummary): void;
  /** Ranks, warnings, media: each only when it changed. */
  facts(batch: BatchMessage): void;
}

export const POINT = 4;

export class Feed {
  #log = 0;
  #point = 0;
  #names = 0;
  #asked = false;
  readonly #sink: Sink;
  readonly #ask: (log: number, point: number, whole?: boolean) => void;

  constructor(sink: Sink, ask: (log: number, point: number, whole?: boolean) => void) {
    this.#sink = sink;
    this.#ask = ask;
  }

  /** A replay was asked for and has not come. */
  get waiting(): boolean {
    return this.#asked;
  }

  /** Begins the log anew, with all that was left out of it. */
  reload(): void {
    this.#log = 0;
    this.#asked = true;
    this.#ask(0, this.#point, true);
  }

  /** Asks for everything from where this feed stands; batches are sent unasked too, so some may be lost. */
  replay(): void {
    this.#asked = true;
    this.#ask(this.#log, this.#point);
  }

  take(batch: BatchMessage, buffers: readonly DataView[]): void {
    if (batch.summary) {
      this.#sink.status(batch.summary);
    }
    this.#sink.facts(batch);
    if (batch.names && batch.names.length > this.#names) {
      this.#names = batch.names.length;
      this.#sink.names(batch.names);
    }
    const whole = [this.#takeLog(batch, buffers[0]), this.#takePoints(batch, buffers[1])];
    if (whole.every(Boolean)) {
      this.#asked = false;
    } else if (!this.#asked) {
      this.replay();
    }
  }

  #takeLog(batch: BatchMessage, buffer: DataView | undefined): boolean {
    const [start, end] = batch.log;
    if (start > this.#log) {
      if (!batch.skip) {
        return false;
      }
      this.#sink.skipped(start - this.#log);
      this.#log = start;
    }
    if (end > this.#log && buffer) {
      const from = this.#log - start;
      this.#log = end;
      this.#sink.log(new Uint8Array(buffer.buffer, buffer.byteOffset + from, end - start - from));
    }
    return true;
  }

  #takePoints(batch: BatchMessage, buffer: DataView | undefined): boolean {
    const [start, end] = batch.points;
    if (start > this.#point) {
      return false;
    }
    if (end > this.#point && buffer) {
      // copied: a buffer's offset need not be a multiple of 8
      const from = buffer.byteOffset + (this.#point - start) * POINT * 8;
      const points = new Float64Array(
        buffer.buffer.slice(from, buffer.byteOffset + (end - start) * POINT * 8)
      );
      for (let i = 0; i < points.length; i += POINT) {
        if ((points[i] ?? 0) >= this.#names) {
          return false;
        }
      }
      this.#point = end;
      this.#sink.points(points);
    }
    return true;
  }
}
