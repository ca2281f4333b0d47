/** Keys that are meant for the view: JupyterLab would take `d d` in a log for "delete this cell". */

const SUPPRESS = 'data-lm-suppress-shortcuts';

/** Keeps plain keys within `root` from the application's shortcuts, and hands `/` and Ctrl+F to `find`. */
export function guardKeys(root: HTMLElement, find: () => void, signal: AbortSignal): void {
  const heard = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || !root.contains(event.target)) {
      return;
    }
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const isInput = event.target instanceof HTMLInputElement;
    const isPlain = !ctrlKey && !metaKey && !altKey && !(key === 'Enter' && shiftKey);
    const isFind = key.toLowerCase() === 'f' && (ctrlKey || metaKey) && !altKey && !shiftKey;
    // on the node itself: shortcuts look no further up than to the first node that they match
    event.target.toggleAttribute(SUPPRESS, isPlain || isFind || isInput);
    if (isFind || (key === '/' && isPlain && !isInput)) {
      event.preventDefault();
      find();
    }
  };
  // before the application, which listens on the document
  addEventListener('keydown', heard, { capture: true, signal });
}
