/** A file of the run onto the person's disk: by the server where there is one, else piece by piece. */
import { element } from './dom';
import type { Host } from './host';
import type { Session } from './session';

/** Pieces are gathered in the page: more than this is for `%runcfg download`. */
export const MAX_GATHERED = 1_000_000_000;

/** Rejects with what went wrong; `progress` hears the part that has come, from 0 to 1. */
export async function save(
  session: Session,
  host: Host,
  path: string,
  progress: (part: number) => void
): Promise<void> {
  const name = path.split('/').pop() ?? 'file';
  if (host.filesUrl !== undefined) {
    offer(host.filesUrl + path.split('/').map(encodeURIComponent).join('/'), name);
    return;
  }
  const blob = await gather(session, path, progress);
  const url = URL.createObjectURL(blob);
  offer(url, name);
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}

async function gather(session: Session, path: string, progress: (part: number) => void): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (;;) {
    const { found, bytes } = await session.asking.ask('piece', { path, offset });
    if (found.size > MAX_GATHERED) {
      throw new Error(`${path} is too large for this page: %runcfg download copies it`);
    }
    pieces.push(bytes.slice());
    offset += bytes.length;
    progress(found.size > 0 ? Math.min(1, offset / found.size) : 1);
    if (bytes.length === 0 || offset >= found.size) {
      return new Blob(pieces, { type: 'application/octet-stream' });
    }
  }
}

function offer(url: string, name: string): void {
  const link = element('a', '');
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}

/** A button's life while a file is saved: its progress, and what went wrong as its title. */
export function saveWith(node: HTMLButtonElement, session: Session, host: Host, path: string): void {
  const label = node.textContent;
  node.disabled = true;
  save(session, host, path, part => {
    node.textContent = `${Math.floor(part * 100)} %`;
  })
    .catch((error: unknown) => {
      session.tell(`not saved: ${error instanceof Error ? error.message : String(error)}`);
    })
    .finally(() => {
      node.disabled = false;
      node.textContent = label;
    });
}
