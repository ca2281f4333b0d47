/** A box that scrolls through a log: only the rows in sight are in the page, however long it is. */
import { type Style, parseLine } from './ansi';
import { element } from './dom';
import { Geometry } from './geometry';
import type { LineStore } from './lines';
import type { Search } from './search';
import { spanNodes } from './span';

const ROW_PX = 18;
const PADDING_PX = 8;
const SIDE_PX = 12;
const MAX_ROWS = 18;
/** Few: the ruler must be no wider than the box. */
const RULER_CHARS = 10;
const MARGIN_ROWS = 12;
/** Browsers cannot make a box higher than some 17 million pixels: above this, scrolling is scaled. */
const MAX_PX = 12_000_000;

interface Row {
  node: HTMLElement;
  text: string;
  style: Style;
  marks: number;
}

export class Rows {
  readonly node = element('div', 'runcfg-log');
  follow = true;
  wrap = false;
  readonly #spacer = element('div', 'runcfg-log-spacer');
  readonly #rows = element('div', 'runcfg-log-rows');
  readonly #ruler = element('span', 'runcfg-ruler', 'm'.repeat(RULER_CHARS));
  readonly #shown = new Map<number, Row>();
  readonly #geometry = new Geometry();
  readonly #search: Search;
  #lines: LineStore;
  #generation = 0;
  #dropped = 0;
  #height = 0;
  #set = -1;

  constructor(lines: LineStore, search: Search, signal: AbortSignal, moved: () => void) {
    this.#lines = lines;
    this.#search = search;
    this.node.tabIndex = 0;
    this.node.setAttribute('role', 'log');
    this.node.setAttribute('aria-live', 'off'); // thousands of lines a second are not for reading out
    this.node.append(this.#spacer, this.#rows, this.#ruler);
    this.node.addEventListener(
      'scroll',
      () => {
        // what we scrolled ourselves is no wish of the reader's
        if (Math.abs(this.node.scrollTop - this.#set) > 1) {
          this.follow = this.atEnd;
        }
        moved();
      },
      { passive: true, signal }
    );
    const resize = new ResizeObserver(moved);
    resize.observe(this.node);
    signal.addEventListener('abort', () => {
      resize.disconnect();
    });
  }

  get atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.node;
    return scrollHeight - scrollTop - clientHeight < ROW_PX * 1.5;
  }

  show(lines: LineStore): void {
    this.#lines = lines;
    this.#dropped = lines.dropped;
    this.follow = true;
    this.#clear();
  }

  paint(): void {
    this.node.classList.toggle('runcfg-mod-wrap', this.wrap);
    if (this.#lines.generation !== this.#generation) {
      this.#generation = this.#lines.generation;
      this.#dropped = this.#lines.dropped;
      this.#clear();
    }
    this.#keepPlace();
    this.#geometry.update(this.#lines, this.wrap ? this.#columns() : 0);
    this.#paintFrame();
    if (this.follow && !this.#selecting()) {
      this.#scrollTo(this.#physical);
    }
    this.#paintRows();
    if (this.wrap && this.#measure()) {
      this.#paintFrame();
      if (this.follow && !this.#selecting()) {
        this.#scrollTo(this.#physical);
      }
      this.#paintRows();
    }
  }

  /** Brings a line into sight, by its number. */
  reveal(number: number): void {
    const index = number - this.#lines.dropped;
    this.follow = false;
    this.#geometry.update(this.#lines, this.wrap ? this.#columns() : 0);
    const top = this.#geometry.topOf(index) * ROW_PX + PADDING_PX;
    const { clientHeight } = this.node;
    const above = this.#virtualTop();
    if (top < above || top + ROW_PX > above + clientHeight) {
      const wanted = Math.max(0, top - clientHeight / 3);
      this.#scrollTo(wanted / this.#scale());
    }
    this.#shown.forEach(row => (row.marks = -1));
  }

  /** The number of the first line in sight. */
  get firstInSight(): number {
    return this.#geometry.lineAt(this.#virtualTop() / ROW_PX) + this.#lines.dropped;
  }

  /** When old lines went away above it, what somebody reads stays where it is. */
  #keepPlace(): void {
    const gone = this.#lines.dropped - this.#dropped;
    this.#dropped = this.#lines.dropped;
    if (gone > 0 && !this.follow) {
      this.#scrollTo(this.node.scrollTop - (this.#geometry.topOf(gone) * ROW_PX) / this.#scale());
    }
  }

