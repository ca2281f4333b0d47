/** The cell that an output stands below. */
import type { Widget } from '@lumino/widgets';

/** What is used of a code cell of @jupyterlab/cells. */
interface Cell extends Widget {
  model: { sharedModel: { getSource(): string } };
  editor: { setCursorPosition(place: { line: number; column: number }): void; focus(): void } | null;
}

/**
 * Puts the cursor on a line of the script that the cell above `output` was.
 *
 * @param line - its number below the `%%runcfg` line, from 1
 * @param text - what it was then
 * @returns false where the cell is another one, or has no such line any more
 */
export function goToCell(output: Widget, line: number, text: string): boolean {
  const cell = cellAround(output);
  const place = placeOf(cell?.model.sharedModel.getSource() ?? '', line, text);
  if (!cell?.editor || place < 0) {
    return false;
  }
  cell.editor.setCursorPosition({ line: place, column: 0 });
  cell.editor.focus();
  cell.node.scrollIntoView({ block: 'nearest' });
  return true;
}

/** Where a script's line is in its cell, from 0; -1 where it is not, or is there twice and not where it was. */
export function placeOf(source: string, line: number, text: string): number {
  const lines = source.split('\n');
  const head = lines.findIndex(one => one.trimStart().startsWith('%%runcfg'));
  const isIt = (one: string | undefined) => one?.trim() === text.trim();
  if (head < 0 || !text.trim()) {
    return -1;
  }
  if (isIt(lines[head + line])) {
    return head + line;
  }
  return lines.filter(isIt).length === 1 ? lines.findIndex(isIt) : -1;
}

function cellAround(output: Widget): Cell | null {
  for (let widget = output.parent; widget; widget = widget.parent) {
    if ('editor' in widget && 'model' in widget) {
      return widget as Cell;
    }
  }
  return null;
}
