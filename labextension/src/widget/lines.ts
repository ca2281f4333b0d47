/** The bytes of a log as lines: any chunking, torn UTF-8, progress bars, and a bounded number of lines. */
import { count } from './format';
import { type Style, PLAIN, endStyle } from './ansi';

export const MAX_LINES = 1_000_000;
/** Of all lines together, about as many bytes. */
const MAX_LENGTH = 200_000_000;
/** Lines are dropped in blocks: moving the array for each of them would be slow. */
const DROP_BLOCK = 10_000;
export const MAX_LINE_LENGTH = 20_000;
/** Of a line that does not end, so much is kept. */
const MAX_PARTIAL_LENGTH = 1_000_000;

export interface Line {
  readonly text: string;
  /** The style the line before it left behind. */
  readonly style: Style;
}

export class LineStore {
  #decoder = new TextDecoder();
  #texts: string[] = [];
  #styles: Style[] = [];
  #partial = '';
  #style: Style = PLAIN;
  #dropped = 0;
  /** Another one after `clear`. */
  generation = 0;
  #size = 0;
  readonly #maxLines: number;

  constructor(maxLines = MAX_LINES) {
    this.#maxLines = maxLines;
  }

  /** Lines that can be read, the partial last one included. */
  get length(): number {
    return this.#texts.length + (this.#partial === '' ? 0 : 1);
  }

  /** Lines that will not change any more. */
  get complete(): number {
    return this.#texts.length;
  }

  /** Lines that were here and are not kept; the number of the first line that is. */
  get dropped(): number {
    return this.#dropped;
  }

  at(index: number): Line {
    if (index < this.#texts.length) {
      return { text: this.#texts[index] ?? '', style: this.#styles[index] ?? PLAIN };
    }
    return { text: cut(foldReturns(this.#partial)), style: this.#style };
  }

  push(bytes: Uint8Array): void {
    const parts = (this.#partial + this.#decoder.decode(bytes, { stream: true })).split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      this.#add(foldReturns(part));
    }
    // folded up to the last return: a bar that never ends its line would grow for ever
    const at = last.lastIndexOf('\r');
    const partial = at < 0 ? last : `${foldReturns(last.slice(0, at))}${last.slice(at)}`;
    this.#partial = partial === '\r' ? '' : partial.slice(0, MAX_PARTIAL_LENGTH);
    if (this.#texts.length > this.#maxLines + Math.min(DROP_BLOCK, this.#maxLines)) {
      this.#drop(this.#texts.length - this.#maxLines);
    }
    while (this.#size > MAX_LENGTH && this.#texts.length > 1) {
      this.#drop(Math.min(DROP_BLOCK, this.#texts.length >> 1));
    }
  }

  /** Bytes are missing here: whatever was half read is a line of its own. */
  gap(): void {
    this.#decoder = new TextDecoder();
    if (this.#partial !== '') {
      this.#add(foldReturns(this.#partial));
      this.#partial = '';
    }
    this.#style = PLAIN;
  }

  /** As new: what comes next is the first byte. */
  clear(): void {
    this.#decoder = new TextDecoder();
    this.#texts = [];
    this.#styles = [];
    this.#partial = '';
    this.#style = PLAIN;
    this.#dropped = this.#size = 0;
    this.generation++;
  }

  #add(line: string): void {
    const text = cut(line);
    this.#size += text.length;
    this.#texts.push(text);
    this.#styles.push(this.#style);
    this.#style = endStyle(text, this.#style);
  }

  #drop(count: number): void {
    for (let index = 0; index < count; index++) {
      this.#size -= this.#texts[index]?.length ?? 0;
    }
    this.#texts.splice(0, count);
    this.#styles.splice(0, count);
    this.#dropped += count;
  }
}

/** What a terminal shows of a line with carriage returns and backspaces in it. */
export function foldReturns(line: string): string {
  let text = line;
  if (line.includes('\r')) {
    text = '';
    for (const part of line.split('\r')) {
      text = overwrite(text, foldBackspaces(part));
    }
  } else if (line.includes('\b')) {
    text = foldBackspaces(line);
  }
  return text;
}

function cut(text: string): string {
  const more = text.length - MAX_LINE_LENGTH;
  return more > 0 ? `${text.slice(0, MAX_LINE_LENGTH)} … ${count(more)} more characters` : text;
}

/** `text` written over `old` from the first column: what sticks out of the old one stays, as on a terminal. */
function overwrite(old: string, text: string): string {
  if (text === '') {
    return old;
  }
  if (text.includes('\x1b') || old.includes('\x1b')) {
    return text; // columns and characters are not the same here; bars with colours redraw the whole line
  }
  return text + old.slice(text.length);
}

function foldBackspaces(text: string): string {
  if (!text.includes('\b')) {
    return text;
  }
  const kept: string[] = [];
  for (const character of text) {
    if (character === '\b') {
      kept.pop();
    } else {
      kept.push(character);
    }
  }
  return kept.join('');
}
