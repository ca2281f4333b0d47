/** What was sent with the run: each fact with a button that copies it, and the configuration. */
import { copyButton, element } from './dom';
import type { Session } from './session';
import type { SentFound } from './types';

export class Sent {
  readonly node = element('section', 'runcfg-panel');
  readonly #session: Session;
  readonly #signal: AbortSignal;
  #standing: 'unasked' | 'asked' | 'here' = 'unasked';

  constructor(session: Session, signal: AbortSignal) {
    this.#session = session;
    this.#signal = signal;
    this.node.setAttribute('aria-label', 'What was sent');
  }

  /** A request is written once: it is asked for once. */
  show(): void {
    if (this.#standing !== 'unasked') {
      return;
    }
    this.#standing = 'asked';
    this.node.replaceChildren(element('p', 'runcfg-empty', 'Loading…'));
    this.#session.asking
      .ask('sent', {})
      .then(({ found }) => {
        this.#standing = 'here';
        this.#fill(found);
      })
      .catch((error: unknown) => {
        this.#standing = 'unasked';
        const said = error instanceof Error ? error.message : String(error);
        this.node.replaceChildren(element('p', 'runcfg-empty', said));
      });
  }

  #fill({ facts, configuration, notes }: SentFound): void {
    const list = element('dl', 'runcfg-facts');
    for (const [name, text] of facts) {
      const fact = element('dd', '');
      fact.append(
        element('span', 'runcfg-fact', text),
        copyButton(() => text, `Copy ${name}`, this.#signal)
      );
      list.append(element('dt', '', name), fact);
    }
    const yaml = configuration || '# all settings have their defaults';
    const head = element('div', 'runcfg-file-row');
    head.append(
      element('span', 'runcfg-title', 'Configuration, as far as it differs from the defaults'),
      copyButton(() => yaml, 'Copy the configuration', this.#signal)
    );
    const code = element('pre', 'runcfg-code', yaml);
    code.tabIndex = 0;
    const said = notes.map(note => element('p', 'runcfg-notice', note));
    this.node.replaceChildren(list, head, code, ...said);
  }
}
