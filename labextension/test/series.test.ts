import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Series, decimate } from '../src/widget/series';

void test('few points are all there, and what is no number is a hole', () => {
  const series = new Series('loss');
  [1, NaN, 3, Infinity].forEach((value, x) => {
    series.push(x, value);
  });
  assert.deepEqual(series.data(100), [
    [0, 1, 2, 3],
    [1, null, 3, null]
  ]);
});

void test('a chart keeps each peak of many points', () => {
  const y = Array.from({ length: 10_000 }, (_, x) => (x === 4321 ? 99 : x === 7654 ? -99 : 0));
  const [x, kept] = decimate([...y.keys()], y, 100);
  assert.ok(x.length <= 400);
  assert.deepEqual([kept[x.indexOf(4321)], kept[x.indexOf(7654)]], [99, -99]);
  assert.deepEqual([x[0], x[x.length - 1]], [0, 9_999]);
});

void test('steps that go back are sorted, and the last value is the one that came last', () => {
  const series = new Series('loss');
  series.push(0, 1);
  series.push(2, 3);
  series.push(1, 2);
  assert.deepEqual(series.data(100), [
    [0, 1, 2],
    [1, 2, 3]
  ]);
  assert.equal(series.last, 2);
});

void test('memory is bounded, however many points come', () => {
  const series = new Series('loss');
  for (let x = 0; x < 450_000; x++) {
    series.push(x, x);
  }
  assert.ok(series.length <= 200_000);
  assert.equal(series.seen, 450_000);
});
