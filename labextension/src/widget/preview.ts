/** What a file looks like: text, an image, the first rows of a table. */
import { button, element } from './dom';
import { bytes as size } from './format';
import type { Host } from './host';
import { saveWith } from './save';
import type { Session } from './session';
import { Table, parseCsv } from './table';

const MAX_ROWS = 500;
/** Longer text than this is not laid out. */
const MAX_TEXT = 200_000;

/** A node with the file's look, or with what it is and its download; rejects with why there is neither. */
export async function preview(
  session: Session,
  host: Host,
  path: string,
  signal: AbortSignal
): Promise<HTMLElement> {
  const { found, bytes } = await session.asking.ask('preview', { path });
  const unseen = (said: string) => {
    const node = note(said);
    const download = button('Download', `Download ${path}`, signal, () => {
      saveWith(download, session, host, path);
    });
    node.append(' ', download);
    return node;
  };
  if (found.type.startsWith('image/')) {
    return bytes.length > 0
      ? image(path, found.type, bytes, signal)
      : unseen(`An image of ${size(found.size)} is too large to show here.`);
  }
  if (found.type === 'binary') {
    return unseen(`No text: ${size(found.size)} of other data.`);
  }
  const text = new TextDecoder().decode(bytes);
  const node = element('div', 'runcfg-preview');
  node.append(found.type === 'csv' ? table(path, text, signal) : plain(text, found.type));
  if (bytes.length < found.size) {
    node.append(note(`the first ${size(bytes.length)} of ${size(found.size)}`));
  }
  return node;
}

/** An image that runs no script, whatever the file holds: as an address of its own, and only as an image. */
function image(path: string, type: string, bytes: Uint8Array, signal: AbortSignal): HTMLElement {
  const node = element('img', 'runcfg-image');
  node.alt = path;
  if (type === 'image/svg+xml') {
    // as data: and not as blob: — opened in a tab of its own, a blob has this page's rights
    node.src = `data:image/svg+xml;base64,${base64(bytes)}`;
    return node;
  }
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type }));
  node.src = url;
  signal.addEventListener('abort', () => {
    URL.revokeObjectURL(url);
  });
  return node;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return btoa(text);
}

function plain(text: string, type: string): HTMLElement {
  const node = element('pre', 'runcfg-code', (type === 'json' ? pretty(text) : text).slice(0, MAX_TEXT));
  node.tabIndex = 0;
  return node;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text; // cut off, or none
  }
}

function table(path: string, text: string, signal: AbortSignal): HTMLElement {
  const [head = [], ...rows] = parseCsv(text, path.endsWith('.tsv') ? '\t' : ',', MAX_ROWS);
  const node = new Table(path, signal);
  node.show(head, rows, rows.length);
  return node.node;
}

export function note(text: string): HTMLElement {
  return element('p', 'runcfg-empty', text);
}
