import { expect, test } from 'vitest';
import { candidates, changedCells, compareGuess, comparedWords, matches } from '../lib/predict';
import { free, held, opened, WORLD } from './lostPage';

test('one may name any cell of what lives', () => {
  const groups = candidates(opened(1).program, WORLD);
  const ids = groups.flatMap(({ cells }) => cells.map(({ id }) => id));

  expect(ids).toContain('T0.pte[1]');
  expect(ids.every((id) => id in WORLD)).toBe(true);
});

test('the filter takes parts of names in any order', () => {
  expect([matches('T0.pte[1]', 'pte t0'), matches('T0.ptl', 'pte'), matches('x', '')]).toEqual([
    true,
    false,
    true,
  ]);
});

test('that somebody waits for a lock is no change of it', () => {
  const changes = new Map([
    ['T0.ptl', 'changed'],
    ['T0.pte[1]', 'changed'],
    ['actor:a', 'changed'],
  ] as const);
  const before = { 'T0.ptl': held('a', 1), 'T0.pte[1]': 0 };

  expect(changedCells(changes, before, { 'T0.ptl': held('a', 1, ['b']), 'T0.pte[1]': 1 })).toEqual([
    'T0.pte[1]',
  ]);
  expect(changedCells(changes, before, { 'T0.ptl': free, 'T0.pte[1]': 1 })).toEqual(['T0.pte[1]', 'T0.ptl']);
});

test('a guess is compared cell by cell', () => {
  expect(comparedWords(compareGuess([], []))).toBe('Right: no cell changed.');
  expect(comparedWords(compareGuess(['a'], ['a']))).toBe('Right: a changed.');
  expect(comparedWords(compareGuess(['a', 'c'], ['a', 'b']))).toBe(
    'Not quite. Right: a. It changed too: b. It did not change: c.',
  );
  expect(comparedWords(compareGuess(['a'], []))).toBe('Not quite. It did not change: a. No cell changed.');
});

test('a semaphore changes with its count, and what comes to life in the step was not there to change', () => {
  const left = (says: string) => ({ lock: { ...free.lock, says } });
  const changes = new Map([
    ['seats', 'changed'],
    ['T1.pte[1]', 'changed'],
  ] as const);
  const before = { seats: left('2 left'), 'T1.pte[1]': 0, 'object:T1': 'unused' };
  const after = { seats: left('1 left'), 'T1.pte[1]': 1, 'object:T1': 'live' };

  expect(changedCells(changes, before, after)).toEqual(['seats']);
});
