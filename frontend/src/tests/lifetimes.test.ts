import { expect, test } from 'vitest';
import { lifetimesIn } from '../lib/lifetimes';

const REPORT = `BUG: KASAN: use-after-free in walk
CPU 1: Comm: monitor step: 9
Call Trace:
 walk (mm/memory.c:9)

Allocated by CPU 0 at step 2:
 __pte_alloc (mm/memory.c:5)
 setup (lost-page.c:40)

Freed by RCU, step: 7
 pte_free_now (mm/pgtable-generic.c:94)
`;

test('a report says who allocated and who freed the object, at which step and through which calls', () => {
  expect(lifetimesIn(REPORT)).toEqual([
    {
      what: 'Allocated',
      by: 'CPU 0',
      step: 2,
      calls: ['__pte_alloc (mm/memory.c:5)', 'setup (lost-page.c:40)'],
    },
    { what: 'Freed', by: 'RCU', step: 7, calls: ['pte_free_now (mm/pgtable-generic.c:94)'] },
  ]);
});

test('a report without these lines has none, and one without a step says no number', () => {
  expect(lifetimesIn('BUG: Bad rss-counter state\n')).toEqual([]);
  expect(lifetimesIn('')).toEqual([]);
  expect(lifetimesIn('Allocated by the setup:')).toEqual([
    { what: 'Allocated', by: 'the setup', step: null, calls: [] },
  ]);
});
