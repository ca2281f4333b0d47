import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMatrix } from '../src/widget/document';
import { Geometry } from '../src/widget/geometry';
import { groupsOf } from '../src/widget/groups';
import { LineStore } from '../src/widget/lines';
import { Search } from '../src/widget/search';
import { Series } from '../src/widget/series';
import { roadOf } from '../src/widget/steps';
import { compare, parseCsv } from '../src/widget/table';
import type { RunSummary } from '../src/widget/types';

const encoder = new TextEncoder();

function store(text: string, maxLines?: number): LineStore {
  const lines = new LineStore(maxLines);
  lines.push(encoder.encode(text));
  return lines;
}

function grouped(names: string[], together = true): [string, string[]][] {
  const groups = groupsOf(
    names.map(name => new Series(name)),
    together
  );
  return groups.map(({ title, series }) => [title, series.map(one => one.name)]);
}

void test('train and val of one name share a chart, alone they keep their whole name', () => {
  assert.deepEqual(grouped(['train/loss', 'acc', 'val/loss', 'val_f1', 'gpu/0']), [
    ['loss', ['train/loss', 'val/loss']],
    ['acc', ['acc']],
    ['val_f1', ['val_f1']],
    ['gpu/0', ['gpu/0']]
  ]);
  assert.deepEqual(grouped(['train/loss', 'val/loss'], false).length, 2);
});

void test('more lines than colours are more charts', () => {
  const names = Array.from({ length: 20 }, (_, place) => `layer${place}/norm`);
  assert.deepEqual(
    grouped(names).map(([title, members]) => [title, members.length]),
    [
      ['norm', 8],
      ['norm', 8],
      ['norm', 4]
    ]
  );
});

void test('wrapped lines take as many rows as they need, also after old ones are gone', () => {
  const lines = store(`${'x'.repeat(25)}\nshort\n\x1b[31m${'y'.repeat(10)}\x1b[0m\nrest of it`, 100);
  const geometry = new Geometry();
  geometry.update(lines, 10);
  assert.deepEqual(
    [0, 1, 2, 3, 4].map(index => geometry.topOf(index)),
    [0, 3, 4, 5, 6]
  );
  assert.deepEqual(
    [0, 2, 3, 4, 5, 99].map(row => geometry.lineAt(row)),
    [0, 0, 1, 2, 3, 3]
  );
  assert.equal(geometry.correct(1, 2), true);
  assert.deepEqual([geometry.topOf(2), geometry.rows, geometry.correct(1, 2)], [5, 7, false]);
});

void test('when old lines are dropped the others move up', () => {
  const lines = new LineStore(2);
  const geometry = new Geometry();
  for (let line = 0; line < 9; line++) {
    lines.push(encoder.encode(`${'x'.repeat(15)}\n`));
    geometry.update(lines, 10);
    assert.equal(geometry.rows, 2 * lines.length);
  }
});

void test('a search finds lines as they come, steps round the ends, and forgets what is dropped', () => {
  const search = new Search();
  const lines = store('one\ntwo\n\x1b[31mOn\x1b[0me more\npart one');
  search.set({ text: 'one', matchCase: false, isRegex: false });
  assert.equal(search.scan(lines, 1_000), true);
  assert.equal(search.total, 3);
  assert.deepEqual(
    [search.step(1, 1), search.step(1, 0), search.step(1, 0), search.step(-1, 0)],
    [2, 3, 0, 3]
  );
  assert.equal(search.place, 3);
  lines.push(encoder.encode(' and one\nnone\n'));
  search.scan(lines, 1_000);
  assert.equal(search.total, 4);
  search.set({ text: 'one', matchCase: true, isRegex: false });
  search.scan(lines, 1_000);
  assert.equal(search.total, 3);
});

void test('what is found is marked in each line, whatever was looked at before', () => {
  const search = new Search();
  search.set({ text: 'a.', matchCase: false, isRegex: true });
  search.scan(store('xxxxab\n'), 1_000);
  assert.deepEqual(search.ranges('\x1b[1mab\x1b[0m ac'), [
    [0, 2],
    [3, 5]
  ]);
});

void test('a pattern that is none says so and finds nothing', () => {
  const search = new Search();
  search.set({ text: '(', matchCase: false, isRegex: true });
  assert.deepEqual([search.scan(store('(\n'), 1_000), search.total], [true, 0]);
  assert.ok(search.error.includes('Unterminated group'));
});

void test('of a cleared log nothing is left', () => {
  const lines = store('one\ntwo');
  lines.clear();
  assert.deepEqual([lines.length, lines.complete, lines.dropped], [0, 0, 0]);
});

void test('CSV with quotes, separators and ends of lines in its fields', () => {
  assert.deepEqual(parseCsv('a,"b, c"\r\n1,"say ""hi""\nthere"\n,', ',', 10), [
    ['a', 'b, c'],
    ['1', 'say "hi"\nthere'],
    ['', '']
  ]);
  assert.equal(parseCsv('a\n'.repeat(100), ',', 7).length, 7);
});

void test('rows sort by number, then by text, what is empty last', () => {
  const cells = [null, 'b', 10, '9', 'a', 2, ''];
  assert.deepEqual([...cells].sort(compare), [2, '9', 10, 'a', 'b', null, '']);
});

void test('a document that is no matrix is shown as it is', () => {
  assert.deepEqual(readMatrix('{"data": {"class_labels": ["a", 7], "matrix": [[1, 2], [3, 4]]}}'), {
    labels: ['a', '7'],
    rows: [
      [1, 2],
      [3, 4]
    ]
  });
  for (const text of ['', '5', '{}', '{"data": {"matrix": [["x"]]}}', '{"data": {"matrix": "m"}}']) {
    assert.equal(readMatrix(text), null);
  }
});

void test('the steps to come stand behind those that were', () => {
  const steps = [{ name: 'Preparing', took_s: 1, open: true }];
  const names = (is_terminal: boolean) =>
    roadOf({ steps, is_terminal } as RunSummary).map(({ name }) => name);
  assert.deepEqual(names(false), ['Preparing', 'Running', 'Finalizing']);
  assert.deepEqual(names(true), ['Preparing']);
});
