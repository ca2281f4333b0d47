/** What the kernel sends and the view answers: the wire of the live view (jupyter_runcfg/view/feed.py). */

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
}

/** The trait `run`: what is known when the view is made. */
export interface RunInfo {
  /** Names one LiveRun of one kernel; the views of one model share what arrived. */
  session: string;
  sent: string;
  note: string;
  log_path: string;
  summary: RunSummary;
}

/** Byte offsets in the log, point offsets in the list of all points; buffers: log bytes, float64 triples. */
export interface BatchMessage {
  kind: 'batch';
  log: [start: number, end: number];
  points: [start: number, end: number];
  /** All series names so far, only when the list grew. */
  names?: string[];
  summary?: RunSummary;
  /** The log before `log[0]` is left out on purpose. */
  skip?: boolean;
}

/** What became of something the view asked for, or of the feed itself. */
export interface AnswerMessage {
  kind: 'answer';
  to: 'cancel' | 'feed';
  ok: boolean;
  text: string;
}

export type KernelMessage = BatchMessage | AnswerMessage;

export type ViewMessage = { kind: 'replay'; log: number; point: number } | { kind: 'cancel' };

export function isKernelMessage(value: unknown): value is KernelMessage {
  if (typeof value !== 'object' || value === null || !('kind' in value)) {
    return false;
  }
  return value.kind === 'batch' || value.kind === 'answer';
}
