/** The documents of SDK v1's charts; a confusion matrix as its squares, the others as they are. */
import { element } from './dom';
import { value } from './format';
import type { Host } from './host';
import { preview } from './preview';
import type { Session } from './session';

const MAX_SIDE = 60;

interface Matrix {
  labels: string[];
  rows: number[][];
}

export async function documentNode(
  session: Session,
  host: Host,
  path: string,
  kind: string,
  signal: AbortSignal
): Promise<HTMLElement> {
  if (kind === 'confusion_matrix') {
    const { bytes } = await session.asking.ask('preview', { path });
    const matrix = readMatrix(new TextDecoder().decode(bytes));
    if (matrix) {
      return matrixNode(matrix);
    }
  }
  return preview(session, host, path, signal);
}

/** The labels and counts of a document; null where it has none, or too many to show. */
export function readMatrix(text: string): Matrix | null {
  let data: unknown;
  try {
    data = (JSON.parse(text) as { data?: unknown }).data;
  } catch {
    return null;
  }
  if (typeof data !== 'object' || data === null || !('matrix' in data)) {
    return null;
  }
  const { matrix } = data;
  const given: unknown[] =
    'class_labels' in data && Array.isArray(data.class_labels) ? data.class_labels : [];
  const labels = given.map(label => (typeof label === 'string' ? label : JSON.stringify(label)));
  if (!Array.isArray(matrix) || matrix.length === 0 || matrix.length > MAX_SIDE) {
    return null;
  }
  const rows: unknown[] = matrix;
  if (!rows.every((row): row is number[] => Array.isArray(row) && row.every(Number.isFinite))) {
    return null;
  }
  return { labels: rows.map((_, place) => labels[place] ?? String(place)), rows };
}

function matrixNode({ labels, rows }: Matrix): HTMLElement {
  const table = element('table', 'runcfg-table runcfg-matrix');
  const head = element('tr', '');
  head.append(element('td', '', 'true \\ predicted'), ...labels.map(label => element('th', '', label)));
  const most = Math.max(1, ...rows.flat());
  const body = rows.map((row, place) => {
    const node = element('tr', '');
    node.append(element('th', '', labels[place] ?? ''));
    for (const number of row) {
      const cell = element('td', 'runcfg-number', value(number));
      const share = Math.round((60 * Math.max(0, number)) / most);
      cell.style.background = `color-mix(in srgb, var(--runcfg-accent) ${share}%, transparent)`;
      node.append(cell);
    }
    return node;
  });
  table.append(head, ...body);
  const frame = element('div', 'runcfg-table-frame');
  frame.append(table);
  return frame;
}
