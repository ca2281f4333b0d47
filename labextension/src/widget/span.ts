/** Styled text of a log as nodes, what was searched for marked; text is always data. */
import type { Span, Style } from './ansi';
import { element } from './dom';

export type Range = readonly [start: number, end: number];

/** `ranges` count in the text without its escapes, ascending. */
export function spanNodes(spans: readonly Span[], ranges: readonly Range[]): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const { text, style } of spans) {
    let from = 0;
    for (const [start, end] of ranges) {
      const [low, high] = [Math.max(start - at, from), Math.min(end - at, text.length)];
      if (low < high) {
        nodes.push(...toNodes(text.slice(from, low), style), ...toNodes(text.slice(low, high), style, true));
        from = high;
      }
    }
    nodes.push(...toNodes(text.slice(from), style));
    at += text.length;
  }
  return nodes;
}

function toNodes(text: string, style: Style, isFound = false): Node[] {
  if (!text) {
    return [];
  }
  const { fg, bg, bold, dim, italic, underline, inverse } = style;
  const [front, back] = inverse ? [bg ?? 'var(--runcfg-surface)', fg ?? 'currentColor'] : [fg, bg];
  const isPlain = front === undefined && back === undefined && !bold && !dim && !italic && !underline;
  if (isPlain && !isFound) {
    return [document.createTextNode(text)];
  }
  const span = element(isFound ? 'mark' : 'span', isFound ? 'runcfg-found' : '', text);
  const css = (colour: string | number) =>
    typeof colour === 'number' ? `var(--runcfg-ansi-${colour})` : colour;
  if (!isFound && front !== undefined) span.style.color = css(front);
  if (!isFound && back !== undefined)
    span.style.backgroundColor = css(back === 'currentColor' ? 'var(--runcfg-text)' : back);
  if (bold) span.style.fontWeight = '600';
  if (dim && !isFound) span.style.opacity = '0.65';
  if (italic) span.style.fontStyle = 'italic';
  if (underline) span.style.textDecoration = 'underline';
  return [span];
}
