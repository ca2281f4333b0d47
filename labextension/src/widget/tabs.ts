/** A row of tabs, one of which is chosen: by click, arrow keys, Home and End. */
import { element, setText } from './dom';

export interface Tab {
  id: string;
  title: string;
  /** What stands small beside the title. */
  count?: string;
}

let made = 0;

export class Tabs {
  readonly node = element('div', 'runcfg-tabs');
  readonly #nodes = new Map<string, HTMLButtonElement>();
  readonly #prefix = `runcfg-tabs-${++made}`;
  readonly #signal: AbortSignal;
  readonly #chosen: (id: string) => void;
  current = '';

  constructor(label: string, signal: AbortSignal, chosen: (id: string) => void) {
    this.#signal = signal;
    this.#chosen = chosen;
    this.node.setAttribute('role', 'tablist');
    this.node.setAttribute('aria-label', label);
    this.node.addEventListener('keydown', this.#key, { signal });
  }

  /** Shows these tabs; those that are there stay as they are. */
  paint(tabs: readonly Tab[]): void {
    for (const tab of tabs) {
      const node = this.#nodes.get(tab.id) ?? this.#add(tab.id);
      const [title, count] = node.children as unknown as [HTMLElement, HTMLElement];
      setText(title, tab.title);
      setText(count, tab.count ?? '');
      count.hidden = !tab.count;
    }
    for (const [id, node] of this.#nodes) {
      if (!tabs.some(tab => tab.id === id)) {
        node.remove();
        this.#nodes.delete(id);
      }
    }
    if (!this.#nodes.has(this.current) && tabs[0]) {
      this.choose(tabs[0].id);
    }
  }

  choose(id: string): void {
    this.current = id;
    for (const [one, node] of this.#nodes) {
      node.setAttribute('aria-selected', String(one === id));
      node.tabIndex = one === id ? 0 : -1;
    }
    this.#chosen(id);
  }

  /** Makes a node the panel of a tab. */
  own(panel: HTMLElement, id: string): void {
    panel.id = `${this.#prefix}-panel-${id}`;
    panel.setAttribute('role', 'tabpanel');
    this.#nodes.get(id)?.setAttribute('aria-controls', panel.id);
    panel.setAttribute('aria-labelledby', `${this.#prefix}-${id}`);
  }

  #add(id: string): HTMLButtonElement {
    const node = element('button', 'runcfg-tab');
    node.type = 'button';
    node.id = `${this.#prefix}-${id}`;
    node.append(element('span', ''), element('span', 'runcfg-badge'));
    node.setAttribute('role', 'tab');
    node.setAttribute('aria-selected', 'false');
    node.tabIndex = -1;
    node.addEventListener(
      'click',
      () => {
        this.choose(id);
      },
      { signal: this.#signal }
    );
    this.#nodes.set(id, node);
    this.node.append(node);
    return node;
  }

  #key = (event: KeyboardEvent): void => {
    const ids = [...this.#nodes.keys()];
    const at = ids.indexOf(this.current);
    const places: Record<string, number> = {
      ArrowRight: (at + 1) % ids.length,
      ArrowLeft: (at + ids.length - 1) % ids.length,
      Home: 0,
      End: ids.length - 1
    };
    const id = ids[places[event.key] ?? -1];
    if (id !== undefined) {
      event.preventDefault();
      this.choose(id);
      this.#nodes.get(id)?.focus();
    }
  };
}
