/** What the page around the view can do for it; nothing of it is there in every front end. */
export interface Host {
  /** Opens a file of the person's, at a line (from 1; 0: none). */
  open?: (path: string, line: number) => void;
  /** Goes to a line of the cell that was submitted (from 1, and as it was); false where it is not there. */
  goToCell?: (line: number, text: string) => boolean;
  /** The address that downloads a file of the run when the file's name is put behind it. */
  filesUrl?: string;
  /** Shows another run near this one. */
  show?: (runId: string) => void;
}
