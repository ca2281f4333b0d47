/** Light or dark, as the page around the view really is, and the colours a canvas needs in plain words. */
import { MOST_LINES } from './groups';

export interface Theme {
  text: string;
  grid: string;
  /** Of the lines of a chart, in their order. */
  series: string[];
  fill: string;
}

export function readTheme(root: HTMLElement): Theme {
  const style = getComputedStyle(root);
  const read = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  return {
    text: read('--runcfg-canvas-text', '#777'),
    grid: read('--runcfg-canvas-grid', '#8883'),
    series: Array.from({ length: MOST_LINES }, (_, place) => read(`--runcfg-series-${place}`, '#2f7de1')),
    fill: read('--runcfg-canvas-fill', '#2f7de11f')
  };
}

/** Sets `data-theme` on the root from what is behind it, now and whenever the host changes its theme. */
export function followTheme(root: HTMLElement, changed: () => void, signal: AbortSignal): void {
  const apply = () => {
    const theme = isDark(root) ? 'dark' : 'light';
    root.dataset.theme = theme;
    changed();
  };
  // the theme's style sheet arrives after its name on the body: look again when it has settled
  const later = () => {
    apply();
    setTimeout(apply, 250);
    setTimeout(apply, 1_000);
  };
  const observer = new MutationObserver(later);
  const attributeFilter = ['class', 'data-jp-theme-name', 'data-jp-theme-light', 'data-vscode-theme-kind'];
  observer.observe(document.body, { attributes: true, attributeFilter });
  observer.observe(document.documentElement, { attributes: true, attributeFilter });
  const media = matchMedia('(prefers-color-scheme: dark)');
  media.addEventListener('change', later, { signal });
  signal.addEventListener('abort', () => {
    observer.disconnect();
  });
  later();
}

function isDark(root: HTMLElement): boolean {
  const named = document.body.dataset.jpThemeLight; // JupyterLab's own word, where it is the host
  if (named) {
    return named === 'false';
  }
  for (let node: HTMLElement | null = root.parentElement; node; node = node.parentElement) {
    const [red, green, blue, alpha = 1] = (getComputedStyle(node).backgroundColor.match(/[\d.]+/g) ?? []).map(
      Number
    );
    if (red !== undefined && green !== undefined && blue !== undefined && alpha > 0.5) {
      return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
    }
  }
  return false;
}
