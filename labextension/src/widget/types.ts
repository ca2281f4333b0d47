/** The wire of the live view (jupyter_runcfg/view/feed.py and desk.py). */

export interface RunError {
  type?: string;
  message?: string;
  where?: string;
  /** The lines around it as the snapshot has them, numbered; `>` marks the line itself. */
  code?: string;
  cause?: string;
  hint?: string;
  traceback?: string;
}

/** Seconds that a step took, so far while it is open. */
export interface Step {
  name: string;
  took_s: number;
  open: boolean;
}

export interface RunSummary {
  run_id: string;
  label: string;
  name: string | null;
  status: string;
  cause: string;
  target: string;
  script: string;
  exit_code: number | null;
  error: RunError | null;
  tags: Record<string, string>;
  is_terminal: boolean;
  /** Seconds of running when this was sent; null before it started. The view's own clock goes on from there. */
  elapsed: number | null;
  /** Seconds since the run was created, when this was sent. */
  waiting: number;
  steps: Step[];
}

/** The trait `run`: what is known when the view is made. */
export interface RunInfo {
  /** Names one feed; the views of one model share what arrived. */
  session: string;
  sent: string;
  note: string;
  /** Ids of the runs of the same cell that went on when this one was submitted. */
  earlier: string[];
  log_path: string;
  /** The source directory, as the run's request names it. */
  source: string;
  summary: RunSummary;
}

/** A metric, or what the run uses of its machine: `cpu`, `memory`, `gpu 0`, `gpu 0 memory`. */
export type SeriesName = [kind: 'metric' | 'usage', name: string];

/** What was logged under one name and is no number: `table`, `image`, `text`, or a document's type. */
export interface MediaItem {
  name: string;
  kind: string;
  total: number;
  last?: string;
}

/** Byte offsets in the log, point offsets in the list of all points; buffers: log bytes, float64 quadruples. */
export interface BatchMessage {
  kind: 'batch';
  log: [start: number, end: number];
  points: [start: number, end: number];
  /** All series so far, only when the list grew. */
  names?: SeriesName[];
  summary?: RunSummary;
  /** The log before `log[0]` is left out on purpose. */
  skip?: boolean;
  /** How many processes have a log; the first rank's is the one that batches carry. */
  ranks?: number;
  warnings?: string[];
  media?: MediaItem[];
}

/** What became of a cancel, or of the feed itself. */
export interface AnswerMessage {
  kind: 'answer';
  to: 'cancel' | 'feed';
  ok: boolean;
  text: string;
}

/** What was asked for (the buffer has its bytes), or why it cannot be had. */
export interface ReplyMessage {
  kind: 'reply';
  id: number;
  ok: boolean;
  text?: string;
  found?: unknown;
}

export type KernelMessage = BatchMessage | AnswerMessage | ReplyMessage;

export interface FilesFound {
  /** Name, bytes, unix seconds of the last change. */
  files: [path: string, size: number, changed: number][];
  total: number;
  size: number;
  is_partial: boolean;
}

export interface PreviewFound {
  /** `text`, `csv`, `json`, `binary`, or an image's MIME type. */
  type: string;
  size: number;
}

export interface SentFound {
  facts: [name: string, text: string][];
  configuration: string;
  notes: string[];
}

/** What can be asked, and what comes back. */
export interface Asks {
  files: [{ part: string }, FilesFound];
  preview: [{ path: string }, PreviewFound];
  piece: [{ path: string; offset: number }, { offset: number; size: number }];
  log: [{ rank: number; offset: number; whole: boolean }, { start: number; size: number }];
  media: [{ name: string; type: string }, { total: number; kept: unknown[] }];
  sent: [object, SentFound];
  rerun: [object, { run_id: string; label: string }];
  /** Those that still go on, after they were asked to end if `cancel`. */
  earlier: [{ run_ids: string[]; cancel: boolean }, { labels: string[] }];
}

export type ViewMessage =
  | { kind: 'replay'; log: number; point: number; whole?: boolean }
  | { kind: 'cancel' }
  | { [What in keyof Asks]: { kind: 'ask'; id: number; what: What } & Asks[What][0] }[keyof Asks];

export function isKernelMessage(value: unknown): value is KernelMessage {
  if (typeof value !== 'object' || value === null || !('kind' in value)) {
    return false;
  }
  return value.kind === 'batch' || value.kind === 'answer' || value.kind === 'reply';
}
