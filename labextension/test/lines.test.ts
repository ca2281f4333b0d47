import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineStore, MAX_LINE_LENGTH } from '../src/widget/lines';

const encoder = new TextEncoder();

function texts(store: LineStore): string[] {
  return Array.from({ length: store.length }, (_, index) => store.at(index).text);
}

function lines(...chunks: (string | Uint8Array)[]): string[] {
  const store = new LineStore();
  for (const chunk of chunks) {
    store.push(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
  }
  return texts(store);
}

void test('lines come out the same however the bytes are cut', () => {
  const bytes = encoder.encode('añb\n€ 1\r\n\n50%\r100%\nend');
  const whole = lines(bytes);
  assert.deepEqual(whole, ['añb', '€ 1', '', '100%', 'end']);
  for (let cut = 0; cut <= bytes.length; cut++) {
    assert.deepEqual(lines(bytes.slice(0, cut), bytes.slice(cut)), whole);
  }
});

void test('a partial last line is there, and grows', () => {
  assert.deepEqual(lines('a\nb'), ['a', 'b']);
  assert.deepEqual(lines('a\nb', 'c'), ['a', 'bc']);
  assert.deepEqual(lines('a\n'), ['a']);
});

void test('a progress bar is one line in its last shape', () => {
  assert.deepEqual(lines('\r 10%', '\r 50%', '\r100%\n', 'done'), ['100%', 'done']);
  assert.deepEqual(lines('loading...\rok'), ['okading...']);
  assert.deepEqual(lines('1/2 [==]\b\b\b\b[##]'), ['1/2 [##]']);
});

void test('a bar with colours replaces the line', () => {
  assert.deepEqual(lines('\x1b[31mlong red text\x1b[0m\r\x1b[32mok'), ['\x1b[32mok']);
});

void test('bytes that are not UTF-8 become marks', () => {
  assert.deepEqual(lines(new Uint8Array([0x61, 0xff, 0x62, 0x0a])), ['a\ufffdb']);
});

void test('a colour goes on over the end of its line', () => {
  const store = new LineStore();
  store.push(encoder.encode('\x1b[31mred\nstill\x1b[0m\nplain'));
  assert.deepEqual([store.at(0).style, store.at(1).style, store.at(2).style], [{}, { fg: 1 }, {}]);
});

void test('only the last lines are kept, and the others counted', () => {
  const store = new LineStore(3);
  store.push(encoder.encode('0\n1\n2\n3\n4\n5\n6\n'));
  assert.deepEqual([texts(store), store.dropped], [['4', '5', '6'], 4]);
});

void test('after a gap the next bytes begin a line', () => {
  const store = new LineStore();
  store.push(encoder.encode('\x1b[31mhalf a li'));
  store.gap();
  store.push(encoder.encode('later\n'));
  assert.deepEqual([texts(store), store.at(1).style], [['\x1b[31mhalf a li', 'later'], {}]);
});

void test('a line without end is cut', () => {
  const [line] = lines('x'.repeat(MAX_LINE_LENGTH + 1234));
  assert.equal(line, `${'x'.repeat(MAX_LINE_LENGTH)} … 1,234 more characters`);
});
