/** What was logged and is no number: tables, images, confusion matrices and other documents, texts. */
import { button, element, setText } from './dom';
import { count } from './format';
import type { Host } from './host';
import { documentNode } from './document';
import { note, preview } from './preview';
import { saveWith } from './save';
import type { Session } from './session';
import { type Cell, Table } from './table';
import type { MediaItem } from './types';

const MAX_CARDS = 60;
const EVERY_MS = 1_000;
const NONE = 'Nothing logged yet but numbers: run.log_image, run.log_row and run.log_table put it here.';

/** One name: loaded when it is in sight, and again when there is more of it. */
class MediaCard {
  readonly node = element('figure', 'runcfg-media');
  readonly #count = element('span', 'runcfg-at');
  readonly #tools = element('span', 'runcfg-tools');
  readonly #body = element('div', 'runcfg-media-body');
  readonly #session: Session;
  readonly #host: Host;
  readonly #signal: AbortSignal;
  #item: MediaItem;
  #kept: unknown[] = [];
  #place = -1;
  #loaded = 0;
  #loadedAt = 0;
  #isLoading = false;
  #table: Table | null = null;

  constructor(item: MediaItem, session: Session, host: Host, signal: AbortSignal) {
    this.#item = item;
    this.#session = session;
    this.#host = host;
    this.#signal = signal;
    const caption = element('figcaption', 'runcfg-legend');
    const name = element('span', 'runcfg-chart-title', item.name);
    name.title = item.name;
    caption.append(
      name,
      element('span', 'runcfg-at', item.kind.replaceAll('_', ' ')),
      this.#count,
      this.#tools
    );
    this.node.append(caption, this.#body);
    if (item.kind !== 'table' && item.kind !== 'text') {
      this.#fillTools();
    }
  }

  paint(item: MediaItem): void {
    this.#item = item;
    const isMany = item.kind === 'table' || item.kind === 'text' || item.total < 2;
    setText(this.#count, isMany ? '' : `${count(this.#place + 1)} of ${count(item.total)}`);
    this.#tools.classList.toggle('runcfg-mod-one', item.total < 2);
    if (item.kind === 'text') {
      setText(this.#body, item.last ?? '');
    } else if (
      item.total !== this.#loaded &&
      !this.#isLoading &&
      performance.now() - this.#loadedAt > EVERY_MS
    ) {
      void this.#load();
    }
  }

  async #load(): Promise<void> {
    this.#isLoading = true;
    const { name, kind, total } = this.#item;
    const wasLast = this.#place >= this.#kept.length - 1;
    try {
      const { found } = await this.#session.asking.ask('media', { name, type: kind });
      this.#kept = found.kept;
      this.#loaded = total;
      if (kind === 'table') {
        this.#showTable(found.kept as Record<string, Cell>[], found.total);
      } else if (wasLast) {
        await this.#show(found.kept.length - 1);
      }
    } catch (error) {
      this.#body.replaceChildren(note(error instanceof Error ? error.message : String(error)));
    }
    this.#isLoading = false;
    this.#loadedAt = performance.now();
  }

  #showTable(rows: Record<string, Cell>[], total: number): void {
    const columns = [...new Set(rows.flatMap(row => Object.keys(row)))];
    if (!this.#table) {
      this.#table = new Table(this.#item.name, this.#signal);
      this.#body.replaceChildren(this.#table.node);
    }
    this.#table.show(
      columns,
      rows.map(row => columns.map(column => row[column])),
      total
    );
  }

  async #show(place: number): Promise<void> {
    const path = this.#kept[place];
    if (typeof path !== 'string') {
      return;
    }
    this.#place = place;
    const { kind } = this.#item;
    const node =
      kind === 'image'
        ? await preview(this.#session, this.#host, path, this.#signal)
        : await documentNode(this.#session, this.#host, path, kind, this.#signal);
    if (this.#place === place) {
      this.#body.replaceChildren(node); // the one before stays until this one is here: nothing jumps
    }
  }

  #fillTools(): void {
    const step = (by: number) => {
      const place = Math.min(this.#kept.length - 1, Math.max(0, this.#place + by));
      this.#show(place).catch((error: unknown) => {
        this.#body.replaceChildren(note(error instanceof Error ? error.message : String(error)));
      });
      this.paint(this.#item);
    };
    const before = button('‹', 'The one before', this.#signal, () => {
      step(-1);
    });
    const next = button('›', 'The next one', this.#signal, () => {
      step(1);
    });
    const download = button('Download', `Download ${this.#item.name}`, this.#signal, () => {
      const path = this.#kept[this.#place];
      if (typeof path === 'string') {
        saveWith(download, this.#session, this.#host, path);
      }
    });
    before.classList.add('runcfg-turn');
    next.classList.add('runcfg-turn');
    this.#tools.append(before, next, download);
  }
}

export class Media {
  readonly node = element('section', 'runcfg-panel');
  readonly #grid = element('div', 'runcfg-grid runcfg-media-grid');
  readonly #more = element('p', 'runcfg-empty');
  readonly #cards = new Map<string, MediaCard>();
  readonly #session: Session;
  readonly #host: Host;
  readonly #signal: AbortSignal;

  constructor(session: Session, host: Host, signal: AbortSignal) {
    this.#session = session;
    this.#host = host;
    this.#signal = signal;
    this.node.setAttribute('aria-label', 'Media');
    this.node.append(this.#grid, this.#more);
  }

  paint(): void {
    const items = this.#session.media;
    for (const item of items.slice(0, MAX_CARDS)) {
      const key = `${item.kind}\0${item.name}`;
      let card = this.#cards.get(key);
      if (!card) {
        card = new MediaCard(item, this.#session, this.#host, this.#signal);
        this.#cards.set(key, card);
        this.#grid.append(card.node);
      }
      card.paint(item);
    }
    const left = items.length - MAX_CARDS;
    const more = left > 0 ? `and ${count(left)} more names: %runcfg metrics lists all` : '';
    setText(this.#more, items.length > 0 ? more : NONE);
    this.#more.hidden = !this.#more.textContent;
  }
}
