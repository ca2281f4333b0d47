/** An output that is live where the server has what it shows, else what stands beside it in the output. */
import type { IRenderMime } from '@jupyterlab/rendermime';
import { Panel, Widget } from '@lumino/widgets';
import { LiveWidget } from './liveWidget';
import type { Surroundings } from './served';

const STILL_MIME = 'text/html';
/** What is out of sight costs nothing: it is asked for when it comes so near, in what scrolls too. */
const NEAR = { rootMargin: '400px', scrollMargin: '400px' };

export abstract class LiveRenderer extends Panel implements IRenderMime.IRenderer {
  readonly around: Surroundings;
  readonly #mime: string;
  #shown: AbortController | null = null;
  #isLive = false;

  constructor(around: Surroundings, mime: string) {
    super();
    this.around = around;
    this.#mime = mime;
    this.addClass('jp-RunCfg-output');
  }

  /** Called again when the kernel puts the still picture of the end in place: a live view shows that end. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const data = model.data[this.#mime];
    if (this.goesOn(data) && this.#isLive) {
      return;
    }
    this.#shown?.abort();
    const { signal } = (this.#shown = new AbortController());
    this.#isLive = false;
    const still = this.around.rendermime.createRenderer(STILL_MIME);
    await still.renderModel(model);
    if (signal.aborted) {
      still.dispose(); // newer data came meanwhile
      return;
    }
    this.#replaceAll(still);
    if (this.begins(data)) {
      void this.#showLive(model, signal);
    }
  }

  override dispose(): void {
    this.#shown?.abort();
    super.dispose();
  }

  /** Whether new data are of what is shown already; it is told of them then. */
  protected abstract goesOn(data: unknown): boolean;

  /** Keeps what is to be shown; false where the data name nothing. */
  protected abstract begins(data: unknown): boolean;

  /** Shows it in the node that `place` gives; false where the server has it not. */
  protected abstract mount(place: () => HTMLElement, signal: AbortSignal): Promise<boolean>;

  /** One more place below what is shown. */
  protected addPlace(): HTMLElement {
    const place = new Widget();
    this.addWidget(place);
    return place.node;
  }

  async #showLive(model: IRenderMime.IMimeModel, signal: AbortSignal): Promise<void> {
    await isNear(this.node, signal);
    const place = () => {
      const widget = new Widget();
      this.#replaceAll(widget); // before it is filled: what is nowhere has no size
      return widget.node;
    };
    const isFound = await this.mount(place, signal);
    if (signal.aborted) {
      return;
    }
    this.#isLive = isFound;
    if (!isFound) {
      this.#showWidget(model, signal);
    }
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
