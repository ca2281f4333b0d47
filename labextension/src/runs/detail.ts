/** What a kernel shows below an open row: the run's live view, or its picture when it has ended. */
import type { Model, View } from './types';

/** Asks the kernel for the view: a busy kernel answers when its cell is done. */
export function openInKernel(model: Model, runId: string, place: HTMLElement, signal: AbortSignal): void {
  const detail = new Detail(model, runId, place, signal);
  const fill = () => {
    detail.fill();
  };
  model.on('change:opened', fill);
  signal.addEventListener('abort', () => {
    model.off('change:opened', fill);
  });
  model.send({ kind: 'open', run_id: runId });
  fill();
}

class Detail {
  private shown = '';
  private view: View | undefined;
  private readonly model: Model;
  private readonly runId: string;
  private readonly place: HTMLElement;
  private readonly signal: AbortSignal;

  constructor(model: Model, runId: string, place: HTMLElement, signal: AbortSignal) {
    this.model = model;
    this.runId = runId;
    this.place = place;
    this.signal = signal;
    signal.addEventListener('abort', () => {
      this.view?.remove();
    });
  }

  fill(): void {
    const opened = this.model.get('opened')[this.runId];
    const key = JSON.stringify(opened ?? '');
    if (!opened || key === this.shown) {
      return;
    }
    this.shown = key;
    if ('html' in opened) {
      // a picture that our own code wrote, with all names and lines in it escaped
      this.place.innerHTML = opened.html;
    } else {
      this.mount(opened.model_id).catch((error: unknown) => {
        this.place.textContent = `the view cannot be shown: ${String(error)}`;
      });
    }
  }

  private async mount(id: string): Promise<void> {
    const manager = this.model.widget_manager;
    const view = await manager.create_view(await manager.get_model(id));
    if (this.signal.aborted) {
      view.remove();
      return;
    }
    this.view = view;
    this.place.replaceChildren(view.luminoWidget?.node ?? view.el);
    view.trigger('displayed');
  }
}
