/** One message of the server's stream: the frame that jupyter_runcfg/server/frame.py writes. */

export interface Frame {
  content: unknown;
  buffers: DataView[];
}

interface FrameHeader {
  content: unknown;
  sizes: number[];
}

const decoder = new TextDecoder();

/** Throws when the bytes are no frame. */
export function unpack(bytes: ArrayBuffer): Frame {
  const length = new DataView(bytes).getUint32(0, true);
  const { content, sizes } = JSON.parse(decoder.decode(new Uint8Array(bytes, 4, length))) as FrameHeader;
  const buffers: DataView[] = [];
  let offset = 4 + length;
  for (const size of sizes) {
    buffers.push(new DataView(bytes, offset, size));
    offset += size;
  }
  return { content, buffers };
}
