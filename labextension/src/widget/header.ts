/** What runs, how it stands, for how long, and the button that ends it. */
import { element, setText } from './dom';
import { duration, took } from './format';
import type { Session } from './session';
import type { RunSummary } from './types';

const TONES: Record<string, string> = {
  Completed: 'good',
  Failed: 'bad',
  Canceled: 'muted',
  CancelRequested: 'warn',
  NotResponding: 'warn',
  Running: 'live',
  Finalizing: 'live'
};
/** Without a word from the kernel for so long the clock stands still and the view says why. */
const SILENCE_MS = 15_000;

export class Header {
  readonly node = element('header', 'runcfg-header');
  readonly #pill = element('span', 'runcfg-pill');
  readonly #status = element('span', 'runcfg-status');
  readonly #label = element('span', 'runcfg-label');
  readonly #script = element('span', 'runcfg-script');
  readonly #target = element('span', 'runcfg-target');
  readonly #elapsed = element('span', 'runcfg-elapsed');
  readonly #cancel = element('button', 'runcfg-button runcfg-cancel', 'Cancel');
  readonly #tags = element('div', 'runcfg-tags');
  readonly #reason = element('div', 'runcfg-reason');
  readonly #what = element('p', 'runcfg-what');
  readonly #code = element('pre', 'runcfg-code');
  readonly #advice = element('p', 'runcfg-what');
  readonly #notice = element('p', 'runcfg-notice');
  readonly #sent = element('p', 'runcfg-sent');
  readonly #session: Session;

  constructor(session: Session, signal: AbortSignal) {
    this.#session = session;
    this.#pill.append(element('span', 'runcfg-dot'), this.#status);
    this.#pill.setAttribute('role', 'status');
    this.#pill.setAttribute('aria-live', 'polite');
    this.#notice.setAttribute('role', 'status');
    this.#elapsed.setAttribute('role', 'timer');
    this.#elapsed.setAttribute('aria-label', 'elapsed time');
    this.#cancel.type = 'button';
    this.#cancel.addEventListener(
      'click',
      () => {
        session.cancel();
      },
      { signal }
    );
    const row = element('div', 'runcfg-row');
    row.append(this.#pill, this.#label, this.#script, this.#target, this.#elapsed, this.#cancel);
    this.#reason.append(this.#what, this.#code, this.#advice);
    this.node.append(row, this.#tags, this.#reason, this.#notice, this.#sent);
    setText(this.#sent, [session.info.sent, session.info.note].filter(Boolean).join('\n'));
    this.#sent.hidden = !this.#sent.textContent;
    const clock = setInterval(() => {
      this.tick();
    }, 250);
    signal.addEventListener('abort', () => {
      clearInterval(clock);
    });
  }

  paint(): void {
    const { summary } = this.#session;
    this.#pill.dataset.tone = TONES[summary.status] ?? 'idle';
    setText(this.#status, spaced(summary.status));
    setText(this.#label, summary.label);
    setText(this.#script, summary.script);
    setText(this.#target, summary.target);
    this.#target.hidden = !summary.target;
    this.node.toggleAttribute('data-failed', summary.status === 'Failed');
    this.#paintTags();
    this.#paintReason();
    this.#paintCancel();
    this.tick();
  }

  tick(): void {
    const { summary, heardAt } = this.#session;
    const silence = performance.now() - heardAt;
    const lost = !summary.is_terminal && silence > SILENCE_MS;
    const since = summary.is_terminal || lost ? 0 : silence / 1_000;
    const started = summary.elapsed !== null;
    const seconds = (summary.elapsed ?? summary.waiting) + since;
    const ended = started ? took(seconds) : '';
    const clock = started ? duration(seconds) : `waiting ${duration(seconds)}`;
    setText(this.#elapsed, summary.is_terminal ? ended : clock);
    const silent = `No news from the kernel for ${duration(silence / 1_000)}: busy, or gone. The run itself goes on.`;
    setText(this.#notice, lost ? silent : this.#session.notice);
    this.#notice.hidden = !this.#notice.textContent;
  }

  #paintReason(): void {
    const { summary } = this.#session;
    setText(this.#what, reason(summary));
    setText(this.#advice, advice(summary));
    const code = summary.error?.code ?? '';
    if (this.#code.textContent !== code) {
      this.#code.replaceChildren(
        ...code.split('\n').flatMap((line, place) => {
          const node = element('span', line.startsWith('>') ? 'runcfg-marked' : '', line);
          return place ? ['\n', node] : [node];
        })
      );
    }
    for (const node of [this.#what, this.#code, this.#advice, this.#reason]) {
      node.hidden = !node.textContent;
    }
  }

  #paintTags(): void {
    const texts = Object.entries(this.#session.summary.tags).map(([name, text]) => `${name}=${text}`);
    this.#tags.hidden = texts.length === 0;
    if (this.#tags.childElementCount !== texts.length || this.#tags.dataset.texts !== texts.join('\n')) {
      this.#tags.dataset.texts = texts.join('\n');
      this.#tags.replaceChildren(...texts.map(text => element('span', 'runcfg-tag', text)));
    }
  }

  #paintCancel(): void {
    const { summary, cancelling } = this.#session;
    const asked = cancelling || summary.status === 'CancelRequested';
    this.#cancel.hidden = summary.is_terminal;
    this.#cancel.disabled = asked;
    setText(this.#cancel, asked ? 'Cancelling…' : 'Cancel');
    this.#cancel.setAttribute('aria-label', `${asked ? 'Cancelling' : 'Cancel'} ${summary.label}`);
  }
}

/** CancelRequested → Cancel requested: the words of v1, readable. */
export function spaced(status: string): string {
  return status.replace(
    /([a-z])([A-Z])/g,
    (_, end: string, start: string) => `${end} ${start.toLowerCase()}`
  );
}

function reason(summary: RunSummary): string {
  const { cause, error } = summary;
  const message = [error?.type, error?.message].filter(Boolean).join(': ');
  const said = message && cause && !message.includes(cause) ? `${cause} · ${message}` : message || cause;
  return [said, error?.where && `at ${error.where}`].filter(Boolean).join('\n');
}

function advice({ error }: RunSummary): string {
  const caused = error?.cause && `caused by ${error.cause}`;
  return [caused, error?.hint && `hint: ${error.hint}`].filter(Boolean).join('\n');
}
