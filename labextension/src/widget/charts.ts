/** The grid of charts: they appear as metrics do, a screenful at first; only those in sight are drawn. */
import { ChartCard, type Settings } from './chart';
import { button, element, setText, toggle } from './dom';
import { count } from './format';
import { type Group, groupsOf } from './groups';
import type { Series } from './series';
import type { Theme } from './theme';

const SHOWN_AT_FIRST = 12;
/** Often enough to look smooth, seldom enough for many charts. */
const EVERY_MS = 80;
const MANY = 12;

interface Shown {
  group: Group;
  card: ChartCard;
  inSight: boolean;
}

export class Charts {
  readonly node = element('section', 'runcfg-metrics');
  readonly #grid = element('div', 'runcfg-grid');
  readonly #tools = element('div', 'runcfg-tools runcfg-chart-tools');
  readonly #filter = element('input', 'runcfg-input');
  readonly #together: HTMLElement;
  readonly #more: HTMLButtonElement;
  readonly #cards = new Map<string, Shown>();
  readonly #series: readonly Series[];
  readonly #theme: () => Theme;
  readonly #repaint: () => void;
  readonly #sight: IntersectionObserver;
  readonly #settings: Settings = { axis: 'step', origin: 0, smoothing: 0, isLog: false };
  #isTogether = true;
  #limit = SHOWN_AT_FIRST;
  #paintedAt = 0;
  #later = 0;

  constructor(series: readonly Series[], theme: () => Theme, signal: AbortSignal, repaint: () => void) {
    this.#series = series;
    this.#theme = theme;
    this.#repaint = repaint;
    this.#more = button('', 'Show more metrics', signal, () => {
      this.#limit += 4 * SHOWN_AT_FIRST;
      this.#changed();
    });
    this.#more.classList.add('runcfg-more');
    this.#together = this.#fillTools(signal);
    this.node.setAttribute('aria-label', 'Metrics');
    this.node.append(this.#tools, this.#grid, this.#more);
    this.#sight = new IntersectionObserver(this.#seen, { rootMargin: '100px' });
    const resize = new ResizeObserver(() => {
      this.#changed();
    });
    resize.observe(this.#grid);
    signal.addEventListener('abort', () => {
      clearTimeout(this.#later);
      resize.disconnect();
      this.#sight.disconnect();
      for (const { card } of this.#cards.values()) {
        card.dispose();
      }
    });
  }

  paint(): void {
    const wait = this.#paintedAt + EVERY_MS - performance.now();
    if (wait > 0) {
      this.#later ||= setTimeout(() => {
        this.#later = 0;
        this.#repaint();
      }, wait);
      return;
    }
    this.#paintedAt = performance.now();
    const series = this.#series.filter(one => one.length > 0);
    this.node.hidden = series.length === 0;
    this.#settings.origin = series.reduce((first, one) => Math.min(first, one.began), Infinity);
    const groups = this.#wanted(series);
    this.#place(groups.slice(0, this.#limit));
    for (const { card, inSight } of this.#cards.values()) {
      if (inSight) {
        card.paint();
      }
    }
    const left = groups.length - this.#limit;
    this.#more.hidden = left <= 0;
    setText(this.#more, `Show more charts (${count(left)} left)`);
    this.#tools.hidden = series.every(one => one.length < 2);
    this.#together.hidden = groupsOf(series, true).length === series.length;
    this.#filter.hidden = series.length <= MANY && !this.#filter.value;
  }

  retheme(): void {
    for (const { card } of this.#cards.values()) {
      card.retheme();
    }
  }

  #wanted(series: Series[]): Group[] {
    const part = this.#filter.value.toLowerCase();
    const named = part ? series.filter(one => one.name.toLowerCase().includes(part)) : series;
    return groupsOf(named, this.#isTogether);
  }

  /** Cards stay while their group is the same; what is new comes where it belongs. */
  #place(groups: Group[]): void {
    const keys = new Map(groups.map(group => [group.series.map(one => one.name).join('\0'), group]));
    for (const [key, { card }] of this.#cards) {
      if (!keys.has(key)) {
        this.#sight.unobserve(card.node);
        card.dispose();
        card.node.remove();
        this.#cards.delete(key);
      }
    }
    let place = 0;
    for (const [key, group] of keys) {
      let shown = this.#cards.get(key);
      if (!shown) {
        shown = { group, card: new ChartCard(group, this.#theme, () => this.#settings), inSight: true };
        this.#cards.set(key, shown);
        this.#sight.observe(shown.card.node);
      }
      if (this.#grid.children[place] !== shown.card.node) {
        this.#grid.insertBefore(shown.card.node, this.#grid.children[place] ?? null);
      }
      place++;
    }
  }

  #fillTools(signal: AbortSignal): HTMLElement {
    this.#filter.type = 'search';
    this.#filter.placeholder = 'Filter metrics';
    this.#filter.setAttribute('aria-label', 'Filter metrics');
    this.#filter.addEventListener('input', this.#changed, { signal });
    const smoothing = element('label', 'runcfg-slider', 'Smooth ');
    const range = element('input', '');
    Object.assign(range, { type: 'range', min: '0', max: '0.99', step: '0.01', value: '0' });
    range.setAttribute('aria-label', 'Smoothing');
    range.addEventListener(
      'input',
      () => {
        this.#settings.smoothing = Number(range.value);
        this.#changed();
      },
      { signal }
    );
    smoothing.append(range);
    const together = toggle('Group', 'train/loss and val/loss in one chart', signal, true, on => {
      this.#isTogether = on;
      this.#changed();
    });
    const logarithmic = toggle('Log y', 'Logarithmic values', signal, false, on => {
      this.#settings.isLog = on;
      this.#changed();
    });
    const byTime = toggle('Time', 'By time instead of by step', signal, false, on => {
      this.#settings.axis = on ? 'time' : 'step';
      this.#changed();
    });
    this.#tools.append(element('span', 'runcfg-title', 'Metrics'), this.#filter, together, logarithmic);
    this.#tools.append(byTime, smoothing);
    return together;
  }

  #seen = (entries: IntersectionObserverEntry[]): void => {
    for (const entry of entries) {
      for (const shown of this.#cards.values()) {
        if (shown.card.node === entry.target) {
          shown.inSight = entry.isIntersecting;
        }
      }
    }
    this.#changed();
  };

  #changed = (): void => {
    this.#paintedAt = 0;
    this.#repaint();
  };
}
