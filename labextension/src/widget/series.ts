/** The points of one metric, bounded in memory, and reduced to what a chart of some width can show. */

/** Above this the older points are merged two by two into their minimum and maximum. */
const MAX_POINTS = 200_000;

export type ChartData = [x: number[], y: (number | null)[]];

export class Series {
  readonly name: string;
  #x: number[] = [];
  #y: number[] = [];
  #sorted = true;
  #last = NaN;
  #seen = 0;

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

  push(x: number, y: number): void {
    if (this.#x.length > 0 && x < (this.#x[this.#x.length - 1] ?? x)) {
      this.#sorted = false;
    }
    this.#x.push(x);
    this.#y.push(y);
    this.#last = y;
    this.#seen++;
    if (this.#x.length > MAX_POINTS) {
      this.#merge();
    }
  }

  /** Points by ascending x, at most four for each of `buckets` pixels: first, lowest, highest, last. */
  data(buckets: number): ChartData {
    if (!this.#sorted) {
      this.#sort();
    }
    return decimate(this.#x, this.#y, buckets);
  }

  #merge(): void {
    if (!this.#sorted) {
      this.#sort();
    }
    const [x, y] = decimate(this.#x, this.#y, MAX_POINTS / 8);
    this.#x = x;
    this.#y = y.map(value => value ?? NaN);
  }

  #sort(): void {
    const order = this.#x.map((_, index) => index);
    order.sort((a, b) => (this.#x[a] ?? 0) - (this.#x[b] ?? 0));
    this.#x = order.map(index => this.#x[index] ?? 0);
    this.#y = order.map(index => this.#y[index] ?? NaN);
    this.#sorted = true;
  }
}

/** Keeps every peak: a plain every-n-th choice would hide the spikes that people look for. */
export function decimate(x: readonly number[], y: readonly number[], buckets: number): ChartData {
  const count = x.length;
  const outX: number[] = [];
  const outY: (number | null)[] = [];
  const put = (index: number) => {
    const value = y[index] ?? NaN;
    outX.push(x[index] ?? 0);
    outY.push(Number.isFinite(value) ? value : null);
  };
  if (count <= buckets * 4) {
    for (let index = 0; index < count; index++) {
      put(index);
    }
    return [outX, outY];
  }
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * count) / buckets);
    const end = Math.floor(((bucket + 1) * count) / buckets);
    for (const index of corners(y, start, end)) {
      put(index);
    }
  }
  return [outX, outY];
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
