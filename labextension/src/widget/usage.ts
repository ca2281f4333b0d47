/** What the run uses of its machine: processor, memory and GPUs over time. */
import { ChartCard, type Settings } from './chart';
import { element } from './dom';
import { bytes } from './format';
import type { Series } from './series';
import type { Theme } from './theme';

const EVERY_MS = 250;

export class Usage {
  readonly node = element('section', 'runcfg-panel');
  readonly #grid = element('div', 'runcfg-grid');
  readonly #empty = element('p', 'runcfg-empty', 'No samples yet: the first comes a second after the start.');
  readonly #cards = new Map<string, ChartCard>();
  readonly #series: readonly Series[];
  readonly #theme: () => Theme;
  #paintedAt = 0;
  #origin = 0;

  constructor(series: readonly Series[], theme: () => Theme, signal: AbortSignal) {
    this.#series = series;
    this.#theme = theme;
    this.node.setAttribute('aria-label', 'Resources');
    this.node.append(this.#empty, this.#grid);
    signal.addEventListener('abort', () => {
      for (const card of this.#cards.values()) {
        card.dispose();
      }
    });
  }

  paint(): void {
    if (performance.now() - this.#paintedAt < EVERY_MS) {
      return;
    }
    this.#paintedAt = performance.now();
    this.#empty.hidden = this.#series.length > 0;
    this.#origin = this.#series.reduce((first, one) => Math.min(first, one.began), Infinity);
    for (const series of this.#series) {
      let card = this.#cards.get(series.name);
      if (!card) {
        const isBytes = series.name.endsWith('memory');
        card = new ChartCard({ title: series.name, series: [series] }, this.#theme, () =>
          this.#settings(isBytes)
        );
        this.#cards.set(series.name, card);
        this.#grid.append(card.node);
      }
      card.paint();
    }
  }

  retheme(): void {
    for (const card of this.#cards.values()) {
      card.retheme();
    }
  }

  #settings(isBytes: boolean): Settings {
    return {
      axis: 'time',
      origin: this.#origin,
      smoothing: 0,
      isLog: false,
      floor: 0,
      format: isBytes ? bytes : percent
    };
  }
}

function percent(number: number): string {
  return `${number.toFixed(0)} %`;
}
