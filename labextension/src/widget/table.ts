/** Rows in a table that sorts by a click on a column's head; every cell is text. */
import { button, element, setText } from './dom';
import { count, value } from './format';

export type Cell = string | number | boolean | null | undefined;

const MAX_SHOWN = 200;
const MAX_COLUMNS = 60;

export class Table {
  readonly node = element('div', 'runcfg-table-frame');
  readonly #head = element('tr', '');
  readonly #body = element('tbody', '');
  readonly #more = element('p', 'runcfg-empty');
  readonly #signal: AbortSignal;
  #columns: string[] = [];
  #rows: Cell[][] = [];
  #total = 0;
  #by = -1;
  #descending = false;

  constructor(label: string, signal: AbortSignal) {
    this.#signal = signal;
    const table = element('table', 'runcfg-table');
    const top = element('thead', '');
    table.setAttribute('aria-label', label);
    top.append(this.#head);
    table.append(top, this.#body);
    this.node.tabIndex = 0;
    this.node.append(table, this.#more);
  }

  /** `total`: how many rows there are, of which these are the ones that are here. */
  show(columns: string[], rows: Cell[][], total: number): void {
    const names = columns.slice(0, MAX_COLUMNS);
    if (JSON.stringify(names) !== JSON.stringify(this.#columns)) {
      this.#columns = names;
      this.#head.replaceChildren(...names.map((name, place) => this.#headOf(name, place)));
    }
    this.#rows = rows;
    this.#total = total;
    this.#paint();
  }

  #headOf(name: string, place: number): HTMLElement {
    const cell = element('th', '');
    cell.scope = 'col';
    const sort = () => {
      this.#descending = place === this.#by && !this.#descending;
      this.#by = place;
      this.#paint();
    };
    cell.append(button(name, `Sort by ${name}`, this.#signal, sort, 'runcfg-sort'));
    return cell;
  }

  /** The heads stay: one that was pressed keeps the focus. */
  #paint(): void {
    this.#columns.forEach((name, place) => {
      const cell = this.#head.children[place] as HTMLElement;
      const isBy = place === this.#by;
      cell.setAttribute('aria-sort', isBy ? (this.#descending ? 'descending' : 'ascending') : 'none');
      const mark = isBy ? (this.#descending ? ' ↓' : ' ↑') : '';
      setText(cell.firstElementChild as HTMLElement, `${name}${mark}`);
    });
    const sorted = this.#sorted();
    this.#body.replaceChildren(...sorted.slice(0, MAX_SHOWN).map(row => this.#row(row)));
    const shown = Math.min(sorted.length, MAX_SHOWN);
    setText(this.#more, shown < this.#total ? `${count(shown)} of ${count(this.#total)} rows` : '');
    this.#more.hidden = !this.#more.textContent;
  }

  #row(row: readonly Cell[]): HTMLElement {
    const node = element('tr', '');
    this.#columns.forEach((_, place) => {
      const cell = row[place];
      const isNumber = typeof cell === 'number';
      const text = isNumber ? value(cell) : cell === null || cell === undefined ? '' : String(cell);
      node.append(element('td', isNumber ? 'runcfg-number' : '', text));
    });
    return node;
  }

  #sorted(): Cell[][] {
    if (this.#by < 0) {
      return this.#rows;
    }
    const sign = this.#descending ? -1 : 1;
    return [...this.#rows].sort((a, b) => sign * compare(a[this.#by], b[this.#by]));
  }
}

/** Numbers by their value, also those that are written in a text; then texts; then what is empty. */
export function compare(a: Cell, b: Cell): number {
  const [isA, isB] = [isEmpty(a), isEmpty(b)];
  if (isA || isB) {
    return Number(isA) - Number(isB);
  }
  const [x, y] = [Number(a), Number(b)];
  if (Number.isFinite(x) && Number.isFinite(y)) {
    return x - y;
  }
  return String(a).localeCompare(String(b));
}

function isEmpty(cell: Cell): boolean {
  return cell === null || cell === undefined || cell === '';
}

/** The rows of CSV or TSV text: quotes may hold separators, ends of lines and doubled quotes. */
export function parseCsv(text: string, separator: string, most: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let isQuoted = false;
  for (let at = 0; at < text.length && rows.length < most; at++) {
    const letter = text[at] ?? '';
    if (isQuoted) {
      if (letter !== '"') {
        field += letter;
      } else if (text[at + 1] === '"') {
        field += '"';
        at++;
      } else {
        isQuoted = false;
      }
    } else if (letter === '"' && field === '') {
      isQuoted = true;
    } else if (letter === separator || letter === '\n') {
      row.push(field.replace(/\r$/, ''));
      field = '';
      if (letter === '\n') {
        rows.push(row);
        row = [];
      }
    } else {
      field += letter;
    }
  }
  if (rows.length < most && (field || row.length > 0)) {
    rows.push([...row, field]);
  }
  return rows;
}
