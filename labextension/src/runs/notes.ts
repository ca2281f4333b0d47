/** What was told when the runs of a loop were submitted, in few lines: of many alike one is enough. */
import { count } from '../widget/format';
import type { Table } from './types';

const MOST_NOTES = 3;
const MOST_NAMED = 3;

/** The lines above the rows; what was not told of all rows names the runs that it is about. */
export function noteLines({ notes, rows }: Table): string[] {
  const labels = new Map(rows.map(({ run_id, label }) => [run_id, label]));
  const lines = notes.slice(0, MOST_NOTES).map(({ text, run_ids }) => {
    const names = run_ids.slice(0, MOST_NAMED).map(run_id => labels.get(run_id) ?? run_id);
    const left = run_ids.length - MOST_NAMED;
    const who = names.join(', ') + (left > 0 ? ` and ${count(left)} more` : '');
    return who ? `${who}: ${text}` : text;
  });
  const left = notes.length - MOST_NOTES;
  return left > 0 ? [...lines, `and ${count(left)} more notes: open a row that is marked`] : lines;
}

/** What was told of some runs only, by run id: their rows are marked. */
export function marks({ notes }: Table): Map<string, string> {
  const found = new Map<string, string>();
  for (const { text, run_ids } of notes) {
    for (const run_id of run_ids) {
      found.set(run_id, [found.get(run_id), text].filter(Boolean).join('\n'));
    }
  }
  return found;
}
