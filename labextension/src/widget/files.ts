/** The files of a run with their sizes; each opens to show what is in it. */
import { button, element, setText } from './dom';
import { bytes, count } from './format';
import type { Host } from './host';
import { note, preview } from './preview';
import { saveWith } from './save';
import type { Session } from './session';
import type { FilesFound } from './types';

const POLL_MS = 2_000;
/** A look that took long is not repeated at once. */
const REST = 10;

interface Entry {
  node: HTMLElement;
  size: HTMLElement;
  stamp: string;
}

export class Files {
  readonly node = element('section', 'runcfg-panel');
  readonly #list = element('ul', 'runcfg-files');
  readonly #said = element('p', 'runcfg-empty', 'Looking…');
  readonly #filter = element('input', 'runcfg-input');
  readonly #entries = new Map<string, Entry>();
  readonly #session: Session;
  readonly #host: Host;
  readonly #signal: AbortSignal;
  #timer = 0;
  #isShown = false;
  #asked = 0;

  constructor(session: Session, host: Host, signal: AbortSignal) {
    this.#session = session;
    this.#host = host;
    this.#signal = signal;
    this.node.setAttribute('aria-label', 'Files');
    this.#filter.type = 'search';
    this.#filter.placeholder = 'Filter files';
    this.#filter.setAttribute('aria-label', 'Filter files');
    this.#filter.addEventListener(
      'input',
      () => {
        void this.#look();
      },
      { signal }
    );
    this.#said.setAttribute('role', 'status');
    this.node.append(this.#filter, this.#list, this.#said);
    signal.addEventListener('abort', () => {
      this.show(false);
    });
  }

  /** Looks again and again while it is shown and the run goes on. */
  show(isShown: boolean): void {
    clearTimeout(this.#timer);
    const begins = isShown && !this.#isShown;
    this.#isShown = isShown;
    if (begins) {
      void this.#look();
    }
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    const began = performance.now();
    const wasOver = this.#session.summary.is_terminal;
    try {
      const { found } = await this.#session.asking.ask('files', { part: this.#filter.value });
      if (asked === this.#asked) {
        this.#paint(found);
      }
    } catch (error) {
      setText(this.#said, String(error instanceof Error ? error.message : error));
      this.#said.hidden = false;
    }
    if (asked === this.#asked && this.#isShown && !wasOver) {
      const pause = Math.max(POLL_MS, REST * (performance.now() - began));
      this.#timer = setTimeout(() => void this.#look(), pause);
    }
  }

  #paint({ files, total, size, is_partial }: FilesFound): void {
    const names = new Set(files.map(([path]) => path));
    for (const [path, { node }] of this.#entries) {
      if (!names.has(path)) {
        node.remove();
        this.#entries.delete(path);
      }
    }
    files.forEach(([path, fileSize, changed], place) => {
      const entry = this.#entries.get(path) ?? this.#add(path);
      entry.stamp = `${fileSize} ${changed}`;
      setText(entry.size, bytes(fileSize));
      if (this.#list.children[place] !== entry.node) {
        this.#list.insertBefore(entry.node, this.#list.children[place] ?? null);
      }
    });
    const unit = total === 1 ? 'file' : 'files';
    const shown = files.length < total ? `the first ${count(files.length)} of ` : '';
    const more = is_partial ? ', and more that were not looked at' : '';
    setText(this.#said, total === 0 ? 'No files' : `${shown}${count(total)} ${unit}, ${bytes(size)}${more}`);
    this.#filter.hidden = total < 8 && !this.#filter.value;
  }

  #add(path: string): Entry {
    const node = element('li', 'runcfg-file');
    const row = element('div', 'runcfg-file-row');
    const body = element('div', 'runcfg-file-body');
    const name = button(path, `Show ${path}`, this.#signal, () => void this.#open(path), 'runcfg-file-name');
    const size = element('span', 'runcfg-file-size');
    const download = button('Download', `Download ${path}`, this.#signal, () => {
      saveWith(download, this.#session, this.#host, path);
    });
    name.setAttribute('aria-expanded', 'false');
    body.hidden = true;
    row.append(name, size, download);
    node.append(row, body);
    const entry = { node, size, stamp: '' };
    this.#entries.set(path, entry);
    return entry;
  }

  async #open(path: string): Promise<void> {
    const entry = this.#entries.get(path);
    const [row, body] = (entry?.node.children ?? []) as unknown as [HTMLElement, HTMLElement];
    if (!entry) {
      return;
    }
    const isOpen = body.hidden;
    row.firstElementChild?.setAttribute('aria-expanded', String(isOpen));
    body.hidden = !isOpen;
    if (isOpen && body.dataset.stamp !== entry.stamp) {
      body.dataset.stamp = entry.stamp;
      body.replaceChildren(note('Loading…'));
      body.replaceChildren(
        await preview(this.#session, this.#host, path, this.#signal).catch((error: unknown) => {
          body.dataset.stamp = '';
          return note(error instanceof Error ? error.message : String(error));
        })
      );
    }
  }
}
