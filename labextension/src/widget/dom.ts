/** Elements with a class and text; text is always data, so there is no way in for HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = ''
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  node.className = className;
  if (text) {
    node.textContent = text;
  }
  return node;
}

/** Sets the text only when it is another one, so that an unchanged node costs no layout and keeps a selection. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/** A button that does something until the signal aborts; `label` is what a screen reader says. */
export function button(
  text: string,
  label: string,
  signal: AbortSignal,
  clicked: () => void,
  className = ''
): HTMLButtonElement {
  const node = element('button', `runcfg-button ${className}`.trim(), text);
  node.type = 'button';
  node.title = label;
  node.setAttribute('aria-label', label);
  node.addEventListener('click', clicked, { signal });
  return node;
}

/** A button that is on or off. */
export function toggle(
  text: string,
  label: string,
  signal: AbortSignal,
  isOn: boolean,
  changed: (isOn: boolean) => void
): HTMLButtonElement {
  const node = button(
    text,
    label,
    signal,
    () => {
      const on = node.getAttribute('aria-pressed') !== 'true';
      node.setAttribute('aria-pressed', String(on));
      changed(on);
    },
    'runcfg-toggle'
  );
  node.setAttribute('aria-pressed', String(isOn));
  return node;
}

/** Puts text into the clipboard; also where the page is not allowed the newer way (plain http). */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = element('textarea', 'runcfg-unseen');
    box.value = text;
    document.body.append(box);
    box.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other way on plain http
    document.execCommand('copy');
    box.remove();
  }
}

/** A button that copies, and says for a moment that it did. */
export function copyButton(text: () => string, label: string, signal: AbortSignal): HTMLButtonElement {
  const node = button('Copy', label, signal, () => {
    void copy(text()).then(() => {
      setText(node, 'Copied');
      setTimeout(() => {
        setText(node, 'Copy');
      }, 1_500);
    });
  });
  return node;
}
