/** The points of one series, bounded in memory, and reduced to what a chart of some width can show. */

/** Above this the older points are merged two by two into their minimum and maximum. */
const MAX_POINTS = 200_000;

export type ChartData = [x: number[], y: (number | null)[]];
/** `step`: the x that was logged; `time`: seconds since `origin`. */
export type Axis = 'step' | 'time';

export interface Wanted {
  axis: Axis;
  /** Unix seconds where the axis of time begins. */
  origin: number;
  /** 0: none; towards 1 the more. */
  smoothing: number;
  buckets: number;
  /** Only what is between these, and one point on each side. */
  range?: [low: number, high: number] | undefined;
}

export class Series {
  readonly name: string;
  #x: number[] = [];
  #t: number[] = [];
  #y: number[] = [];
  #sorted = true;
  #last = NaN;
  #seen = 0;
  #first = Infinity;

  constructor(name: string) {
    this.name = name;
  }

  get length(): number {
    return this.#x.length;
  }

  /** Points that came in, kept or merged: tells whether a chart is up to date. */
  get seen(): number {
    return this.#seen;
  }

  /** The value that came last, wherever its x is. */
  get last(): number {
    return this.#last;
  }

  /** Unix seconds of its first point. */
  get began(): number {
    return this.#first;
  }

  push(x: number, t: number, y: number): void {
    if (this.#x.length > 0 && x < (this.#x[this.#x.length - 1] ?? x)) {
      this.#sorted = false;
    }
    this.#x.push(x);
    this.#t.push(t);
    this.#y.push(y);
    this.#last = y;
    this.#seen++;
    this.#first = Math.min(this.#first, t);
    if (this.#x.length > MAX_POINTS) {
      this.#merge();
    }
  }

  /** Points by ascending x, at most four for each of `buckets` pixels: first, lowest, highest, last. */
  data({ axis, origin, smoothing, buckets, range }: Wanted): ChartData {
    if (!this.#sorted) {
      this.#reorder(this.#x);
    }
    let [x, y] = [this.#x, this.#y];
    if (axis === 'time') {
      [x, y] = byTime(this.#t, this.#y, origin);
    }
    if (smoothing > 0) {
      y = smooth(y, smoothing);
    }
    if (range) {
      const from = Math.max(0, firstFrom(x, range[0]) - 1);
      const to = Math.min(x.length, firstFrom(x, range[1]) + 2);
      [x, y] = [x.slice(from, to), y.slice(from, to)];
    }
    return decimate(x, y, buckets);
  }

  #merge(): void {
    if (!this.#sorted) {
      this.#reorder(this.#x);
    }
    const kept = chosen(this.#y, MAX_POINTS / 8);
    const pick = (from: number[]) => kept.map(index => from[index] ?? NaN);
    [this.#x, this.#t, this.#y] = [pick(this.#x), pick(this.#t), pick(this.#y)];
  }

  #reorder(key: readonly number[]): void {
    const order = ordered(key);
    const pick = (from: number[]) => order.map(index => from[index] ?? NaN);
    [this.#x, this.#t, this.#y] = [pick(this.#x), pick(this.#t), pick(this.#y)];
    this.#sorted = true;
  }
}

function ordered(key: readonly number[]): number[] {
  return key.map((_, index) => index).sort((a, b) => (key[a] ?? 0) - (key[b] ?? 0));
}

function byTime(t: readonly number[], y: number[], origin: number): [number[], number[]] {
  const x = t.map(moment => moment - origin);
  if (x.every((moment, index) => index === 0 || moment >= (x[index - 1] ?? 0))) {
    return [x, y];
  }
  const order = ordered(x);
  return [order.map(index => x[index] ?? 0), order.map(index => y[index] ?? NaN)];
}

/** The first index whose x is not below `low`. */
function firstFrom(x: readonly number[], low: number): number {
  let [start, end] = [0, x.length];
  while (start < end) {
    const middle = (start + end) >> 1;
    if ((x[middle] ?? 0) < low) {
      start = middle + 1;
    } else {
      end = middle;
    }
  }
  return start;
}

/** An exponential moving average, without the pull of its start towards zero; what is no number stays so. */
export function smooth(y: readonly number[], weight: number): number[] {
  let mean = 0;
  let power = 1;
  return y.map(value => {
    if (!Number.isFinite(value)) {
      return value;
    }
    mean = mean * weight + (1 - weight) * value;
    power *= weight;
    return mean / (1 - power);
  });
}

/** Keeps every peak: a plain every-n-th choice would hide the spikes that people look for. */
export function decimate(x: readonly number[], y: readonly number[], buckets: number): ChartData {
  const outX: number[] = [];
  const outY: (number | null)[] = [];
  for (const index of chosen(y, buckets)) {
    const value = y[index] ?? NaN;
    outX.push(x[index] ?? 0);
    outY.push(Number.isFinite(value) ? value : null);
  }
  return [outX, outY];
}

function chosen(y: readonly number[], buckets: number): number[] {
  const count = y.length;
  if (count <= buckets * 4) {
    return y.map((_, index) => index);
  }
  const kept: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * count) / buckets);
    const end = Math.floor(((bucket + 1) * count) / buckets);
    kept.push(...corners(y, start, end));
  }
  return kept;
}

/** First, lowest, highest and last of a range, in order and without doubles. */
function corners(y: readonly number[], start: number, end: number): Set<number> {
  let low = start;
  let high = start;
  for (let index = start; index < end; index++) {
    const value = y[index] ?? NaN;
    if (!(value >= (y[low] ?? NaN))) {
      low = Number.isFinite(value) ? index : low;
    }
    if (!(value <= (y[high] ?? NaN))) {
      high = Number.isFinite(value) ? index : high;
    }
  }
  return new Set([start, Math.min(low, high), Math.max(low, high), end - 1]);
}
