/** What the server extension is asked; nothing else of the plugin talks to the server. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

type Settings = ServerConnection.ISettings;

/** The close code of a stream whose run is not in the server's home (jupyter_runcfg/server/talk.py). */
export const NOT_FOUND = 4404;

function address(base: string, runId: string, rest = ''): string {
  return URLExt.join(base, 'runcfg/runs', encodeURIComponent(runId), rest);
}

export function openStream(runId: string, settings: Settings): WebSocket {
  return openSocket(address(settings.wsUrl, runId, 'stream'), settings);
}

/** The table of a loop, whose runs it asks for. */
export function openTable(settings: Settings): WebSocket {
  return openSocket(URLExt.join(settings.wsUrl, 'runcfg/table'), settings);
}

function openSocket(address: string, settings: Settings): WebSocket {
  const url = new URL(address);
  if (settings.appendToken && settings.token) {
    url.searchParams.set('token', settings.token);
  }
  const socket = new settings.WebSocket(url.href);
  socket.binaryType = 'arraybuffer';
  return socket;
}

/** Where the files of the run can be saved from, each by its name put behind this. */
export function filesUrl(runId: string, settings: Settings): string {
  return address(settings.baseUrl, runId, 'files/');
}

/** True where the server has the extension and the run; false where it has not; throws when it is not reached. */
export async function hasRun(runId: string, settings: Settings): Promise<boolean> {
  const response = await ServerConnection.makeRequest(address(settings.baseUrl, runId), {}, settings);
  return response.ok;
}

/** Asks the run to end, whatever its kernel does. Throws with what the server says. */
export async function cancelRun(runId: string, settings: Settings): Promise<void> {
  const url = address(settings.baseUrl, runId, 'cancel');
  const response = await ServerConnection.makeRequest(url, { method: 'POST' }, settings);
  if (!response.ok) {
    throw new Error(await said(response));
  }
}

async function said(response: Response): Promise<string> {
  try {
    const { message, hint } = (await response.json()) as { message?: string; hint?: string };
    return [message ?? response.statusText, hint].filter(Boolean).join('; ');
  } catch {
    return response.statusText;
  }
}
