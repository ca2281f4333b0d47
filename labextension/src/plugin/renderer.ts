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
    const place = await this.#mount(this.#runId, signal, added => {
      this.#replaceAll(added);
    });
    this.#isLive = place !== null;
    if (!this.#isLive && !signal.aborted && !this.isDisposed) {
      this.#showWidget(model, signal);
    }
  }

  /** Adds the view of a run as the server has it; null where it has it not, or nobody wants it any more. */
  async #mount(runId: string, signal: AbortSignal, add: (place: Widget) => void): Promise<Widget | null> {
    const socket = new RunSocket(runId, this.#around.settings, signal);
    const [found, view] = await Promise.all([socket.found, import('../widget/view')]);
    if (!found || signal.aborted || this.isDisposed) {
      return null;
    }
    const place = new Widget();
    add(place); // before it is filled: what is nowhere has no size
    view.mountRun(socket, place.node, signal, this.#hostFor(runId, socket, signal));
    return place;
  }

  /** A run that was begun in this view: as long as the page is there, below it. */
  async #showNext(runId: string, signal: AbortSignal): Promise<void> {
    const place = await this.#mount(runId, signal, added => {
      this.addWidget(added);
    });
    place?.node.scrollIntoView({ block: 'nearest' });
  }

  /** Files can be opened where the run's source directory is below what the file browser shows. */
  #hostFor(runId: string, socket: RunSocket, signal: AbortSignal): Host {
    const host: Host = {
      filesUrl: filesUrl(runId, this.#around.settings),
      show: next => void this.#showNext(next, signal)
    };
    const root = `${socket.root}/`;
    if (!socket.root || !`${socket.get().source}/`.startsWith(root)) {
      return host;
    }
    const open = (path: string, line: number) => {
      this.#around.open(path.startsWith(root) ? path.slice(root.length) : path, line);
    };
    return { ...host, open };
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
