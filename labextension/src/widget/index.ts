/** The live view of a run under its cell: an anywidget module. */
import { Session, type Model } from './session';
import { mount } from './view';

/** One for each model, by its session's name: hosts hand `initialize` and `render` different model objects. */
const sessions = new Map<string, Session>();

/** Runs as soon as the model is there, before its view: what is sent meanwhile is not lost. */
function initialize({ model }: { model: Model }): (() => void) | undefined {
  if (document.body.dataset.runcfg === 'server') {
    return undefined; // our JupyterLab plugin shows runs by the server; it renders this one if it has to
  }
  const name = model.get('run').session;
  const session = new Session(model);
  sessions.set(name, session);
  return () => {
    session.dispose();
    sessions.delete(name);
  };
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const abort = new AbortController();
  const name = model.get('run').session;
  let session = sessions.get(name);
  if (!session) {
    session = new Session(model);
    sessions.set(name, session);
  }
  mount(session, el, abort.signal);
  return () => {
    abort.abort();
  };
}

export { type Host, type Model, mountRun } from './view';
export default { initialize, render };
