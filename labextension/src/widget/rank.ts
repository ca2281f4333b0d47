/** The log of a process that is not the first: asked for piece by piece while somebody looks at it. */
import { LineStore } from './lines';
import type { LogSource, Session } from './session';

const POLL_MS = 400;
const BACKOFF_MS = 3_000;

export class RankLog implements LogSource {
  readonly lines = new LineStore();
  readonly path: string;
  skippedBytes = 0;
  readonly #session: Session;
  readonly #rank: number;
  #offset = 0;
  #whole = false;
  #following = 0;

  constructor(session: Session, rank: number) {
    this.#session = session;
    this.#rank = rank;
    this.path = `logs/std_log_${rank}.txt`;
  }

  reload(): void {
    this.lines.clear();
    this.#offset = this.skippedBytes = 0;
    this.#whole = true;
  }

  /** Gets what is new until the signal aborts; several views of it ask once. */
  follow(signal: AbortSignal): void {
    this.#following++;
    signal.addEventListener('abort', () => {
      this.#following--;
    });
    if (this.#following === 1) {
      void this.#loop();
    }
  }

  async #loop(): Promise<void> {
    while (this.#following > 0) {
      let pause = POLL_MS;
      try {
        if (await this.#read()) {
          pause = 0;
        } else if (this.#session.summary.is_terminal) {
          pause = BACKOFF_MS;
        }
      } catch {
        pause = BACKOFF_MS; // a busy kernel answers later
      }
      await new Promise(resolve => setTimeout(resolve, pause));
    }
  }

  /** True when there is more. */
  async #read(): Promise<boolean> {
    const offset = this.#offset;
    const given = { rank: this.#rank, offset, whole: this.#whole };
    const { found, bytes } = await this.#session.asking.ask('log', given);
    if (offset !== this.#offset) {
      return true; // begun anew meanwhile
    }
    if (found.start > offset) {
      this.skippedBytes += found.start - offset;
      this.lines.gap();
    }
    this.lines.push(bytes);
    this.#offset = found.start + bytes.length;
    if (bytes.length > 0) {
      this.#session.changed();
    }
    return bytes.length > 0 && this.#offset < found.size;
  }
}
