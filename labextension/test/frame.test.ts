import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpack } from '../src/plugin/frame';

function bytes(...parts: (string | number[])[]): ArrayBuffer {
  const data = parts.flatMap(part => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part));
  return new Uint8Array(data).buffer;
}

void test('a frame is its content and its buffers, as the server packed them', () => {
  const header = '{"content":{"kind":"log","t":"é"},"sizes":[3,0,2]}';
  const frame = unpack(bytes([51, 0, 0, 0], header, 'abc', [0, 255]));
  assert.deepEqual(frame.content, { kind: 'log', t: 'é' });
  assert.deepEqual(
    frame.buffers.map(view => [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)]),
    [[97, 98, 99], [], [0, 255]]
  );
});

void test('what is cut off, or no frame, is an error', () => {
  const header = '{"content":null,"sizes":[3]}';
  assert.throws(() => unpack(bytes([28, 0, 0, 0], header, 'ab')), RangeError);
  assert.throws(() => unpack(bytes([60, 0, 0, 0], header)), RangeError);
  assert.throws(() => unpack(bytes([4, 0, 0, 0], 'none')), SyntaxError);
});
