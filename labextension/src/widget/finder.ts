/** The search field of a log: what to find, how many lines have it, next and previous. */
import { button, element, setText, toggle } from './dom';
import { count } from './format';
import { Search } from './search';

export class Finder {
  readonly node = element('div', 'runcfg-finder');
  readonly search = new Search();
  readonly #input = element('input', 'runcfg-input');
  readonly #count = element('span', 'runcfg-found-count');
  readonly #case: HTMLButtonElement;
  readonly #regex: HTMLButtonElement;
  readonly #buttons: HTMLButtonElement[];
  readonly #changed: () => void;

  constructor(signal: AbortSignal, changed: () => void, step: (direction: 1 | -1) => void, left: () => void) {
    this.#changed = changed;
    this.#input.type = 'search';
    this.#input.placeholder = 'Find in log';
    this.#input.spellcheck = false;
    this.#input.setAttribute('aria-label', 'Find in log');
    this.#count.setAttribute('role', 'status');
    this.#input.addEventListener('input', this.#set, { signal });
    this.#input.addEventListener(
      'keydown',
      event => {
        if (event.key === 'Enter') {
          event.preventDefault();
          step(event.shiftKey ? -1 : 1);
        } else if (event.key === 'Escape') {
          event.preventDefault();
          this.#input.value = '';
          this.#set();
          left();
        }
      },
      { signal }
    );
    this.#case = toggle('Aa', 'Match case', signal, false, this.#set);
    this.#regex = toggle('.*', 'Regular expression', signal, false, this.#set);
    this.#buttons = [
      button('↑', 'Previous (Shift+Enter)', signal, () => {
        step(-1);
      }),
      button('↓', 'Next (Enter)', signal, () => {
        step(1);
      })
    ];
    this.node.append(this.#input, this.#case, this.#regex, ...this.#buttons, this.#count);
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  /** `isDone`: all lines were looked at. */
  paint(isDone: boolean): void {
    const { isOn, error, total, place } = this.search;
    const found = `${place > 0 ? `${count(place)} of ` : ''}${count(total)}${isDone ? '' : '…'}`;
    setText(this.#count, isOn ? error || (total === 0 && isDone ? 'nothing found' : found) : '');
    this.#count.hidden = !isOn;
    this.#input.setAttribute('aria-invalid', String(error !== ''));
    for (const node of this.#buttons) {
      node.disabled = total === 0;
    }
  }

  #set = (): void => {
    const isOn = (node: HTMLElement) => node.getAttribute('aria-pressed') === 'true';
    this.search.set({
      text: this.#input.value,
      matchCase: isOn(this.#case),
      isRegex: isOn(this.#regex)
    });
    this.#changed();
  };
}
