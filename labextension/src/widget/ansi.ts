/** Colours of terminal output: the SGR escape sequences, everything else of ANSI is dropped. */

export interface Style {
  /** 0–15: a theme colour; a CSS colour otherwise. */
  readonly fg?: number | string;
  readonly bg?: number | string;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly inverse?: true;
}

export interface Span {
  readonly text: string;
  readonly style: Style;
}

export const PLAIN: Style = Object.freeze({});

// CSI sequences; OSC (titles, links) up to BEL or ST; two-character escapes; a torn sequence at the end
const ESCAPE =
  // eslint-disable-next-line no-control-regex
  /\x1b(?:\[([0-9;:<=>?]*)[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]*[0-Z\\^-~]|\[[0-9;:<=>?]*$|$)/g;
// what has no shape on a screen; tab stays
// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/g;

/** The spans of one line, and the style that the next line starts with. */
export function parseLine(line: string, start: Style): { spans: Span[]; end: Style } {
  const spans: Span[] = [];
  let style = start;
  let last = 0;
  const push = (text: string) => {
    const clean = text.replace(CONTROL, '');
    if (clean) {
      spans.push({ text: clean, style });
    }
  };
  for (const match of line.matchAll(ESCAPE)) {
    push(line.slice(last, match.index));
    last = match.index + match[0].length;
    if (match[2] === 'm') {
      style = applySgr(style, match[1] ?? '');
    }
  }
  push(line.slice(last));
  return { spans, end: style };
}

/** The text of a line as a person sees it. */
export function plainText(line: string): string {
  return (line.includes('\x1b') ? line.replace(ESCAPE, '') : line).replace(CONTROL, '');
}

/** The style after a line, without the cost of its spans. */
export function endStyle(line: string, start: Style): Style {
  return line.includes('\x1b') ? parseLine(line, start).end : start;
}

function applySgr(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map(Number);
  let next: Style = style;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const [colour, used] = extendedColour(codes, i + 1);
      i += used;
      if (colour !== undefined) {
        next = { ...next, [code === 38 ? 'fg' : 'bg']: colour };
      }
    } else {
      next = applyCode(next, code);
    }
  }
  return next;
}

function applyCode(style: Style, code: number): Style {
  if (code >= 30 && code <= 37) return { ...style, fg: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, fg: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, bg: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, bg: code - 92 };
  switch (code) {
    case 0:
      return PLAIN;
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
      return { ...style, underline: true };
    case 7:
      return { ...style, inverse: true };
    case 22:
      return without(style, 'bold', 'dim');
    case 23:
      return without(style, 'italic');
    case 24:
      return without(style, 'underline');
    case 27:
      return without(style, 'inverse');
    case 39:
      return without(style, 'fg');
    case 49:
      return without(style, 'bg');
    default:
      return style;
  }
}

function without(style: Style, ...keys: (keyof Style)[]): Style {
  return Object.fromEntries(Object.entries(style).filter(([key]) => !keys.includes(key as keyof Style)));
}

/** After 38 or 48: `5;n` or `2;r;g;b`. Returns the colour and how many codes it took. */
function extendedColour(codes: number[], at: number): [number | string | undefined, number] {
  if (codes[at] === 5) {
    return [paletteColour(codes[at + 1] ?? 0), 2];
  }
  if (codes[at] === 2) {
    const [r, g, b] = codes.slice(at + 1, at + 4).map(value => Math.min(255, value || 0));
    return [`rgb(${r ?? 0},${g ?? 0},${b ?? 0})`, 4];
  }
  return [undefined, 1];
}

/** xterm's 256 colours: 16 of the theme, a 6×6×6 cube, 24 greys. */
function paletteColour(n: number): number | string {
  if (n < 16) {
    return n;
  }
  if (n >= 232) {
    const grey = 8 + 10 * (Math.min(n, 255) - 232);
    return `rgb(${grey},${grey},${grey})`;
  }
  const level = (value: number) => (value === 0 ? 0 : 55 + 40 * value);
  const cube = n - 16;
  return `rgb(${level(Math.floor(cube / 36))},${level(Math.floor(cube / 6) % 6)},${level(cube % 6)})`;
}
