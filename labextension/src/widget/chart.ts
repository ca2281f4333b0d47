/** One metric: its name, its last value, and its course once there are two points. */
import uPlot from 'uplot';
import { element, setText } from './dom';
import { tick, value } from './format';
import type { Series } from './series';
import type { Theme } from './theme';

const HEIGHT_PX = 128;

export class ChartCard {
  readonly node = element('figure', 'runcfg-card');
  readonly #value = element('span', 'runcfg-value');
  readonly #at = element('span', 'runcfg-at');
  readonly #plotNode = element('div', 'runcfg-plot');
  readonly #series: Series;
  readonly #theme: () => Theme;
  #plot: uPlot | null = null;
  #painted = -1;
  #width = 0;

  constructor(series: Series, theme: () => Theme) {
    this.#series = series;
    this.#theme = theme;
    const caption = element('figcaption', 'runcfg-caption');
    const name = element('span', 'runcfg-metric', series.name);
    name.title = series.name;
    caption.append(name, this.#at, this.#value);
    this.node.append(caption, this.#plotNode);
  }

  paint(): void {
    const width = this.#plotNode.clientWidth;
    const resized = width > 0 && width !== this.#width;
    if (this.#painted === this.#series.seen && !resized) {
      return;
    }
    this.#painted = this.#series.seen;
    this.#width = width || this.#width;
    this.node.classList.toggle('runcfg-mod-single', this.#series.length < 2);
    if (this.#series.length > 1 && this.#width > 0) {
      this.#paintPlot(resized);
    }
    this.#paintValue();
  }

  /** The canvas is painted again with the colours of the theme. */
  retheme(): void {
    this.#plot?.redraw(true);
  }

  dispose(): void {
    this.#plot?.destroy();
  }

  #paintPlot(resized: boolean): void {
    const data = this.#series.data(this.#width);
    if (!this.#plot) {
      this.#plot = new uPlot(this.#options(), data, this.#plotNode);
      return;
    }
    if (resized) {
      this.#plot.setSize({ width: this.#width, height: HEIGHT_PX });
    }
    this.#plot.setData(data);
  }

  #paintValue(): void {
    const index = this.#plot?.cursor.idx ?? -1;
    const [xs, ys] = this.#plot?.data ?? [[], []];
    const hovered = xs[index];
    const shown = hovered === undefined ? this.#series.last : (ys?.[index] ?? NaN);
    setText(this.#at, hovered === undefined ? '' : `at ${value(hovered)}`);
    setText(this.#value, value(shown));
    this.#plotNode.setAttribute('aria-label', `${this.#series.name}, last value ${value(this.#series.last)}`);
    this.#plotNode.setAttribute('role', 'img');
  }

  #options(): uPlot.Options {
    const theme = this.#theme;
    const font = '11px system-ui, sans-serif';
    const stroke = () => theme().text;
    const lines = { stroke: () => theme().grid, width: 1 };
    return {
      width: this.#width,
      height: HEIGHT_PX,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      scales: { x: { time: false }, y: { range: yRange } },
      hooks: {
        setCursor: [
          () => {
            this.#paintValue();
          }
        ]
      },
      axes: [
        {
          stroke,
          font,
          size: 22,
          gap: 4,
          space: 56,
          grid: { show: false },
          ticks: { show: false },
          values: ticks
        },
        {
          stroke,
          font,
          size: yAxisSize,
          gap: 6,
          space: 28,
          grid: lines,
          ticks: { show: false },
          values: ticks
        }
      ],
      series: [
        {},
        {
          label: this.#series.name,
          stroke: () => theme().accent,
          fill: () => theme().fill,
          width: 1.5,
          points: { show: plot => plot.data[0].length <= 24, size: 5 }
        }
      ]
    };
  }
}

/** A flat line stands in the middle, everything else fills the height with a little air. */
function yRange(_: uPlot, low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) {
    return [0, 1];
  }
  if (low === high) {
    const half = Math.abs(low) * 0.1 || 1;
    return [low - half, high + half];
  }
  const air = (high - low) * 0.06;
  return [low - air, high + air];
}

function ticks(_: uPlot, splits: number[]): string[] {
  const step = Math.abs((splits[1] ?? 0) - (splits[0] ?? 0));
  return splits.map(split => tick(split, step));
}

/** Wide enough for the longest number. */
function yAxisSize(_: uPlot, values: string[] | null): number {
  const longest = Math.max(2, ...(values ?? []).map(text => text.length));
  return Math.ceil(longest * 6.4) + 12;
}
