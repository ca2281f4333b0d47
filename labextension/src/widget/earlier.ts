/** The runs of the same cell that went on when this one was submitted: ended by a click. */
import { button, element, setText } from './dom';
import { count } from './format';
import type { Session } from './session';

const LOOK_MS = 3_000;
const MOST_NAMED = 3;

export class Earlier {
  readonly node = element('p', 'runcfg-earlier');
  readonly #said = element('span', '');
  readonly #cancel: HTMLButtonElement;
  readonly #session: Session;
  readonly #signal: AbortSignal;
  #isAsked = false;

  constructor(session: Session, signal: AbortSignal) {
    this.#session = session;
    this.#signal = signal;
    this.#said.setAttribute('role', 'status');
    this.#cancel = button('', '', signal, () => {
      this.#isAsked = true;
      this.#cancel.disabled = true;
      void this.#ask(true);
    });
    this.node.hidden = true;
    this.node.append(this.#cancel, this.#said);
    if (session.info.earlier.length > 0) {
      void this.#look();
    }
  }

  /** Until all of them have ended: with what is over nobody has to do. */
  async #look(): Promise<void> {
    while (!this.#signal.aborted && (await this.#ask(false))) {
      await new Promise(resolve => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Whether to ask again. */
  async #ask(cancel: boolean): Promise<boolean> {
    const run_ids = this.#session.info.earlier;
    try {
      const { found } = await this.#session.asking.ask('earlier', { run_ids, cancel });
      this.#paint(found.labels);
      return found.labels.length > 0;
    } catch (error) {
      if (cancel) {
        this.#isAsked = this.#cancel.disabled = false;
        setText(this.#said, `not cancelled: ${error instanceof Error ? error.message : String(error)}`);
      }
      return true;
    }
  }

  #paint(labels: string[]): void {
    const left = labels.length - MOST_NAMED;
    const who = labels.slice(0, MOST_NAMED).join(', ') + (left > 0 ? ` and ${count(left)} more` : '');
    const isOver = labels.length === 0;
    this.node.hidden = isOver && !this.#isAsked;
    this.#cancel.hidden = isOver;
    setText(this.#cancel, `${this.#isAsked ? 'Cancelling' : 'Cancel'} ${who}`);
    this.#cancel.setAttribute('aria-label', this.#cancel.textContent);
    this.#cancel.title = 'The run of this cell before';
    setText(this.#said, isOver ? 'The run of this cell before has ended.' : '');
  }
}
