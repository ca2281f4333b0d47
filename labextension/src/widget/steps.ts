/** The steps of a run in a line: those that are over with their times, the one that is open, those to come. */
import { element, setText } from './dom';
import { took } from './format';
import type { RunSummary, Step } from './types';

const ROAD = ['Queued', 'Preparing', 'Running', 'Finalizing'];

export class StepLine {
  readonly node = element('ol', 'runcfg-steps');
  readonly #nodes: [HTMLElement, HTMLElement, HTMLElement][] = [];

  constructor() {
    this.node.setAttribute('aria-label', 'Steps');
  }

  /** `since`: seconds that went by since the summary was made. */
  paint(summary: RunSummary, since: number): void {
    const steps = roadOf(summary);
    this.node.hidden = summary.steps.length === 0;
    steps.forEach((step, place) => {
      const [node, name, time] = this.#nodes[place] ?? this.#add();
      const standing = step.took_s < 0 ? 'later' : step.open ? 'open' : 'over';
      node.dataset.standing = standing;
      node.toggleAttribute('aria-current', standing === 'open');
      setText(name, step.name);
      setText(time, step.took_s < 0 ? '' : took(step.took_s + (step.open ? since : 0)));
      node.hidden = false;
    });
    for (const [node] of this.#nodes.slice(steps.length)) {
      node.hidden = true;
    }
  }

  #add(): [HTMLElement, HTMLElement, HTMLElement] {
    const node = element('li', 'runcfg-step');
    const [name, time] = [element('span', 'runcfg-step-name'), element('span', 'runcfg-step-time')];
    node.append(name, time);
    this.node.append(node);
    const made: [HTMLElement, HTMLElement, HTMLElement] = [node, name, time];
    this.#nodes.push(made);
    return made;
  }
}

/** What was, and while the run goes on what is still to come (with a time below zero). */
export function roadOf({ steps, is_terminal }: RunSummary): Step[] {
  const last = steps[steps.length - 1];
  if (is_terminal || !last) {
    return steps;
  }
  const later = ROAD.slice(ROAD.indexOf(last.name) + 1);
  return [...steps, ...later.map(name => ({ name, took_s: -1, open: false }))];
}
