import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Feed, type Sink } from '../src/widget/feed';
import type { BatchMessage, SeriesName } from '../src/widget/types';

const LOG = new TextEncoder().encode('0123456789');
const POINTS = [0, 0, 5, 10, 1, 0, 6, 20, 0, 1, 7, 11];
const LOSS: SeriesName = ['metric', 'loss'];
const ACC: SeriesName = ['metric', 'acc'];

/** A feed, what came out of it as plain values, and the replays it asked for. */
function make(): { feed: Feed; out: string[]; asked: [number, number][] } {
  const out: string[] = [];
  const asked: [number, number][] = [];
  const sink: Sink = {
    log: bytes => out.push(`log ${new TextDecoder().decode(bytes)}`),
    skipped: bytes => out.push(`skipped ${bytes}`),
    names: names => out.push(`names ${names.map(([, name]) => name).join()}`),
    points: points => out.push(`points ${[...points].join()}`),
    facts: ({ ranks }) => {
      if (ranks) out.push(`ranks ${ranks}`);
    },
    status: summary => out.push(`status ${summary.status}`)
  };
  return { feed: new Feed(sink, (log, point) => asked.push([log, point])), out, asked };
}

/** A batch cut out of LOG and POINTS; its buffers begin at an odd offset, as they may on the wire. */
function batch(
  log: [number, number],
  points: [number, number],
  more: Partial<BatchMessage> = {}
): [BatchMessage, DataView[]] {
  const numbers = new Float64Array(POINTS.slice(points[0] * 4, points[1] * 4));
  const padded = new Uint8Array(numbers.byteLength + 3);
  padded.set(new Uint8Array(numbers.buffer), 3);
  const bytes = LOG.slice(...log);
  return [
    { kind: 'batch', log, points, ...more },
    [new DataView(bytes.buffer), new DataView(padded.buffer, 3)]
  ];
}

void test('batches in order come out whole', () => {
  const { feed, out, asked } = make();
  feed.take(...batch([0, 4], [0, 1], { names: [LOSS] }));
  feed.take(...batch([4, 6], [1, 3], { names: [LOSS, ACC] }));
  assert.deepEqual(out, [
    'names loss',
    'log 0123',
    'points 0,0,5,10',
    'names loss,acc',
    'log 45',
    'points 1,0,6,20,0,1,7,11'
  ]);
  assert.deepEqual(asked, []);
});

void test('what was there already is cut off, and a batch that comes twice adds nothing', () => {
  const { feed, out } = make();
  feed.take(...batch([0, 4], [0, 2], { names: [LOSS, ACC] }));
  feed.take(...batch([0, 4], [0, 2]));
  feed.take(...batch([2, 6], [1, 3]));
  assert.deepEqual(out.slice(3), ['log 45', 'points 0,1,7,11']);
});

void test('a gap asks once for what is missing, and goes on when it came', () => {
  const { feed, out, asked } = make();
  feed.take(...batch([4, 6], [0, 0]));
  feed.take(...batch([6, 8], [0, 0]));
  assert.deepEqual([out, asked], [[], [[0, 0]]]);
  feed.take(...batch([0, 8], [0, 0]));
  feed.take(...batch([9, 10], [0, 0]));
  assert.deepEqual(
    [out, asked],
    [
      ['log 01234567'],
      [
        [0, 0],
        [8, 0]
      ]
    ]
  );
});

void test('a replay is waited for until something that fits has come', () => {
  const { feed } = make();
  feed.replay();
  feed.take(...batch([4, 6], [0, 0]));
  assert.equal(feed.waiting, true);
  feed.take(...batch([0, 6], [0, 0]));
  assert.equal(feed.waiting, false);
});

void test('a gap in the points does not hold up the log', () => {
  const { feed, out, asked } = make();
  feed.take(...batch([0, 4], [1, 2], { names: [LOSS, ACC] }));
  assert.deepEqual(out, ['names loss,acc', 'log 0123']);
  assert.deepEqual(asked, [[4, 0]]);
});

void test('points of a series without a name yet are asked for again', () => {
  const { feed, out, asked } = make();
  feed.take(...batch([0, 0], [0, 2], { names: [LOSS] }));
  assert.deepEqual([out, asked], [['names loss'], [[0, 0]]]);
});

void test('a log that is left out on purpose is counted, not asked for', () => {
  const { feed, out, asked } = make();
  feed.take(...batch([0, 2], [0, 0]));
  feed.take(...batch([7, 10], [0, 0], { skip: true }));
  assert.deepEqual(out, ['log 01', 'skipped 5', 'log 789']);
  assert.deepEqual(asked, []);
});
