/** One chart: a few series, their last values, and their course once there are two points. */
import uPlot from 'uplot';
import { element, setText } from './dom';
import { tick, value } from './format';
import type { Group } from './groups';
import type { Axis, Series } from './series';
import type { Theme } from './theme';
import { Tooltip } from './tooltip';

const HEIGHT_PX = 128;
const SHORT_NAME = 16;
const KEPT_END = 10;
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- a const enum, which bundlers cannot see
const LOGARITHMIC: uPlot.Scale.Distr = 3;

/** How all charts are drawn. */
export interface Settings {
  axis: Axis;
  origin: number;
  smoothing: number;
  isLog: boolean;
  /** How a value is written. */
  format?: (value: number) => string;
  /** The lowest y that is always shown. */
  floor?: number;
}

export class ChartCard {
  readonly node = element('figure', 'runcfg-card');
  readonly #legend = element('figcaption', 'runcfg-legend');
  readonly #plotNode = element('div', 'runcfg-plot');
  readonly #tooltip = new Tooltip();
  readonly #values: HTMLElement[] = [];
  readonly #theme: () => Theme;
  readonly #settings: () => Settings;
  readonly #group: Group;
  #plot: uPlot | null = null;
  #painted = '';
  #width = 0;
  #range: [number, number] | undefined;

  constructor(group: Group, theme: () => Theme, settings: () => Settings) {
    this.#group = group;
    this.#theme = theme;
    this.#settings = settings;
    this.#plotNode.setAttribute('role', 'img');
    this.node.append(this.#legend, this.#plotNode);
    this.#fillLegend();
  }

  /** Draws what is new; what is not in sight waits until it is. */
  paint(): void {
    const { series } = this.#group;
    const width = this.#plotNode.clientWidth;
    const { axis, smoothing, isLog, origin } = this.#settings();
    const seen = series.map(one => one.seen).join();
    const painted = [seen, width, axis, smoothing, isLog, origin, this.#range?.join()].join(';');
    if (painted === this.#painted) {
      return;
    }
    this.#painted = painted;
    const hasCourse = series.some(one => one.length > 1);
    this.node.classList.toggle('runcfg-mod-single', !hasCourse);
    if (hasCourse && width > 0) {
      this.#paintPlot(width, `${axis};${isLog}`);
    }
    this.#paintValues();
  }

  /** The canvas is painted again with the colours of the theme. */
  retheme(): void {
    this.#plot?.redraw(true);
  }

  dispose(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #kind = '';

  #paintPlot(width: number, kind: string): void {
    const data = this.#data(width);
    if (this.#plot && kind !== this.#kind) {
      this.dispose();
      this.#range = undefined;
    }
    this.#kind = kind;
    if (!this.#plot) {
      this.#width = width;
      this.#plot = new uPlot(this.#options(width), data, this.#plotNode);
      this.#plot.over.append(this.#tooltip.node);
      return;
    }
    if (width !== this.#width) {
      this.#width = width;
      this.#plot.setSize({ width, height: HEIGHT_PX });
    }
    this.#plot.batch(() => {
      this.#plot?.setData(data, !this.#range);
      if (this.#range) {
        this.#plot?.setScale('x', { min: this.#range[0], max: this.#range[1] });
      }
    });
  }

