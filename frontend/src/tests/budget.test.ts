import { expect, test } from 'vitest';
import { Budget } from '../lib/budget';

test('what was used up comes back with the time', () => {
  const budget = new Budget(2, 500);

  expect([0, 1, 2].map((now) => budget.take(now))).toEqual([true, true, false]);
  expect([300, 510, 520].map((now) => budget.take(now))).toEqual([false, true, false]);
});
