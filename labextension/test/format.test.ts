import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, duration, tick, took, value } from '../src/widget/format';

void test('what is over is told in tenths, seconds, minutes, hours', () => {
  assert.deepEqual([0.04, 9.96, 59.4, 59.5, 185, 3599.6, 7871].map(took), [
    '0.0 s',
    '10 s',
    '59 s',
    '1 m 00 s',
    '3 m 05 s',
    '1 h 00 m',
    '2 h 11 m'
  ]);
});

void test('ticks of a tiny range are told apart', () => {
  assert.deepEqual(
    [0.4823001, 0.4823003].map(number => tick(number, 2e-7)),
    ['0.4823001', '0.4823003']
  );
});

void test('zero has no digits on an axis of tiny values', () => {
  assert.deepEqual(
    [0, 1e-8, 2e-8].map(number => tick(number, 1e-8)),
    ['0', '1e−8', '2e−8']
  );
  assert.deepEqual(
    [0, 0.5].map(number => tick(number, 0.5)),
    ['0.0', '0.5']
  );
});

void test('durations', () => {
  assert.deepEqual([0, 67.9, 11_469, 180_000].map(duration), ['0:00', '1:07', '3:11:09', '2 d 2:00']);
});

void test('values', () => {
  const numbers = [0, 50, -1234567, 0.119361, 12.34567, 0.000123456, 0.00001, 3.2e9, NaN, -Infinity];
  assert.deepEqual(numbers.map(value), [
    '0',
    '50',
    '−1,234,567',
    '0.1194',
    '12.346',
    '0.0001235',
    '1e−5',
    '3.2e9',
    'NaN',
    '−∞'
  ]);
});

void test('ticks are as exact as their distance asks for', () => {
  assert.deepEqual(
    [0.25, 0.5, 0.75].map(number => tick(number, 0.25)),
    ['0.25', '0.50', '0.75']
  );
  assert.deepEqual(
    [0, 20_000].map(number => tick(number, 10_000)),
    ['0', '20k']
  );
  assert.equal(tick(3.25e9, 5e7), '3.25G');
  assert.equal(tick(-0.001, 0.001), '−0.001');
});

void test('sizes', () => {
  assert.deepEqual([12, 1_500, 2_500_000].map(bytes), ['12 B', '1.5 kB', '2.5 MB']);
});
