/** An output that is live where the server has what it shows, else what stands beside it in the output. */
import type { IRenderMime } from '@jupyterlab/rendermime';
import { Panel, Widget } from '@lumino/widgets';
import { LiveWidget } from './liveWidget';
import type { Surroundings } from './served';

const STILL_MIME = 'text/html';
/** What is out of sight costs nothing: it is asked for when it comes so near, in what scrolls too. */
const NEAR = { rootMargin: '400px', scrollMargin: '400px' };
/** So long the live view is waited for before the still picture is drawn: both, one after the other, would jump. */
const PATIENCE_MS = 700;
/** Room for a view that is on its way: about that of the head of one. */
const ROOM_PX = 160;
/** So long a view that fills itself keeps the height of what was there before. */
const HELD_MS = 1_000;

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
    const isNamed = this.begins(data);
    if (isNamed && this.widgets.length === 0) {
      this.#holdHeight(ROOM_PX, signal);
    }
    const live = isNamed ? this.#showLive(signal) : Promise.resolve(false);
    await Promise.race([live.catch(() => false), after(PATIENCE_MS)]);
    await this.#showStill(model, signal);
    if (isNamed) {
      void live.then(isFound => {
        if (!isFound && !signal.aborted) {
          this.#showWidget(model, signal);
        }
      });
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

  /** Does nothing where the live view is there, or newer data came meanwhile. */
  async #showStill(model: IRenderMime.IMimeModel, signal: AbortSignal): Promise<void> {
    const isLate = () => this.#isLive || signal.aborted;
    if (isLate()) {
      return;
    }
    const still = this.around.rendermime.createRenderer(STILL_MIME);
    await still.renderModel(model);
    if (isLate()) {
      still.dispose();
      return;
    }
    this.#replaceAll(still);
    this.node.style.minHeight = '';
  }

  /** False where the server has it not, or nobody wants it any more. */
  async #showLive(signal: AbortSignal): Promise<boolean> {
    await isNear(this.node, signal);
    return this.mount(() => {
      const widget = new Widget();
      this.#isLive = true;
      this.#holdHeight(this.node.offsetHeight, signal);
      this.#replaceAll(widget); // before it is filled: what is nowhere has no size
      return widget.node;
    }, signal);
  }

  /** What stands below stays where it is until this output is as high again, for a short while. */
  #holdHeight(height: number, signal: AbortSignal): void {
    this.node.style.minHeight = `${height}px`;
    void after(HELD_MS).then(() => {
      if (!signal.aborted) {
        this.node.style.minHeight = '';
      }
    });
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

function after(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
