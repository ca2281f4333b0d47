/** What runs, how it stands, for how long, and what can be done with it. */
import { button, copy, element, setText } from './dom';
import { Earlier } from './earlier';
import { duration, took } from './format';
import type { Host } from './host';
import type { Session } from './session';
import { StepLine } from './steps';
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
  readonly #name = element('span', 'runcfg-name');
  readonly #script = element('span', 'runcfg-script');
  readonly #target = element('span', 'runcfg-target');
  readonly #elapsed = element('span', 'runcfg-elapsed');
  readonly #cancel: HTMLButtonElement;
  readonly #rerun: HTMLButtonElement;
  readonly #open: HTMLButtonElement;
  readonly #steps = new StepLine();
  readonly #tags = element('div', 'runcfg-tags');
  readonly #reason = element('div', 'runcfg-reason');
  readonly #what = element('p', 'runcfg-what');
  readonly #where: HTMLButtonElement;
  readonly #code = element('pre', 'runcfg-code');
  readonly #advice = element('p', 'runcfg-what');
  readonly #notice = element('p', 'runcfg-notice');
  readonly #warnings = element('p', 'runcfg-notice');
  readonly #sent = element('p', 'runcfg-sent');
  readonly #session: Session;
  readonly #host: Host;

  constructor(session: Session, host: Host, signal: AbortSignal) {
    this.#session = session;
    this.#host = host;
    this.#pill.append(element('span', 'runcfg-dot'), this.#status);
    this.#pill.setAttribute('role', 'status');
    this.#pill.setAttribute('aria-live', 'polite');
    this.#notice.setAttribute('role', 'status');
    this.#elapsed.setAttribute('role', 'timer');
    this.#elapsed.setAttribute('aria-label', 'elapsed time');
    this.#cancel = button(
      'Cancel',
      'Cancel',
      signal,
      () => {
        session.cancel();
      },
      'runcfg-cancel'
    );
    const again = `Repeat ${session.summary.label} exactly, as a new run`;
    this.#rerun = button('Rerun', again, signal, () => {
      this.#repeat();
    });
    this.#open = button('Open', 'Open the script', signal, () => {
      host.open?.(this.#scriptPath(), 0);
    });
    this.#where = button(
      '',
      host.open ? 'Go to this line' : 'Copy the place',
      signal,
      () => {
        this.#goTo();
      },
      'runcfg-where'
    );
    this.#where.removeAttribute('aria-label'); // its text says where
    const actions = element('div', 'runcfg-actions');
    actions.append(this.#elapsed, this.#open, this.#rerun, this.#cancel);
    const row = element('div', 'runcfg-row');
    row.append(this.#pill, this.#label, this.#name, this.#script, this.#target, actions);
    this.#reason.append(this.#what, this.#where, this.#code, this.#advice);
    this.node.append(
      row,
      this.#steps.node,
      this.#tags,
      this.#reason,
      this.#notice,
      this.#warnings,
      this.#sent,
      new Earlier(session, signal).node
    );
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
    setText(this.#name, summary.name ?? '');
    this.#name.title = summary.name ?? '';
    this.#name.hidden = !summary.name;
    setText(this.#script, summary.script);
    setText(this.#target, summary.target);
    this.#target.hidden = !summary.target;
    this.node.toggleAttribute('data-failed', summary.status === 'Failed');
    setText(this.#warnings, this.#session.warnings.map(warning => `warning: ${warning}`).join('\n'));
    this.#warnings.hidden = !this.#warnings.textContent;
    this.#rerun.hidden = !summary.is_terminal;
    this.#open.hidden = !this.#host.open || !this.#scriptPath();
    this.#paintTags();
    this.#paintReason();
    this.#paintCancel();
    this.tick();
  }

  tick(): void {
    const { summary, heardAt, summaryAt } = this.#session;
    const now = performance.now();
    const silence = now - heardAt;
    const lost = !summary.is_terminal && silence > SILENCE_MS;
    const since = summary.is_terminal ? 0 : ((lost ? heardAt : now) - summaryAt) / 1_000;
    this.#steps.paint(summary, since);
    const started = summary.elapsed !== null;
    const seconds = (summary.elapsed ?? summary.waiting) + since;
    const ended = started ? took(seconds) : '';
    const clock = started ? duration(seconds) : `waiting ${duration(seconds)}`;
    setText(this.#elapsed, summary.is_terminal ? ended : clock);
    const silent = `No news for ${duration(silence / 1_000)}: kernel or server is busy, or gone. The run itself goes on.`;
    setText(this.#notice, lost ? silent : this.#session.notice);
    this.#notice.hidden = !this.#notice.textContent;
  }

  #paintReason(): void {
    const { summary } = this.#session;
    setText(this.#what, reason(summary));
    setText(this.#where, summary.error?.where ? `at ${summary.error.where}` : '');
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
    for (const node of [this.#what, this.#where, this.#code, this.#advice, this.#reason]) {
      node.hidden = !node.textContent;
    }
  }

  #repeat(): void {
    this.#rerun.disabled = true;
    this.#session.asking
      .ask('rerun', {})
      .then(({ found }) => {
        const where = this.#host.show ? ', below' : '';
        this.#session.tell(`Submitted again as ${found.label}${where}: %runcfg show ${found.label}`);
        this.#host.show?.(found.run_id);
      })
      .catch((error: unknown) => {
        this.#session.tell(`not repeated: ${error instanceof Error ? error.message : String(error)}`);
      })
      .finally(() => {
        this.#rerun.disabled = false;
      });
  }

  /** The script among the person's own files; empty for one that was a cell. */
  #scriptPath(): string {
    const [name = ''] = this.#session.summary.script.split(' ');
    return this.#session.info.source && name.endsWith('.py') ? `${this.#session.info.source}/${name}` : '';
  }

  #goTo(): void {
    const [, file = '', line = '0'] = /^(.*?):(\d+)/.exec(this.#session.summary.error?.where ?? '') ?? [];
    if (/^\w+ cell, /.test(this.#session.summary.script) && !file.includes('/')) {
      this.#goToCell(Number(line));
      return;
    }
    const path = file.startsWith('/') ? file : `${this.#session.info.source}/${file}`;
    if (this.#host.open && file) {
      this.#host.open(path, Number(line));
    } else {
      void copy(`${path}:${line}`).then(() => {
        this.#session.tell(`copied: ${path}:${line}`);
      });
    }
  }

  #goToCell(line: number): void {
    const code = this.#session.summary.error?.code ?? '';
    const [, text = ''] = /^> *\d+ \|(.*)$/m.exec(code) ?? [];
    if (!this.#host.goToCell?.(line, text)) {
      this.#session.tell(`line ${line} of the cell that was submitted`);
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
  return message && cause && !message.includes(cause) ? `${cause} · ${message}` : message || cause;
}

function advice({ error }: RunSummary): string {
  const caused = error?.cause && `caused by ${error.cause}`;
  return [caused, error?.hint && `hint: ${error.hint}`].filter(Boolean).join('\n');
}
