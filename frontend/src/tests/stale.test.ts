import { expect, test } from 'vitest';
import { History } from '../lib/history';
import { isStaleAt, readingsOf, staleWords, type Reading } from '../lib/stale';
import type { EndView, NodeView, UseView } from '../lib/wire';
import { node, pmd, pointer, WORLD } from './lostPage';

const CELL = 'VA.anon_vma';
const use = (step: number, how: UseView['how'], cell = CELL, field: string | null = null): UseView => ({
  step,
  cell,
  field,
  how,
  text: 'if (x)',
});
const end = (step: number, of: EndView['of'], cell = CELL, field: string | null = null): EndView => ({
  step,
  cell,
  field,
  of,
});

/** A run: number i of the list is step i + 1. */
function read(...steps: Partial<NodeView>[]): Reading[] {
  const nodes = [node(0, null), ...steps.map((step, i) => node(i + 1, i, step))];
  const history = History.from(WORLD, nodes);
  return readingsOf(history, history.path(nodes.length - 1));
}

const look = (more: Partial<NodeView> = {}, cell = CELL): Partial<NodeView> => ({
  actor: 'a',
  accesses: [{ mode: 'read', cell }],
  ...more,
});
const set = (actor: string, value: unknown, cell = CELL): Partial<NodeView> => ({
  actor,
  accesses: [{ mode: 'write', cell }],
  delta: { [cell]: value as never },
});

test('a decision is stale from the step with which another changed what it was taken on', () => {
  const [reading] = read(
    look({ uses: [use(1, 'decides')], ends: [end(1, 'value')] }),
    set('b', pointer('AV0')),
    { actor: 'a' },
    { actor: 'a', ends: [end(1, 'decision')] },
    { actor: 'a' },
  );

  expect(reading).toMatchObject({ number: 1, cell: CELL, until: 4, decided: { number: 1 } });
  expect(reading?.stale).toMatchObject({ since: 2, by: 'b', over: null, decision: true, acts: [3, 4] });
  expect(reading && staleWords(reading)).toBe('decided at step 1 on what is no longer true since step 2');
  expect([1, 2, 3, 4, 5].map((number) => reading && isStaleAt(reading, number))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});

test('a value is stale until it is used, and only its uses count as acts', () => {
  const [reading] = read(
    look({}, 'seen'),
    set('b', 1, 'seen'),
    { actor: 'a' },
    { ...set('a', 1, 'seen'), uses: [use(1, 'stores', 'seen')], ends: [end(1, 'value', 'seen')] },
  );

  expect(reading?.stale).toMatchObject({ since: 2, decision: false, acts: [4] });
  expect(reading && staleWords(reading)).toBe('read at step 1, stale since step 2');
});

test('a decision on a value that was out of date already says so', () => {
  const [reading] = read(look({}, 'seen'), set('b', 1, 'seen'), {
    actor: 'a',
    uses: [use(1, 'decides', 'seen')],
    ends: [end(1, 'value', 'seen')],
  });

  expect(reading && staleWords(reading)).toBe('decided at step 3 on what was no longer true since step 2');
});

test('what is changed after the last use, or by the reader himself, is not stale', () => {
  const [used] = read(
    look({}, 'seen'),
    { actor: 'a', uses: [use(1, 'stores', 'seen')], ends: [end(1, 'value', 'seen')] },
    set('b', 1, 'seen'),
  );
  const [own] = read(look({}, 'seen'), set('a', 2, 'seen'), set('b', 1, 'seen'));

  expect(used?.stale).toBeNull();
  expect(own?.stale).toBeNull();
});

test('a reading that is over with its step is none', () => {
  expect(read(look({ uses: [use(1, 'decides')], ends: [end(1, 'value'), end(1, 'decision')] }))).toEqual([]);
});

test('a cell that is as it was again is true again', () => {
  const [reading] = read(look({}, 'seen'), set('b', 1, 'seen'), set('b', 0, 'seen'), { actor: 'a' });

  expect(reading?.stale).toMatchObject({ since: 2, over: 3 });
  expect(reading && isStaleAt(reading, 4)).toBe(false);
});

test('of a word only the fields count that were looked at', () => {
  const cell = 'A.pmd[0]';
  const kindOnly = look({ uses: [use(1, 'decides', cell, 'kind')], ends: [end(1, 'value', cell)] }, cell);
  const [same] = read(kindOnly, set('b', pmd('T1'), cell));
  const [other] = read(kindOnly, set('b', pmd(null), cell));

  expect(same?.stale).toBeNull();
  expect(other?.stale).toMatchObject({ since: 2 });
  expect(other?.value).toEqual({ fields: { kind: 'PMD_TABLE' } });
});

test('a pointer is not stale because its target was freed, but what was read of the target is', () => {
  const [there] = read(look({}, CELL), { actor: 'b', delta: { [CELL]: pointer(null, true) as never } });
  const [inside] = read(look({}, 'T0.pte[0]'), { actor: 'b', delta: { 'object:T0': 'freed' } });

  expect(there?.stale).toBeNull();
  expect(inside?.stale).toMatchObject({ since: 2, now: undefined });
});
