import { beforeEach, expect, test } from 'vitest';
import { branchesOf, namesByLeaf, namesWithoutBranch } from '../lib/branches';
import { keepName, keptSchedules, LONGEST_NAME, namesIn, scenarioKey } from '../lib/branchNames';
import { History } from '../lib/history';
import { node, NODES, WORLD } from './lostPage';

beforeEach(() => localStorage.clear());

/** The run of seven steps; b's two steps after step 1 are one branch of it, and a's step after step 3 another. */
const TREE = History.from(WORLD, [
  ...NODES,
  node(8, 1, { number: 2, actor: 'a', words: 'went on' }),
  node(9, 8, { number: 3, actor: 'b' }),
  node(10, 3, { number: 4, actor: 'a' }),
]);
const here = { scenario: 'lost-page', variant: 'broken' };

test('each branch says where it leaves which, how long it is, and what goes wrong on it', () => {
  const branches = branchesOf(TREE, [], new Set());

  expect(
    branches.map(({ leaf, fork, depth, steps, own, findings }) => [
      leaf,
      fork.number,
      depth,
      steps,
      own.length,
      findings,
    ]),
  ).toEqual([
    [7, 0, 0, 7, 7, ['lost-pte']],
    [9, 1, 1, 3, 2, []],
    [10, 3, 1, 4, 1, []],
  ]);
});

test('a branch that was left out is not listed', () => {
  expect(branchesOf(TREE, [], new Set([9])).map((branch) => branch.leaf)).toEqual([7, 10]);
});

test('nothing was stepped: there is no branch', () => {
  expect(branchesOf(History.from(WORLD, NODES.slice(0, 1)), [], new Set())).toEqual([]);
});

test('a name belongs to a schedule, stays when the branch grows, and is told when it leads nowhere', () => {
  const ends = { ...here, schedule: '1.a2b1', name: 'Went on' };
  const grown = { ...here, schedule: '1.a1b2', name: 'The loss' };
  const lost = { ...here, schedule: '1.b9', name: 'Older text' };

  const given = namesByLeaf(TREE, [ends, grown, lost]);

  expect([given.get(9)?.name, given.get(7)?.name, given.get(10)]).toEqual(['Went on', 'The loss', undefined]);
  expect(namesWithoutBranch(TREE, [ends, grown, lost])).toEqual([lost]);
});

test('names are kept by scenario and variant, replaced, and taken away by an empty one', () => {
  keepName({ ...here, schedule: '1.a1', name: 'one' });
  keepName({ ...here, schedule: '1.a2', name: 'two' });
  keepName({ ...here, variant: 'fixed', schedule: '1.a3', name: 'three' });
  keepName({ ...here, schedule: '1.a1', name: `  ${'x'.repeat(99)}` });
  keepName({ ...here, schedule: '1.a2', name: ' ' });

  expect(namesIn('lost-page', 'broken')).toMatchObject([
    { schedule: '1.a1', name: 'x'.repeat(LONGEST_NAME) },
  ]);
  expect(keptSchedules('lost-page', 'fixed', null)).toEqual(['1.a3']);
  expect(keptSchedules('lost-page', null, null)).toEqual([]);
});

test('an edited text under the same name has names of its own', () => {
  const bundle = { files: [{ path: 'a.c', text: 'u8 x;' }] };
  keepName({ ...here, scenario: scenarioKey('lost-page', bundle), schedule: '1.a1', name: 'mine' });

  expect(keptSchedules('lost-page', 'broken', bundle)).toEqual(['1.a1']);
  expect(keptSchedules('lost-page', 'broken', null)).toEqual([]);
});

test('what the browser holds is bounded, and what does not read as names is no name', () => {
  for (let i = 1; i <= 250; i++) keepName({ ...here, schedule: `1.a${i}`, name: `n${i}` });
  expect(namesIn('lost-page', 'broken')).toHaveLength(200);
  expect(keptSchedules('lost-page', 'broken', null)).toHaveLength(64);

  localStorage.setItem('racewalk.branches', '[{"scenario":1},null,{"name":"x"}]');
  expect(namesIn('lost-page', 'broken')).toEqual([]);
  localStorage.setItem('racewalk.branches', 'not JSON');
  expect(namesIn('lost-page', 'broken')).toEqual([]);
});
