/** Which metrics share a chart: `train/loss` and `val/loss` are two lines of "loss". */
import type { Series } from './series';

export interface Group {
  title: string;
  series: Series[];
}

/** With more lines than colours nobody tells them apart. */
export const MOST_LINES = 8;

const SPLIT = /^(?:train(?:ing)?|val(?:id|idation)?|test(?:ing)?|eval(?:uation)?|dev|holdout)[/_.\- ](.+)$/i;

/** The charts of these series, in the order in which they came. */
export function groupsOf(series: readonly Series[], together: boolean): Group[] {
  const groups = new Map<string, Series[]>();
  for (const one of series) {
    let key = together ? keyOf(one.name) : one.name;
    while ((groups.get(key)?.length ?? 0) >= MOST_LINES) {
      key += '\0';
    }
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([key, members]) => ({
    title: members.length > 1 ? key.replaceAll('\0', '') : (members[0]?.name ?? ''),
    series: members
  }));
}

function keyOf(name: string): string {
  const split = SPLIT.exec(name);
  if (split?.[1]) {
    return split[1];
  }
  const slash = name.indexOf('/');
  return slash > 0 && slash < name.length - 1 ? name.slice(slash + 1) : name;
}
