/** The whole view of one run: head, output, media, resources, files, what was sent. Knows no front end. */
import 'uplot/dist/uPlot.min.css';
import './style.css';
import './controls.css';
import './log.css';
import './charts.css';
import './panels.css';
import { Charts } from './charts';
import { element } from './dom';
import { Files } from './files';
import { count } from './format';
import { Header } from './header';
import type { Host } from './host';
import { guardKeys } from './keys';
import { LogView } from './log';
import { Media } from './media';
import { Sent } from './sent';
import { type Model, Session } from './session';
import { type Tab, Tabs } from './tabs';
import { followTheme, readTheme } from './theme';
import { Usage } from './usage';

export type { Host } from './host';
export { type Model, Session } from './session';

/** Shows the run of a model in `el` until the signal aborts. */
export function mountRun(model: Model, el: HTMLElement, signal: AbortSignal, host: Host = {}): void {
  const session = new Session(model);
  signal.addEventListener('abort', () => {
    session.dispose();
  });
  mount(session, el, signal, host);
}

/** One more view of a session. */
export function mount(session: Session, el: HTMLElement, signal: AbortSignal, host: Host = {}): void {
  const view = new RunView(session, host, signal);
  el.append(view.node);
  signal.addEventListener('abort', () => {
    view.node.remove();
  });
  view.begin();
}

class RunView {
  readonly node = element('article', 'runcfg');
  readonly #session: Session;
  readonly #signal: AbortSignal;
  readonly #header: Header;
  readonly #tabs: Tabs;
  readonly #charts: Charts;
  readonly #log: LogView;
  readonly #media: Media;
  readonly #usage: Usage;
  readonly #files: Files;
  readonly #sent: Sent;
  readonly #panels: Map<string, HTMLElement>;
  #theme = readTheme(this.node);
  #frame = 0;
  #shown = '';

  constructor(session: Session, host: Host, signal: AbortSignal) {
    this.#session = session;
    this.#signal = signal;
    const theme = () => this.#theme;
    const repaint = () => {
      this.#repaint();
    };
    this.#header = new Header(session, host, signal);
    this.#charts = new Charts(session.metrics, theme, signal, repaint);
    this.#log = new LogView(session, host, signal, repaint);
    this.#media = new Media(session, host, signal);
    this.#usage = new Usage(session.usage, theme, signal);
    this.#files = new Files(session, host, signal);
    this.#sent = new Sent(session, signal);
    const output = element('div', 'runcfg-output');
    output.append(this.#charts.node, this.#log.node);
    this.#panels = new Map<string, HTMLElement>([
      ['output', output],
      ['media', this.#media.node],
      ['usage', this.#usage.node],
      ['files', this.#files.node],
      ['sent', this.#sent.node]
    ]);
    this.#tabs = new Tabs('Run', signal, id => {
      this.#show(id);
    });
    this.node.setAttribute('aria-label', `Run ${session.summary.label}`);
    this.node.append(this.#header.node, this.#tabs.node, ...this.#panels.values());
  }

  /** To be called when the node is in the page. */
  begin(): void {
    const rethemed = () => {
      this.#theme = readTheme(this.node);
      this.#charts.retheme();
      this.#usage.retheme();
    };
    followTheme(this.node, rethemed, this.#signal);
    const find = () => {
      this.#tabs.choose('output');
      this.#log.find();
    };
    guardKeys(this.node, find, this.#signal);
    this.#session.subscribe(this.#repaint, this.#signal);
    this.#signal.addEventListener('abort', () => {
      cancelAnimationFrame(this.#frame);
    });
    this.#tabs.paint(this.#wanted());
    for (const [id, panel] of this.#panels) {
      this.#tabs.own(panel, id);
    }
    this.#repaint();
  }

  #repaint = (): void => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  };

  #paint(): void {
    this.#header.paint();
    this.#tabs.paint(this.#wanted());
    if (this.#shown === 'output') {
      this.#charts.paint();
      this.#log.paint();
    } else if (this.#shown === 'media') {
      this.#media.paint();
    } else if (this.#shown === 'usage') {
      this.#usage.paint();
    }
  }

  /** What is not shown costs nothing: it is neither drawn nor asked for. */
  #show(id: string): void {
    this.#shown = id;
    for (const [one, panel] of this.#panels) {
      panel.hidden = one !== id;
    }
    this.#files.show(id === 'files');
    if (id === 'sent') {
      this.#sent.show();
    }
    this.#repaint();
  }

  #wanted(): Tab[] {
    const media = this.#session.media.length;
    return [
      { id: 'output', title: 'Output' },
      { id: 'media', title: 'Media', count: media > 0 ? count(media) : '' },
      { id: 'usage', title: 'Resources' },
      { id: 'files', title: 'Files' },
      { id: 'sent', title: 'Sent' }
    ];
  }
}
