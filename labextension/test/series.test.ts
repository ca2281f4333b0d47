import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Wanted, Series, decimate, smooth } from '../src/widget/series';

const WANTED: Wanted = { axis: 'step', origin: 0, smoothing: 0, buckets: 100 };

void test('few points are all there, and what is no number is a hole', () => {
  const series = new Series('loss');
  [1, NaN, 3, Infinity].forEach((value, x) => {
    series.push(x, x, value);
  });
  assert.deepEqual(series.data(WANTED), [
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
  series.push(0, 10, 1);
  series.push(2, 11, 3);
  series.push(1, 12, 2);
  assert.deepEqual(series.data(WANTED), [
    [0, 1, 2],
    [1, 2, 3]
  ]);
  assert.equal(series.last, 2);
});

void test('memory is bounded, however many points come', () => {
  const series = new Series('loss');
  for (let x = 0; x < 450_000; x++) {
    series.push(x, x, x);
  }
  assert.ok(series.length <= 200_000);
  assert.equal(series.seen, 450_000);
});

void test('by time, points stand where they were logged, from the origin on', () => {
  const series = new Series('loss');
  series.push(5, 103, 3);
  series.push(6, 101, 1);
  assert.deepEqual(series.data({ ...WANTED, axis: 'time', origin: 100 }), [
    [1, 3],
    [1, 3]
  ]);
});

void test('of a range its points come, and one on each side', () => {
  const series = new Series('loss');
  for (let x = 0; x < 1_000; x++) {
    series.push(x, x, x);
  }
  assert.deepEqual(series.data({ ...WANTED, range: [10, 12] })[0], [9, 10, 11, 12, 13]);
  assert.deepEqual(series.data({ ...WANTED, range: [-5, 0.5] })[0], [0, 1, 2]);
});

void test('a smoothed start is not pulled to zero, and what is no number stays a hole', () => {
  assert.deepEqual(
    smooth([4, NaN, 4, 4], 0.9).map(each => Math.round(each * 1e9) / 1e9),
    [4, NaN, 4, 4]
  );
  assert.deepEqual(smooth([1, 4], 0.5), [1, 3]);
});