  #scrollTo(top: number): void {
    this.node.scrollTop = top;
    this.#set = this.node.scrollTop;
  }

  get #virtual(): number {
    return this.#geometry.rows * ROW_PX + 2 * PADDING_PX;
  }

  get #physical(): number {
    return Math.min(MAX_PX, this.#virtual);
  }

  /** Pixels of the log for one of the scroll bar. */
  #scale(): number {
    const { clientHeight } = this.node;
    const [virtual, physical] = [this.#virtual - clientHeight, this.#physical - clientHeight];
    return this.#virtual > MAX_PX ? virtual / Math.max(1, physical) : 1;
  }

  #virtualTop(): number {
    return this.node.scrollTop * this.#scale();
  }

  #paintFrame(): void {
    const rows = Math.min(MAX_ROWS, Math.max(1, this.#geometry.rows));
    const height = rows * ROW_PX + 2 * PADDING_PX + 2;
    if (this.#height < height) {
      this.#height = height; // grows with the first lines, never shrinks under the reader
      this.node.style.height = `${height}px`;
    }
    this.#spacer.style.height = `${this.#physical}px`;
  }

  #paintRows(): void {
    const inView = (this.node.clientHeight || MAX_ROWS * ROW_PX) / ROW_PX;
    const top = this.#virtualTop();
    const first = Math.max(0, this.#geometry.lineAt(top / ROW_PX - MARGIN_ROWS));
    const last = this.#geometry.lineAt(top / ROW_PX + inView + MARGIN_ROWS);
    const end = Math.min(this.#lines.length, last + 1);
    const dropped = this.#lines.dropped;
    for (const [number, { node }] of this.#shown) {
      if (number < first + dropped || number >= end + dropped) {
        node.remove();
        this.#shown.delete(number);
      }
    }
    for (let index = first; index < end; index++) {
      const row = this.#paintRow(index, index + dropped);
      const at = this.#geometry.topOf(index) * ROW_PX + PADDING_PX;
      row.node.style.top = `${at - top + this.node.scrollTop}px`;
    }
  }

  /** Rows are kept by their line's number: a selection in them survives new lines. */
  #paintRow(index: number, number: number): Row {
    const { text, style } = this.#lines.at(index);
    const marks = this.#search.version;
    let row = this.#shown.get(number);
    if (row?.text !== text || row.style !== style || row.marks !== marks) {
      const node = row?.node ?? element('div', 'runcfg-line');
      node.replaceChildren(...spanNodes(parseLine(text, style).spans, this.#search.ranges(text)));
      node.classList.toggle('runcfg-mod-current', this.#search.currentLine === number);
      if (!row) {
        this.#rows.append(node);
      }
      row = { node, text, style, marks };
      this.#shown.set(number, row);
    }
    return row;
  }

  /** What the browser made of the rows that are there. True if some are not as high as was guessed. */
  #measure(): boolean {
    let isOther = false;
    const dropped = this.#lines.dropped;
    const first = this.firstInSight - dropped;
    const before = this.#geometry.topOf(first);
    for (const [number, { node }] of this.#shown) {
      const rows = Math.max(1, Math.round(node.offsetHeight / ROW_PX));
      isOther = this.#geometry.correct(number - dropped, rows) || isOther;
    }
    const moved = this.#geometry.topOf(first) - before;
    if (moved !== 0 && !this.follow) {
      this.#scrollTo(this.node.scrollTop + (moved * ROW_PX) / this.#scale());
    }
    return isOther;
  }

  #columns(): number {
    const width = this.#ruler.getBoundingClientRect().width / RULER_CHARS || 7;
    return Math.max(10, Math.floor((this.node.clientWidth - 2 * SIDE_PX) / width));
  }

  #clear(): void {
    this.#rows.replaceChildren();
    this.#shown.clear();
  }

  #selecting(): boolean {
    const selection = getSelection();
    return !!selection && !selection.isCollapsed && this.#rows.contains(selection.anchorNode);
  }
}
