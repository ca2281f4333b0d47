/** What is under the pointer of a chart. */
import { element, setText } from './dom';

export class Tooltip {
  readonly node = element('div', 'runcfg-tooltip');
  readonly #head = element('div', 'runcfg-tooltip-head');
  readonly #rows: [HTMLElement, HTMLElement, HTMLElement][] = [];

  constructor() {
    this.node.hidden = true;
    this.node.append(this.#head);
  }

  /** `rows`: name, value, the place of its colour. */
  show(left: number, width: number, head: string, rows: [string, string, number][]): void {
    setText(this.#head, head);
    rows.forEach(([name, text, place], index) => {
      const [row, label, number] = this.#rows[index] ?? this.#add(place);
      setText(label, name);
      setText(number, text);
      row.hidden = false;
    });
    this.node.hidden = left < 0;
    const isRight = left > width / 2;
    this.node.style.left = isRight ? '' : `${left + 12}px`;
    this.node.style.right = isRight ? `${width - left + 12}px` : '';
  }

  hide(): void {
    this.node.hidden = true;
  }

  #add(place: number): [HTMLElement, HTMLElement, HTMLElement] {
    const row = element('div', 'runcfg-tooltip-row');
    const swatch = element('span', 'runcfg-swatch');
    swatch.style.background = `var(--runcfg-series-${place})`;
    const [label, number] = [element('span', 'runcfg-metric'), element('span', 'runcfg-value')];
    row.append(swatch, label, number);
    this.node.append(row);
    const made: [HTMLElement, HTMLElement, HTMLElement] = [row, label, number];
    this.#rows.push(made);
    return made;
  }
}
