/** The kernel's own widget in the output, where the notebook can show one. */
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Panel, type Widget } from '@lumino/widgets';

const WIDGET_MIME = 'application/vnd.jupyter.widget-view+json';
const FAILED = 'Error displaying widget';

/** Hidden until the widget is there: a kernel that was restarted has none, and says so in the output. */
export class LiveWidget extends Panel {
  readonly shown: Promise<void>;

  private constructor(renderer: IRenderMime.IRenderer, model: IRenderMime.IMimeModel, signal: AbortSignal) {
    super();
    this.hide();
    this.addWidget(renderer);
    this.shown = new Promise((resolve, reject) => {
      const look = () => {
        if (renderer.node.textContent.startsWith(FAILED)) {
          observer.disconnect();
          reject(new Error(renderer.node.textContent));
        } else if (renderer.node.firstElementChild) {
          observer.disconnect();
          this.show();
          resolve();
        }
      };
      const observer = new MutationObserver(look);
      observer.observe(renderer.node, { childList: true, characterData: true, subtree: true });
      signal.addEventListener('abort', () => {
        observer.disconnect();
      });
      void renderer.renderModel(model).then(look);
    });
  }

  /** The widget beside the run in this output, if the notebook around `output` has a renderer for it. */
  static find(output: Widget, model: IRenderMime.IMimeModel, signal: AbortSignal): LiveWidget | null {
    const rendermime = rendermimeAround(output);
    if (!model.trusted || !model.data[WIDGET_MIME] || !rendermime?.getFactory(WIDGET_MIME)) {
      return null;
    }
    return new LiveWidget(rendermime.createRenderer(WIDGET_MIME), model, signal);
  }
}

/** Each notebook has a registry of its own, with its kernel's widgets: that of the output area around. */
function rendermimeAround(output: Widget): IRenderMimeRegistry | null {
  for (let widget = output.parent; widget; widget = widget.parent) {
    if ('rendermime' in widget) {
      return widget.rendermime as IRenderMimeRegistry;
    }
  }
  return null;
}
