/** The output of a run: its live view where the server has the run, else what stands beside it in the output. */
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ServerConnection } from '@jupyterlab/services';
import { Panel, Widget } from '@lumino/widgets';
import type { Host } from '../widget/host';
import { LiveWidget } from './liveWidget';
import { filesUrl } from './request';
import { RunSocket } from './socket';

export const RUN_MIME = 'application/vnd.runcfg.run+json';
const STILL_MIME = 'text/html';
/** Runs that are out of sight cost nothing: they are asked for when they come so near, in what scrolls too. */
const NEAR = { rootMargin: '400px', scrollMargin: '400px' };

export interface Surroundings {
  settings: ServerConnection.ISettings;
  rendermime: IRenderMimeRegistry;
  open: NonNullable<Host['open']>;
}

export class RunRenderer extends Panel implements IRenderMime.IRenderer {
  readonly #around: Surroundings;
  #runId = '';
  #shown: AbortController | null = null;
  #isLive = false;

  constructor(around: Surroundings) {
    super();
    this.#around = around;
    this.addClass('jp-RunCfg-output');
  }

  /** Called again when the kernel puts the still picture of the end in place: a live view shows that end. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const runId = runIdOf(model.data[RUN_MIME]);
    if (this.#isLive && runId === this.#runId) {
      return;
    }
    this.#shown?.abort();
    this.#shown = new AbortController();
    this.#runId = runId;
    this.#isLive = false;
    await this.#showStill(model);
    if (runId) {
      void this.#showLive(model, this.#shown.signal);
    }
  }

  override dispose(): void {
    this.#shown?.abort();
    super.dispose();
  }

  async #showStill(model: IRenderMime.IMimeModel): Promise<void> {
    const still = this.#around.rendermime.createRenderer(STILL_MIME);
    await still.renderModel(model);
    this.#replaceAll(still);
  }

  async #showLive(model: IRenderMime.IMimeModel, signal: AbortSignal): Promise<void> {
    await isNear(this.node, signal);
    const socket = new RunSocket(this.#runId, this.#around.settings, signal);
    const [found, view] = await Promise.all([socket.found, import('../widget/view')]);
    if (signal.aborted || this.isDisposed) {
      return;
    }
    if (!found) {
      this.#showWidget(model, signal);
      return;
    }
    const host = new Widget();
    this.#replaceAll(host);
    view.mountRun(socket, host.node, signal, this.#hostFor(socket));
    this.#isLive = true;
  }

  /** Files can be opened where the run's source directory is below what the file browser shows. */
  #hostFor(socket: RunSocket): Host {
    const files = filesUrl(this.#runId, this.#around.settings);
    const root = `${socket.root}/`;
    if (!socket.root || !`${socket.get().source}/`.startsWith(root)) {
      return { filesUrl: files };
    }
    const open = (path: string, line: number) => {
      this.#around.open(path.startsWith(root) ? path.slice(root.length) : path, line);
    };
    return { filesUrl: files, open };
  }

  /** The kernel may have the run where the server has not: its own widget, as soon as that really shows. */
  #showWidget(model: IRenderMime.IMimeModel, signal: AbortSignal): void {
    const widget = LiveWidget.find(this, model, signal);
    if (widget) {
      this.addWidget(widget);
      widget.shown.then(
        () => {
          this.#replaceAll(widget);
        },
        () => {
          widget.dispose();
        }
      );
    }
  }

  #replaceAll(widget: Widget): void {
    for (const other of [...this.widgets]) {
      if (other !== widget) {
        other.dispose();
      }
    }
    this.addWidget(widget);
  }
}

function runIdOf(data: unknown): string {
  const known = typeof data === 'object' && data !== null && 'run_id' in data && 'version' in data;
  return known && data.version === 1 && typeof data.run_id === 'string' ? data.run_id : '';
}

/** Resolves when the node comes near what is in sight; never, when the signal aborts before. */
function isNear(node: HTMLElement, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const observer = new IntersectionObserver(entries => {
      if (entries.some(entry => entry.isIntersecting)) {
        observer.disconnect();
        resolve();
      }
    }, NEAR);
    observer.observe(node);
    signal.addEventListener('abort', () => {
      observer.disconnect();
    });
  });
}
