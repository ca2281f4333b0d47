import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PLAIN, parseLine } from '../src/widget/ansi';

function spans(line: string): [string, object][] {
  return parseLine(line, PLAIN).spans.map(({ text, style }) => [text, style]);
}

void test('16 colours, bright ones, bold, and reset', () => {
  assert.deepEqual(spans('a\x1b[1;31mb\x1b[92mc\x1b[22;39md\x1b[me'), [
    ['a', {}],
    ['b', { bold: true, fg: 1 }],
    ['c', { bold: true, fg: 10 }],
    ['d', {}],
    ['e', {}]
  ]);
});

void test('256 colours and true colour, for text and ground', () => {
  assert.deepEqual(spans('\x1b[38;5;9ma\x1b[38;5;208mb\x1b[48;5;244mc\x1b[0;38;2;1;2;300md'), [
    ['a', { fg: 9 }],
    ['b', { fg: 'rgb(255,135,0)' }],
    ['c', { fg: 'rgb(255,135,0)', bg: 'rgb(128,128,128)' }],
    ['d', { fg: 'rgb(1,2,255)' }]
  ]);
});

void test('other escapes and control characters leave no trace', () => {
  assert.deepEqual(spans('\x1b[2K\x1b[1Aa\x1b]0;title\x07b\x1b]8;;http://x\x1b\\c\x1b(Bd\x00\x07e\x1b[3'), [
    ['a', {}],
    ['b', {}],
    ['c', {}],
    ['de', {}]
  ]);
});

void test('markup is text', () => {
  assert.deepEqual(spans('<img src=x onerror=alert(1)>'), [['<img src=x onerror=alert(1)>', {}]]);
});
