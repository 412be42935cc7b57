import { expect, test } from 'vitest';
import { differences } from '../lib/difference';
import { History } from '../lib/history';
import { actor, held, NODES, opened, WORLD } from './lostPage';

const { program } = opened(0);
const HISTORY = History.from(WORLD, NODES);

function told(from: number, to: number): string[] {
  return differences(program, HISTORY.world(from), HISTORY.world(to)).map(
    ({ about, what, was, now }) => `${about}, ${what}: ${was} → ${now}`,
  );
}

test('two steps far apart differ in what lies between, told once', () => {
  expect(told(1, 4)).toEqual([
    'Actors, CPU 1: next: about to give VA an anon_vma → next: about to release ptl of T0',
    'Actors, CPU 1 holds: nothing → T0.ptl',
    'Locks, T0.ptl: free → held by CPU 1',
    'Memory, A.rss[1]: 0 → 1',
    'Memory, VA.anon_vma: NULL → AV0',
    'Memory, T0.pte[1]: PTE_NONE → PTE_PRESENT, page P0, write',
  ]);
});

test('what is the same at both is not told, though it was another in between', () => {
  expect(told(2, 5).some((line) => line.includes('T0.ptl'))).toBe(false);
});

test('it can be asked backwards, and of one step with itself', () => {
  expect(told(4, 1)).toContain('Memory, VA.anon_vma: AV0 → NULL');
  expect(told(3, 3)).toEqual([]);
});

test('objects, waits, locals and callbacks have words of their own', () => {
  const after = {
    ...WORLD,
    'object:T1': 'live',
    'T0.ptl': held('a', 1, ['b']),
    'rcu:': { pending: [{ function: 'free', object: 'T0', waits_for: [] }] },
    'actor:b': actor(1, {
      status: 'blocked',
      why: 'waits for T0.ptl, held by CPU 0',
      locals: [{ function: 'fill', name: 'n', type: 'int', value: 3, reads: [] }],
    }),
  };

  expect(differences(program, WORLD, after).map(({ what, now }) => `${what}: ${now}`)).toEqual([
    'CPU 1: blocked: waits for T0.ptl, held by CPU 0',
    'T0.ptl: held by CPU 0; CPU 1 waits',
    'T1: allocated',
    'RCU callbacks: free(T0)',
    'CPU 1, fill: n: 3',
  ]);
});
