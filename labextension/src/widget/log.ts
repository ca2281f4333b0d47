/** The log of a run: its lines, search, one tab a process, and what can be done with it. */
import { plainText } from './ansi';
import { button, copyButton, element, setText, toggle } from './dom';
import { Finder } from './finder';
import { bytes, count } from './format';
import type { Host } from './host';
import { Rows } from './rows';
import { saveWith } from './save';
import type { LogSource, Session } from './session';
import { Tabs } from './tabs';

const SCAN_MS = 8;
/** More than that is for the download: a clipboard of hundreds of megabytes freezes the page. */
const MAX_COPIED = 20_000_000;
const MOST_RANKS = 64;

export class LogView {
  readonly node = element('section', 'runcfg-log-section');
  readonly #count = element('span', 'runcfg-log-count');
  readonly #hidden = element('p', 'runcfg-log-hidden');
  readonly #missing = element('span', '');
  readonly #latest: HTMLButtonElement;
  readonly #follow: HTMLButtonElement;
  readonly #ranks: Tabs;
  readonly #finder: Finder;
  readonly #rows: Rows;
  readonly #session: Session;
  readonly #repaint: () => void;
  #source: LogSource;
  #leave = new AbortController();

  constructor(session: Session, host: Host, signal: AbortSignal, repaint: () => void) {
    this.#session = this.#source = session;
    this.#repaint = repaint;
    const follow = () => {
      this.#setFollow(true);
    };
    this.#finder = new Finder(
      signal,
      repaint,
      direction => {
        this.#step(direction);
      },
      () => {
        this.#rows.node.focus();
      }
    );
    this.#rows = new Rows(session.lines, this.#finder.search, signal, repaint);
    this.#rows.node.setAttribute('aria-label', `Log of ${session.summary.label}`);
    this.#latest = button('↓ Latest', 'Follow the end of the log', signal, follow, 'runcfg-latest');
    this.#follow = toggle('Follow', 'Follow the end of the log', signal, true, on => {
      this.#setFollow(on);
    });
    this.#ranks = new Tabs('Processes', signal, rank => {
      this.#show(Number(rank));
    });
    this.node.setAttribute('aria-label', 'Log');
    this.node.append(this.#bar(host, signal), this.#ranks.node, this.#hidden, this.#frame());
    this.#fillHidden(signal);
    signal.addEventListener('abort', () => {
      this.#leave.abort();
    });
  }

  find(): void {
    this.#finder.focus();
  }

  paint(): void {
    const { lines } = this.#source;
    const { ranks } = this.#session;
    this.#ranks.node.hidden = ranks < 2;
    if (ranks > 1) {
      const shown = Math.min(ranks, MOST_RANKS);
      this.#ranks.paint(
        Array.from({ length: shown }, (_, rank) => ({ id: String(rank), title: `rank ${rank}` }))
      );
    }
    this.#paintCount();
    const isDone = this.#finder.search.scan(lines, SCAN_MS);
    this.#finder.paint(isDone);
    this.#rows.paint();
    this.#latest.hidden = this.#rows.follow || this.#rows.atEnd;
    this.#follow.setAttribute('aria-pressed', String(this.#rows.follow));
    if (!isDone) {
      this.#repaint();
    }
  }

  #bar(host: Host, signal: AbortSignal): HTMLElement {
    const bar = element('div', 'runcfg-log-bar');
    const wrap = toggle('Wrap', 'Wrap long lines', signal, false, on => {
      this.#rows.wrap = on;
      this.#repaint();
    });
    const text = () => this.#text();
    const copy = copyButton(text, 'Copy the lines that are here', signal);
    const download = button('Download', 'Download the whole log', signal, () => {
      saveWith(download, this.#session, host, this.#source.path);
    });
    const tools = element('div', 'runcfg-tools');
    tools.append(this.#follow, wrap, copy, download);
    bar.append(element('span', 'runcfg-title', 'Log'), this.#count, this.#finder.node, tools);
    return bar;
  }

  #frame(): HTMLElement {
    const frame = element('div', 'runcfg-log-frame');
    frame.append(this.#rows.node, this.#latest);
    return frame;
  }

  #fillHidden(signal: AbortSignal): void {
    const load = button('Load all', 'Load the whole log', signal, () => {
      this.#source.reload();
    });
    this.#hidden.append(this.#missing, load);
  }

  #show(rank: number): void {
    this.#leave.abort();
    this.#leave = new AbortController();
    const source = this.#session.logOf(rank);
    source.follow?.(this.#leave.signal);
    this.#source = source;
    this.#rows.show(source.lines);
    this.#repaint();
  }

  #setFollow(on: boolean): void {
    this.#rows.follow = on;
    this.#repaint();
  }

  #step(direction: 1 | -1): void {
    this.#finder.search.scan(this.#source.lines, 200);
    const number = this.#finder.search.step(direction, this.#rows.firstInSight);
    if (number >= 0) {
      this.#rows.reveal(number);
    }
    this.#repaint();
  }

  #text(): string {
    const { lines } = this.#source;
    const parts: string[] = [];
    let size = 0;
    for (let index = lines.length - 1; index >= 0 && size < MAX_COPIED; index--) {
      const line = plainText(lines.at(index).text);
      parts.push(line);
      size += line.length + 1;
    }
    return parts.reverse().join('\n');
  }

  #paintCount(): void {
    const { lines, skippedBytes } = this.#source;
    const all = lines.length + lines.dropped;
    const nothing = this.#session.summary.is_terminal ? 'nothing printed' : 'nothing printed yet';
    const unit = all === 1 ? 'line' : 'lines';
    setText(this.#count, all === 0 ? nothing : `${count(all)} ${unit}`);
    const parts = [];
    if (skippedBytes > 0) {
      parts.push(`${bytes(skippedBytes)} before this are not loaded`);
    }
    if (lines.dropped > 0) {
      parts.push(`only the last ${count(lines.length)} lines are kept here`);
    }
    setText(this.#missing, parts.join('; '));
    this.#hidden.hidden = parts.length === 0;
    const load = this.#hidden.lastElementChild as HTMLElement;
    load.hidden = skippedBytes === 0;
  }
}
