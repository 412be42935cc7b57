import { expect, test } from 'vitest';
import {
  actorTitle,
  briefVerdictParts,
  count,
  formatValue,
  kindWords,
  lockWord,
  progressFigures,
  shareOf,
  seconds,
  shortTitle,
} from '../lib/format';
import type { SearchDone, SearchProgress, ActorView, LockState } from '../lib/wire';
import { free, held, pmd, pointer, pte } from './lostPage';

test.each<[unknown, string]>([
  [42, '42'],
  [true, 'true'],
  ['PAGE_ANON', 'PAGE_ANON'],
  [pointer('T0.pte[1]'), 'T0.pte[1]'],
  [pointer(null), 'NULL'],
  [pmd('T0'), 'PMD_TABLE, table T0'],
  [pte('P0'), 'PTE_PRESENT, page P0, write'],
  [free, 'free'],
  [held('a', 3), 'held'],
  [{ rcu: null }, 'idle'],
  [{ rcu: ['b'] }, 'queued'],
  [undefined, '–'],
])('%j is said as "%s"', (value, words) => {
  expect(formatValue(value)).toBe(words);
});

test('a lock says how it is held', () => {
  const lock = (state: LockState['state'], mode: 'read' | 'write' | 'held'): LockState => ({
    state,
    says: null,
    holders: [{ actor: 'a', mode, since: 1 }],
    waiters: [],
  });

  expect(lockWord(lock('read', 'read'))).toBe('read-held');
  expect(lockWord(lock('held', 'write'))).toBe('write-held');
  expect(lockWord(lock('held', 'held'))).toBe('held');
  expect(lockWord({ state: 'free', says: '2 left', holders: [], waiters: [] })).toBe('2 left');
});

test('a CPU is called by its number, a device by what it is too', () => {
  const actor = (kind: ActorView['kind'], title: string, name: string): ActorView => ({
    letter: 'a',
    kind,
    title,
    name,
    steps: [],
  });

  expect(actorTitle(actor('cpu', 'CPU 0', 'khugepaged'))).toBe('CPU 0');
  expect(actorTitle(actor('softirq', 'softirq of CPU 0', 'timer'))).toBe('softirq of CPU 0 · timer');
  expect(actorTitle(actor('device', 'device', 'iommu'))).toBe('device · iommu');
});

test('numbers carry their word', () => {
  expect(count(1, 'step')).toBe('1 step');
  expect(count(3321, 'state')).toBe('3,321 states');
  expect(count(2, 'other branch', 'other branches')).toBe('2 other branches');
  expect(seconds(0.02)).toBe('less than 0.1 s');
  expect(seconds(1.94)).toBe('1.9 s');
  expect(seconds(74.2)).toBe('74 s');
});

test('a kind of finding reads as words', () => {
  expect(kindWords('lost-pte')).toBe('Lost PTE');
  expect(kindWords('bad-rss-counter')).toBe('Bad RSS counter');
});

test('a search tells how fast it is, what it takes and which bound is near', () => {
  const progress = {
    type: 'progress' as const,
    seq: 1,
    states: 1200,
    frontier: 30,
    depth: 12,
    elapsed_s: 0.2,
    states_per_s: 6000,
    memory_bytes: 3_400_000,
    bound: '61 % of 2,000,000 states',
  };

  const said = (given: SearchProgress) => progressFigures(given).map(({ name, value }) => `${name} ${value}`);
  expect(said(progress)).toEqual([
    'States 1,200',
    'At the frontier 30',
    'Depth 12',
    'States/s 6,000',
    'Memory 3 MB',
    'Time 0.2 s',
    'Nearest bound 61 % of 2,000,000 states',
  ]);
  expect(shareOf(progress)).toBe(61);
  expect(shareOf({ ...progress, bound: '2% of 60 seconds' })).toBe(2);
  expect(said({ ...progress, states_per_s: 0, memory_bytes: 0, bound: '' })).toHaveLength(4);
  expect(shareOf({ ...progress, bound: '' })).toBeNull();
});

test('actors that share a title are told apart by their names', () => {
  const device = (letter: string, name: string): ActorView => ({
    letter,
    title: 'device',
    name,
    kind: 'device',
    steps: [],
  });
  const pair = [device('a', 'nic'), device('b', 'page requests')];

  expect(pair.map((actor) => shortTitle(pair, actor))).toEqual(['nic', 'page requests']);
  expect(shortTitle([device('a', 'nic')], device('a', 'nic'))).toBe('device');
});

test.each<[string, string, string]>([
  [
    'Sometimes: 12 steps of v5.8-fixed lead to bogus-pmd: a walk goes to page 0. Memory: sequentially consistent.',
    'Sometimes: 12 steps lead to Bogus PMD.',
    'A walk goes to page 0. Memory: sequentially consistent.',
  ],
  [
    'Never: no schedule of v5.8-fixed leads to bogus-pmd; all 9 states (12 transitions) were searched.',
    'Never: no schedule leads to Bogus PMD.',
    'All 9 states (12 transitions) were searched.',
  ],
  [
    'Reached: 2 steps of v5.8-fixed lead to "read: twice" (1 switch, 1 preemption). Memory: sequentially consistent.',
    'Reached: 2 steps lead to "read: twice" (1 switch, 1 preemption).',
    'Memory: sequentially consistent.',
  ],
])('on a phone "%s" is cut to its answer, and nothing of the rest is lost', (statement, answer, rest) => {
  const result = { statement, kind: 'bogus-pmd', verdicts: [] } as unknown as SearchDone;

  expect(briefVerdictParts(result, 'v5.8-fixed')).toEqual({ answer, rest });
});
