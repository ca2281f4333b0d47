/** The plugins of the labextension. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { RUN_MIME, RunRenderer } from './renderer';
import { RUNS_MIME, RunsRenderer } from './runsRenderer';

/** Before the widget manager (-10): a run that the server knows is shown without its kernel. */
const RANK = -20;

const renderer: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-runcfg:renderer',
  description: 'Shows runs live in the outputs of notebooks, fed by the server.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  activate: (app: JupyterFrontEnd, rendermime: IRenderMimeRegistry) => {
    document.body.dataset.runcfg = 'server'; // the widget of a kernel is quiet until it is shown
    void app.restored.then(() => import('../widget/view')); // the first view is there as soon as its run
    const around = {
      settings: app.serviceManager.serverSettings,
      rendermime,
      open: (path: string, line: number) => void openFile(app, path, line)
    };
    const safe = false; // in a notebook that is not trusted only the still picture is shown
    rendermime.addFactory(
      { safe, mimeTypes: [RUN_MIME], createRenderer: () => new RunRenderer(around) },
      RANK
    );
    rendermime.addFactory(
      { safe, mimeTypes: [RUNS_MIME], createRenderer: () => new RunsRenderer(around) },
      RANK
    );
  }
};

async function openFile(app: JupyterFrontEnd, path: string, line: number): Promise<void> {
  await app.commands.execute('docmanager:open', { path, factory: 'Editor' });
  if (line > 0 && app.commands.hasCommand('fileeditor:go-to-line')) {
    await app.commands.execute('fileeditor:go-to-line', { line, column: 0 });
  }
}

export default [renderer];
