/** The log: only the rows in sight are in the page, however long it is. */
import { type Style, parseLine } from './ansi';
import { element, setText } from './dom';
import { bytes, count } from './format';
import type { LineStore } from './lines';
import type { Session } from './session';

const ROW_PX = 18;
const PADDING_PX = 8;
const MAX_ROWS = 18;
const MARGIN_ROWS = 12;

export class LogView {
  readonly node = element('section', 'runcfg-log-section');
  readonly #scroller = element('div', 'runcfg-log');
  readonly #spacer = element('div', 'runcfg-log-spacer');
  readonly #rows = element('div', 'runcfg-log-rows');
  readonly #count = element('span', 'runcfg-log-count');
  readonly #hidden = element('p', 'runcfg-log-hidden');
  readonly #latest = element('button', 'runcfg-button runcfg-latest', '↓ Latest');
  readonly #shown = new Map<number, { node: HTMLElement; text: string; style: Style }>();
  readonly #session: Session;
  readonly #lines: LineStore;
  #follow = true;
  #dropped = 0;
  #height = 0;

  constructor(session: Session, signal: AbortSignal, repaint: () => void) {
    this.#session = session;
    this.#lines = session.lines;
    this.#scroller.tabIndex = 0;
    this.#scroller.setAttribute('role', 'log');
    this.#scroller.setAttribute('aria-live', 'off'); // thousands of lines a second are not for reading out
    this.#scroller.setAttribute('aria-label', `Log of ${session.summary.label}`);
    this.#latest.type = 'button';
    this.#latest.title = 'Follow the end of the log';
    this.#scroller.append(this.#spacer, this.#rows);
    const bar = element('div', 'runcfg-log-bar');
    bar.append(element('span', 'runcfg-title', 'Log'), this.#count);
    const frame = element('div', 'runcfg-log-frame');
    frame.append(this.#scroller, this.#latest);
    this.node.append(bar, this.#hidden, frame);
    this.#scroller.addEventListener(
      'scroll',
      () => {
        this.#follow = this.#atEnd();
        repaint();
      },
      { passive: true, signal }
    );
    this.#latest.addEventListener(
      'click',
      () => {
        this.#follow = true;
        repaint();
      },
      { signal }
    );
    const resize = new ResizeObserver(repaint);
    resize.observe(this.#scroller);
    signal.addEventListener('abort', () => {
      resize.disconnect();
    });
  }

  paint(): void {
    const total = this.#lines.length;
    this.node.hidden = total === 0 && this.#session.skippedBytes === 0 && this.#session.summary.is_terminal;
    this.#keepPlace();
    this.#paintFrame(total);
    if (this.#follow && !this.#selecting()) {
      this.#scroller.scrollTop = total * ROW_PX + 2 * PADDING_PX;
    }
    this.#paintRows(total);
    this.#latest.hidden = this.#follow || this.#atEnd();
  }

  /** When old lines went away above it, what somebody reads stays where it is. */
  #keepPlace(): void {
    const gone = this.#lines.dropped - this.#dropped;
    this.#dropped = this.#lines.dropped;
    if (gone > 0 && !this.#follow) {
      this.#scroller.scrollTop -= gone * ROW_PX;
    }
  }

  #paintFrame(total: number): void {
    const rows = Math.min(MAX_ROWS, Math.max(1, total));
    const height = rows * ROW_PX + 2 * PADDING_PX + 2;
    if (this.#height < height) {
      this.#height = height; // grows with the first lines, never shrinks under the reader
      this.#scroller.style.height = `${height}px`;
    }
    this.#spacer.style.height = `${total * ROW_PX + 2 * PADDING_PX}px`;
    const all = total + this.#lines.dropped;
    setText(
      this.#count,
      total === 0 ? 'nothing printed yet' : `${count(all)} ${all === 1 ? 'line' : 'lines'}`
    );
    setText(this.#hidden, this.#missing(total));
    this.#hidden.hidden = !this.#hidden.textContent;
  }

  #missing(total: number): string {
    const { skippedBytes, info } = this.#session;
    const parts = [];
    if (skippedBytes > 0) {
      parts.push(`${bytes(skippedBytes)} of the log are not shown`);
    }
    if (this.#lines.dropped > 0) {
      parts.push(`only the last ${count(total)} lines are kept here`);
    }
    return parts.length > 0 && info.log_path
      ? `${parts.join('; ')}. All of it: ${info.log_path}`
      : parts.join('; ');
  }

  #paintRows(total: number): void {
    const inView = Math.ceil((this.#scroller.clientHeight || MAX_ROWS * ROW_PX) / ROW_PX);
    const first = Math.max(0, Math.floor(this.#scroller.scrollTop / ROW_PX) - MARGIN_ROWS);
    const end = Math.min(total, first + inView + 2 * MARGIN_ROWS);
    const dropped = this.#lines.dropped;
    for (const [number, { node }] of this.#shown) {
      if (number < first + dropped || number >= end + dropped) {
        node.remove();
        this.#shown.delete(number);
      }
    }
    for (let index = first; index < end; index++) {
      this.#paintRow(index, index + dropped);
    }
  }

  /** Rows are kept by their line's number: a selection in them survives new lines. */
  #paintRow(index: number, number: number): void {
    const { text, style } = this.#lines.at(index);
    let row = this.#shown.get(number);
    if (row?.text !== text || row.style !== style) {
      const node = row?.node ?? element('div', 'runcfg-line');
      node.replaceChildren(...parseLine(text, style).spans.map(span => toNode(span.text, span.style)));
      if (!row) {
        this.#rows.append(node);
      }
      row = { node, text, style };
      this.#shown.set(number, row);
    }
    row.node.style.top = `${index * ROW_PX + PADDING_PX}px`;
  }

  #atEnd(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < ROW_PX * 1.5;
  }

  #selecting(): boolean {
    const selection = getSelection();
    return !!selection && !selection.isCollapsed && this.#rows.contains(selection.anchorNode);
  }
}

function toNode(text: string, style: Style): Node {
  const { fg, bg, bold, dim, italic, underline, inverse } = style;
  const [front, back] = inverse ? [bg ?? 'var(--runcfg-surface)', fg ?? 'currentColor'] : [fg, bg];
  if (front === undefined && back === undefined && !bold && !dim && !italic && !underline) {
    return document.createTextNode(text);
  }
  const span = element('span', '', text);
  const css = (colour: string | number) =>
    typeof colour === 'number' ? `var(--runcfg-ansi-${colour})` : colour;
  if (front !== undefined) span.style.color = css(front);
  if (back !== undefined)
    span.style.backgroundColor = css(back === 'currentColor' ? 'var(--runcfg-text)' : back);
  if (bold) span.style.fontWeight = '600';
  if (dim) span.style.opacity = '0.65';
  if (italic) span.style.fontStyle = 'italic';
  if (underline) span.style.textDecoration = 'underline';
  return span;
}
