/** The grid of charts: they appear as metrics do, a screenful at first. */
import { ChartCard } from './chart';
import { element, setText } from './dom';
import { count } from './format';
import type { Session } from './session';
import type { Theme } from './theme';

const SHOWN_AT_FIRST = 12;

export class Charts {
  readonly node = element('section', 'runcfg-metrics');
  readonly #grid = element('div', 'runcfg-grid');
  readonly #more = element('button', 'runcfg-button runcfg-more');
  readonly #cards: ChartCard[] = [];
  readonly #session: Session;
  readonly #theme: () => Theme;
  #limit = SHOWN_AT_FIRST;

  constructor(session: Session, theme: () => Theme, signal: AbortSignal, repaint: () => void) {
    this.#session = session;
    this.#theme = theme;
    this.#more.type = 'button';
    this.node.setAttribute('aria-label', 'Metrics');
    this.node.append(this.#grid, this.#more);
    this.#more.addEventListener(
      'click',
      () => {
        this.#limit = Infinity;
        repaint();
      },
      { signal }
    );
    const resize = new ResizeObserver(repaint);
    resize.observe(this.#grid);
    signal.addEventListener('abort', () => {
      resize.disconnect();
      for (const card of this.#cards) {
        card.dispose();
      }
    });
  }

  paint(): void {
    const series = this.#session.series.filter(one => one.length > 0);
    this.node.hidden = series.length === 0;
    for (const one of series.slice(this.#cards.length, this.#limit)) {
      const card = new ChartCard(one, this.#theme);
      this.#cards.push(card);
      this.#grid.append(card.node);
    }
    for (const card of this.#cards) {
      card.paint();
    }
    const left = series.length - this.#cards.length;
    this.#more.hidden = left <= 0;
    setText(this.#more, `Show ${count(left)} more ${left === 1 ? 'metric' : 'metrics'}`);
  }

  retheme(): void {
    for (const card of this.#cards) {
      card.retheme();
    }
  }
}