  #data(buckets: number): uPlot.AlignedData {
    const { axis, origin, smoothing, isLog } = this.#settings();
    const range = this.#range;
    const tables = this.#group.series.map(one => {
      const [x, y] = one.data({ axis, origin, smoothing, buckets, range });
      // a logarithm has no place for what is not above zero
      return [x, isLog ? y.map(each => (each !== null && each > 0 ? each : null)) : y] as uPlot.AlignedData;
    });
    return tables.length === 1 && tables[0] ? tables[0] : uPlot.join(tables);
  }

  #fillLegend(): void {
    const { title, series } = this.#group;
    const many = series.length > 1;
    this.node.setAttribute('aria-label', title);
    if (many) {
      this.#legend.append(element('span', 'runcfg-chart-title', title));
    }
    series.forEach((one, place) => {
      const entry = element('span', 'runcfg-entry');
      const name = fitted(many ? short(one.name, title) : one.name);
      name.title = one.name;
      const last = element('span', 'runcfg-value');
      if (many) {
        const swatch = element('span', 'runcfg-swatch');
        swatch.style.background = `var(--runcfg-series-${place})`;
        entry.append(swatch);
      }
      entry.append(name, last);
      this.#values.push(last);
      this.#legend.append(entry);
    });
  }

  #paintValues(): void {
    const { series } = this.#group;
    const format = this.#settings().format ?? value;
    series.forEach((one, place) => {
      const node = this.#values[place];
      if (node) {
        setText(node, format(one.last));
      }
    });
    const said = series.map(one => `${one.name} ${format(one.last)}`).join(', ');
    this.#plotNode.setAttribute('aria-label', `Chart of ${this.#group.title}; last: ${said}`);
  }

  #hovered = (plot: uPlot): void => {
    const { idx, left = 0 } = plot.cursor;
    const x = plot.data[0][idx ?? -1];
    if (typeof idx !== 'number' || x === undefined) {
      this.#tooltip.hide();
      return;
    }
    const { axis, format = value } = this.#settings();
    const rows = this.#group.series.map((one, place): [string, string, number] => {
      const y = plot.data[place + 1]?.[idx];
      return [short(one.name, this.#group.title), typeof y === 'number' ? format(y) : '–', place];
    });
    const head = axis === 'time' ? `at ${clock(x)}` : `step ${value(x)}`;
    this.#tooltip.show(left, plot.over.clientWidth, head, rows);
  };

  /** Zoomed, the points between are read anew: there are more of them than the whole chart shows. */
  #zoomed = (plot: uPlot): void => {
    const { left, width } = plot.select;
    if (width < 3) {
      return;
    }
    this.#range = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.paint();
  };

  #unzoomed = (): null => {
    this.#range = undefined;
    this.paint();
    return null;
  };

  #options(width: number): uPlot.Options {
    const { axis, isLog, floor } = this.#settings();
    const alone = this.#group.series.length === 1;
    return {
      width,
      height: HEIGHT_PX,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
        bind: { dblclick: () => this.#unzoomed }
      },
      scales: {
        x: { time: false },
        y: isLog ? { distr: LOGARITHMIC } : { range: (_, low, high) => yRange(low, high, floor) }
      },
      hooks: { setCursor: [this.#hovered], setSelect: [this.#zoomed] },
      axes: axes(this.#theme, axis),
      series: [{}, ...this.#group.series.map((one, place) => this.#line(one, place, alone && !isLog))]
    };
  }

  #line(series: Series, place: number, filled: boolean): uPlot.Series {
    const colour = () => this.#theme().series[place % this.#theme().series.length] ?? '#888';
    return {
      label: series.name,
      stroke: colour,
      ...(filled ? { fill: () => this.#theme().fill } : {}),
      width: 1.5,
      points: { show: plot => plot.data[0].length <= 24, size: 5 }
    };
  }
}

/** A name that loses its middle where there is no room: what tells it from others is at its end. */
function fitted(name: string): HTMLElement {
  const letters = Array.from(name);
  if (letters.length <= SHORT_NAME) {
    return element('span', 'runcfg-metric', name);
  }
  const node = element('span', 'runcfg-metric runcfg-mod-long');
  node.append(
    element('span', 'runcfg-metric-start', letters.slice(0, -KEPT_END).join('')),
    element('span', 'runcfg-metric-end', letters.slice(-KEPT_END).join(''))
  );
  return node;
}

/** What tells a series from the others of its chart: `train` of `train/loss`. */
function short(name: string, title: string): string {
  const start = name.endsWith(title) ? name.slice(0, -title.length).replace(/[/_.\- ]$/, '') : name;
  return start || name;
}

function clock(seconds: number): string {
  const sign = seconds < 0 ? '−' : '';
  const whole = Math.abs(seconds);
  const pad = (number: number) => String(Math.floor(number)).padStart(2, '0');
  if (whole < 60) {
    return `${sign}${whole < 10 ? whole.toFixed(1) : Math.floor(whole)} s`;
  }
  const hours = Math.floor(whole / 3_600);
  const rest = `${hours > 0 ? pad((whole / 60) % 60) : Math.floor(whole / 60)}:${pad(whole % 60)}`;
  return sign + (hours > 0 ? `${hours}:${rest}` : rest);
}

function axes(theme: () => Theme, axis: Axis): uPlot.Axis[] {
  const common = {
    stroke: () => theme().text,
    font: '11px system-ui, sans-serif',
    ticks: { show: false }
  };
  const times = (_: uPlot, splits: number[]) => splits.map(clock);
  return [
    {
      ...common,
      size: 22,
      gap: 4,
      space: 56,
      grid: { show: false },
      values: axis === 'time' ? times : ticks
    },
    {
      ...common,
      size: yAxisSize,
      gap: 6,
      space: 28,
      grid: { stroke: () => theme().grid, width: 1 },
      values: ticks
    }
  ];
}

/** A flat line stands in the middle, everything else fills the height with a little air. */
function yRange(low: number | null, high: number | null, floor?: number): [number, number] {
  if (low === null || high === null) {
    return [0, 1];
  }
  const least = floor === undefined ? low : Math.min(low, floor);
  if (least === high) {
    const half = Math.abs(least) * 0.1 || 1;
    return [floor ?? least - half, high + half];
  }
  const air = (high - least) * 0.06;
  return [least === floor ? floor : least - air, high + air];
}

function ticks(_: uPlot, splits: (number | null)[]): string[] {
  const step = Math.abs((splits[1] ?? 0) - (splits[0] ?? 0));
  return splits.map(split => (split === null ? '' : tick(split, step || Math.abs(split))));
}

/** Wide enough for the longest number. */
function yAxisSize(_: uPlot, values: string[] | null): number {
  const longest = Math.max(2, ...(values ?? []).map(text => text.length));
  return Math.ceil(longest * 6.4) + 12;
}
