/** The live view of a run under its cell: an anywidget module. */
import 'uplot/dist/uPlot.min.css';
import './style.css';
import { Charts } from './charts';
import { element } from './dom';
import { Header } from './header';
import { LogView } from './log';
import { type Model, Session } from './session';
import { followTheme, readTheme } from './theme';

/** One for each model, by its session's name: hosts hand `initialize` and `render` different model objects. */
const sessions = new Map<string, Session>();

/** Runs as soon as the model is there, before its view: what is sent meanwhile is not lost. */
function initialize({ model }: { model: Model }): () => void {
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

function mount(session: Session, el: HTMLElement, signal: AbortSignal): void {
  const root = element('article', 'runcfg');
  root.setAttribute('aria-label', `Run ${session.summary.label}`);
  let theme = readTheme(root);
  let frame = 0;
  const repaint = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      header.paint();
      charts.paint();
      log.paint();
    });
  };
  const header = new Header(session, signal);
  const charts = new Charts(session, () => theme, signal, repaint);
  const log = new LogView(session, signal, repaint);
  root.append(header.node, charts.node, log.node);
  el.append(root);
  const rethemed = () => {
    theme = readTheme(root);
    charts.retheme();
  };
  followTheme(root, rethemed, signal);
  session.subscribe(repaint, signal);
  signal.addEventListener('abort', () => {
    cancelAnimationFrame(frame);
    root.remove();
  });
  repaint();
}

export default { initialize, render };
