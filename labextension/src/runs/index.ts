/** A loop's table as the kernel has it: an anywidget module. */
import { openInKernel } from './detail';
import type { Model, Source } from './types';
import { mountRuns } from './view';

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const abort = new AbortController();
  const source: Source = {
    get table() {
      return model.get('table');
    },
    subscribe: (changed, signal) => {
      model.on('change:table', changed);
      signal.addEventListener('abort', () => {
        model.off('change:table', changed);
      });
    }
  };
  mountRuns(
    source,
    (runId, place, signal) => {
      openInKernel(model, runId, place, signal);
    },
    el,
    abort.signal
  );
  return () => {
    abort.abort();
  };
}

export default { render };
