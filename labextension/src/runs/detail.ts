/** What is below an open row: the run's live view, or its picture when it has ended. */
import { element } from '../widget/dom';
import type { Model, View } from './types';

export class Detail {
  readonly node = element('div', 'runcfg-runs-detail', '…');
  private isAsked = false;
  private shown = '';
  private view: View | undefined;
  private readonly model: Model;
  private readonly runId: string;
  private readonly signal: AbortSignal;

  constructor(model: Model, runId: string, signal: AbortSignal) {
    this.model = model;
    this.runId = runId;
    this.signal = signal;
    signal.addEventListener('abort', () => {
      this.view?.remove();
    });
  }

  /** Asks the kernel for the view, once: a busy kernel answers when its cell is done. */
  open(): void {
    if (!this.isAsked) {
      this.isAsked = true;
      this.model.send({ kind: 'open', run_id: this.runId });
    }
    this.fill();
  }

  fill(): void {
    const opened = this.isAsked ? this.model.get('opened')[this.runId] : undefined;
    const key = JSON.stringify(opened ?? '');
    if (!opened || key === this.shown) {
      return;
    }
    this.shown = key;
    if ('html' in opened) {
      // a picture that our own code wrote, with all names and lines in it escaped
      this.node.innerHTML = opened.html;
    } else {
      this.mount(opened.model_id).catch((error: unknown) => {
        this.node.textContent = `the view cannot be shown: ${String(error)}`;
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
    this.node.replaceChildren(view.luminoWidget?.node ?? view.el);
    view.trigger('displayed');
  }
}
