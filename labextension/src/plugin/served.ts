/** The view of one run as the server has it. */
import type { ServerConnection } from '@jupyterlab/services';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { Host } from '../widget/host';
import { filesUrl } from './request';
import { RunSocket, type Told } from './socket';

export interface Surroundings {
  settings: ServerConnection.ISettings;
  rendermime: IRenderMimeRegistry;
  open: NonNullable<Host['open']>;
}

/** What an output names: a run, and what was said when it was submitted. */
export interface Named {
  readonly runId: string;
  readonly told: Told;
}

export const NOTHING: Told = { note: '', earlier: [] };

/**
 * Shows a run until the signal aborts; false where the server has it not, or nobody wants it any more.
 *
 * `place` is asked for where it goes when the run was found; `next` shows one that was begun in this view;
 * `cell` goes to a line of the cell that was submitted.
 */
export async function mountServed(
  { runId, told }: Named,
  around: Surroundings,
  signal: AbortSignal,
  place: () => HTMLElement,
  next: (runId: string) => void,
  cell?: Host['goToCell']
): Promise<boolean> {
  const socket = new RunSocket(runId, told, around.settings, signal);
  const [found, view] = await Promise.all([socket.found, import('../widget/view')]);
  if (!found || signal.aborted) {
    return false;
  }
  view.mountRun(socket, place(), signal, {
    ...hostFor(runId, socket, around, next),
    ...(cell && { goToCell: cell })
  });
  return true;
}

/** Files can be opened where the run's source directory is below what the file browser shows. */
function hostFor(
  runId: string,
  socket: RunSocket,
  around: Surroundings,
  show: (runId: string) => void
): Host {
  const host: Host = { filesUrl: filesUrl(runId, around.settings), show };
  const root = `${socket.root}/`;
  if (!socket.root || !`${socket.get().source}/`.startsWith(root)) {
    return host;
  }
  const open = (path: string, line: number) => {
    around.open(path.startsWith(root) ? path.slice(root.length) : path, line);
  };
  return { ...host, open };
}
