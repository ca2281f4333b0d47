/** Finds lines: all that are kept, a slice of time at a time, and those that come later. */
import { plainText } from './ansi';
import type { LineStore } from './lines';
import type { Range } from './span';

const MOST_RANGES = 200;

export interface Query {
  text: string;
  matchCase: boolean;
  isRegex: boolean;
}

export class Search {
  /** Changes with the query and the current place: what is painted is painted again. */
  version = 0;
  error = '';
  #query: Query = { text: '', matchCase: false, isRegex: false };
  #pattern: RegExp | null = null;
  #found: number[] = [];
  /** The last line, while it is not complete, if it matches. */
  #tail = -1;
  #scanned = 0;
  #current = -1;
  #lines: LineStore | null = null;
  #generation = 0;

  get isOn(): boolean {
    return this.#query.text !== '';
  }

  get total(): number {
    return this.#found.length + (this.#tail >= 0 ? 1 : 0);
  }

  /** The number of the line that was stepped to; −1 before. */
  get currentLine(): number {
    return this.#current;
  }

  /** Which of the lines found that is, from 1. */
  get place(): number {
    return this.#current < 0 ? 0 : this.#indexFrom(this.#current) + 1;
  }

  set(query: Query): void {
    this.#query = query;
    this.#pattern = null;
    this.error = '';
    if (query.text) {
      const source = query.isRegex ? query.text : query.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      try {
        this.#pattern = new RegExp(source, query.matchCase ? 'g' : 'gi');
      } catch (error) {
        this.error = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
      }
    }
    this.#restart();
  }

  /** Looks on for some milliseconds. True when all lines were looked at. */
  scan(lines: LineStore, budgetMs: number): boolean {
    if (lines !== this.#lines || lines.generation !== this.#generation) {
      [this.#lines, this.#generation] = [lines, lines.generation];
      this.#restart();
    }
    if (!this.#pattern) {
      return true;
    }
    const { dropped, complete } = lines;
    this.#forget(dropped);
    const deadline = performance.now() + budgetMs;
    for (let number = Math.max(this.#scanned, dropped); number < dropped + complete; number++) {
      if (this.#matches(lines.at(number - dropped).text)) {
        this.#found.push(number);
      }
      this.#scanned = number + 1;
      if (number % 256 === 0 && performance.now() > deadline) {
        return false;
      }
    }
    const isOpen = lines.length > complete && this.#matches(lines.at(complete).text);
    this.#tail = isOpen ? dropped + complete : -1;
    return true;
  }

  /** Steps to the next line found (1) or the one before (−1), round the ends; returns its number, or −1. */
  step(direction: 1 | -1, from: number): number {
    if (this.total === 0) {
      return -1;
    }
    const start = this.#current < 0 ? from : this.#current + (direction > 0 ? 1 : 0);
    const next = this.#indexFrom(start) - (direction > 0 ? 0 : 1);
    this.#current = this.#at((next + this.total) % this.total);
    this.version++;
    return this.#current;
  }

  /** Where in the text of a line, without its escapes, it was found. */
  ranges(line: string): Range[] {
    if (!this.#pattern) {
      return [];
    }
    const ranges: Range[] = [];
    this.#pattern.lastIndex = 0;
    for (const match of plainText(line).matchAll(this.#pattern)) {
      if (match[0]) {
        ranges.push([match.index, match.index + match[0].length]);
      }
      if (ranges.length >= MOST_RANGES) {
        break;
      }
    }
    return ranges;
  }

  #matches(line: string): boolean {
    const { text } = this.#query;
    if (!this.#query.isRegex && this.#query.matchCase && !line.includes('\x1b')) {
      return line.includes(text);
    }
    if (this.#pattern) {
      this.#pattern.lastIndex = 0;
    }
    return this.#pattern?.test(plainText(line)) ?? false;
  }

  #at(index: number): number {
    return this.#found[index] ?? this.#tail;
  }

  /** The first of the lines found whose number is not below this one; their count when there is none. */
  #indexFrom(number: number): number {
    let [low, high] = [0, this.total];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#at(middle) < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  #forget(dropped: number): void {
    if ((this.#found[0] ?? dropped) < dropped) {
      this.#found.splice(0, this.#indexFrom(dropped));
    }
    if (this.#current >= 0 && this.#current < dropped) {
      this.#current = -1;
    }
  }

  #restart(): void {
    this.#found = [];
    this.#tail = this.#current = -1;
    this.#scanned = 0;
    this.version++;
  }
}
