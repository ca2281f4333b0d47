import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf } from '../src/plugin/cell';

const CELL = '# a note\n%%runcfg submit --wait\nimport os\nfail()\nfail()\nprint(1)';

void test('the line of a script is found in its cell, below the magic', () => {
  assert.equal(placeOf(CELL, 2, 'fail()'), 3);
  assert.equal(placeOf(CELL, 3, '  fail()'), 4);
});

void test('a line that has moved is found if there is only one like it', () => {
  assert.equal(placeOf(CELL, 9, 'print(1)'), 5);
  assert.equal(placeOf(CELL, 9, 'fail()'), -1);
});

void test('another cell, a line that is gone and an empty one are not found', () => {
  assert.equal(placeOf('%runcfg show 3\nfail()', 1, 'fail()'), -1);
  assert.equal(placeOf(CELL, 2, 'gone()'), -1);
  assert.equal(placeOf(CELL, 2, ' '), -1);
});
