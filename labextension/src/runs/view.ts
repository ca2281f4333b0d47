/** The runs of a loop in one table, a row each, that opens to the run's own view. Knows no front end. */
import './style.css';
import { element, setText } from '../widget/dom';
import { duration, took } from '../widget/format';
import { followTheme } from '../widget/theme';
import { marks, noteLines } from './notes';
import type { Opener, Row, Source } from './types';

const TICK_MS = 1_000;

/** Shows the table in `el` until the signal aborts. */
export function mountRuns(source: Source, open: Opener, el: HTMLElement, signal: AbortSignal): void {
  const view = new RunsView(source, open, signal);
  el.append(view.node);
  signal.addEventListener('abort', () => {
    view.node.remove();
  });
  view.mounted();
}

class RunsView {
  readonly node = element('section', 'runcfg-runs');
  private readonly head = element('div', 'runcfg-runs-head');
  private readonly notes = element('p', 'runcfg-runs-notes');
  private readonly table = element('table', 'runcfg-runs-table');
  private readonly lines = new Map<string, Line>();
  private heads = '';
  /** When the rows came, by this page's clock: times of running go on from there. */
  private arrived = performance.now();
  private readonly source: Source;
  private readonly open: Opener;
  private readonly signal: AbortSignal;

  constructor(source: Source, open: Opener, signal: AbortSignal) {
    this.source = source;
    this.open = open;
    this.signal = signal;
    this.head.setAttribute('role', 'status');
    const scroll = element('div', 'runcfg-runs-scroll');
    scroll.append(this.table);
    this.node.append(this.head, this.notes, scroll);
    source.subscribe(() => {
      this.arrived = performance.now();
      this.paint();
    }, signal);
    const timer = setInterval(() => {
      this.paintTimes();
    }, TICK_MS);
    signal.addEventListener('abort', () => {
      clearInterval(timer);
    });
  }

  /** To be called when the node is in its page. */
  mounted(): void {
    followTheme(this.node, () => undefined, this.signal);
    this.paint();
  }

  private paint(): void {
    const table = this.source.table;
    setText(this.head, table.counts);
    setText(this.notes, noteLines(table).join('\n'));
    this.notes.hidden = !this.notes.textContent;
    const marked = marks(table);
    const names = ['run', ...table.settings, 'status', 'took', ...table.metrics];
    if (this.heads !== JSON.stringify(names)) {
      this.heads = JSON.stringify(names);
      const row = element('tr', '');
      row.append(...names.map(name => element('th', '', name)));
      this.table.createTHead().replaceChildren(row);
    }
    for (const row of table.rows) {
      let line = this.lines.get(row.run_id);
      if (!line) {
        line = new Line(row.run_id, this.open, this.signal);
        this.lines.set(row.run_id, line);
        this.table.append(line.body);
      }
      line.paint(row, names.length, marked.get(row.run_id) ?? '');
    }
    this.paintTimes();
  }

  private paintTimes(): void {
    const since = (performance.now() - this.arrived) / 1_000;
    for (const row of this.source.table.rows) {
      this.lines.get(row.run_id)?.paintTime(row, since);
    }
  }
}

/** One run: its row, and below it, while it is open, its view. */
class Line {
  readonly body = element('tbody', '');
  private readonly button = element('button', 'runcfg-runs-open');
  private readonly mark = element('span', 'runcfg-runs-mark', '✱');
  private readonly row = element('tr', '');
  private readonly label = element('td', '');
  private readonly below = element('tr', 'runcfg-runs-below');
  private readonly place = element('td', '');
  private readonly time = element('td', 'runcfg-runs-time');
  private isOpened = false;

  constructor(runId: string, open: Opener, signal: AbortSignal) {
    const detail = element('div', 'runcfg-runs-detail', '…');
    this.button.type = 'button';
    this.button.setAttribute('aria-expanded', 'false');
    this.button.title = runId;
    this.mark.setAttribute('role', 'img');
    this.label.append(this.button, this.mark);
    this.row.append(this.label);
    this.place.append(detail);
    this.below.append(this.place);
    this.below.hidden = true;
    this.body.append(this.row, this.below);
    this.button.addEventListener(
      'click',
      () => {
        this.below.hidden = !this.below.hidden;
        this.button.setAttribute('aria-expanded', String(!this.below.hidden));
        if (!this.isOpened) {
          this.isOpened = true;
          open(runId, detail, signal);
        }
      },
      { signal }
    );
  }

  /** `mark`: what was told of this run and not of all. */
  paint(row: Row, columns: number, mark: string): void {
    this.place.colSpan = columns;
    this.mark.hidden = !mark;
    this.mark.title = mark;
    this.mark.setAttribute('aria-label', mark);
    setText(this.button, row.label);
    const status = element('td', 'runcfg-runs-status');
    status.dataset.status = row.status;
    status.append(element('b', '', row.status));
    if (row.cause) {
      status.append(element('span', 'runcfg-runs-cause', ` ${row.cause}`));
      status.title = row.cause;
    }
    const cells = (texts: string[]) =>
      texts.map(text => {
        const cell = element('td', 'runcfg-runs-value', text);
        cell.title = text;
        return cell;
      });
    // the button stays where it is: taken out for a moment, it would lose the focus or half of a click
    for (const cell of [...this.row.children].slice(1)) {
      cell.remove();
    }
    this.row.append(...cells(row.settings), status, this.time, ...cells(row.metrics));
  }

  paintTime(row: Row, since: number): void {
    const text =
      row.elapsed === null ? '–' : row.is_terminal ? took(row.elapsed) : duration(row.elapsed + since);
    setText(this.time, text);
  }
}
