/** Where each line of a log is, in rows of one height, also when long lines take several. */
import { plainText } from './ansi';
import type { LineStore } from './lines';

export class Geometry {
  #columns = 0;
  #lines: LineStore | null = null;
  #generation = 0;
  #dropped = 0;
  /** Rows before each complete line, and behind the last one. */
  #tops: number[] = [0];

  /** Takes in what came and went; `columns` characters fit into a row, 0: lines are not wrapped. */
  update(lines: LineStore, columns: number): void {
    const isOther = lines !== this.#lines || lines.generation !== this.#generation;
    if (isOther || columns !== this.#columns) {
      [this.#lines, this.#generation, this.#columns] = [lines, lines.generation, columns];
      this.#dropped = lines.dropped;
      this.#tops = [0];
    }
    if (columns === 0) {
      return;
    }
    const gone = Math.min(lines.dropped - this.#dropped, this.#tops.length - 1);
    this.#dropped = lines.dropped;
    if (gone > 0) {
      const first = this.#tops[gone] ?? 0;
      this.#tops = this.#tops.slice(gone).map(top => top - first);
    }
    for (let index = this.#tops.length - 1; index < lines.complete; index++) {
      this.#tops.push((this.#tops[index] ?? 0) + this.#guess(lines.at(index).text));
    }
  }

  /** How many rows all lines take. */
  get rows(): number {
    return this.topOf(this.#lines?.length ?? 0);
  }

  /** The row at which a line begins. */
  topOf(index: number): number {
    if (this.#columns === 0) {
      return index;
    }
    const last = this.#tops.length - 1;
    const top = this.#tops[Math.min(index, last)] ?? 0;
    return index <= last ? top : top + this.#guess(this.#lines?.at(last).text ?? '');
  }

  /** The line that is at a row. */
  lineAt(row: number): number {
    if (this.#columns === 0) {
      return Math.max(0, Math.floor(row));
    }
    let [low, high] = [0, Math.max(0, (this.#lines?.length ?? 0) - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.topOf(middle) <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The browser shows a line in so many rows: wide letters and tabs are not guessed. True if it was wrong. */
  correct(index: number, rows: number): boolean {
    const more = rows - (this.topOf(index + 1) - this.topOf(index));
    if (this.#columns === 0 || more === 0 || index >= this.#tops.length - 1) {
      return false;
    }
    for (let next = index + 1; next < this.#tops.length; next++) {
      this.#tops[next] = (this.#tops[next] ?? 0) + more;
    }
    return true;
  }

  #guess(text: string): number {
    if (text.length <= this.#columns) {
      return 1;
    }
    return Math.max(1, Math.ceil(plainText(text).length / this.#columns));
  }
}
