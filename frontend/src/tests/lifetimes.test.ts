import { expect, test } from 'vitest';
import { lifetimesIn } from '../lib/lifetimes';

const REPORT = `BUG: KASAN: use-after-free in walk
CPU 1: Comm: monitor step: 9
Call Trace:
 walk (mm/memory.c:9)

Allocated by CPU 0: Comm: khugepaged step: 2
 __pte_alloc (mm/memory.c:5)
 setup (lost-page.c:40)

Freed by RCU, step: 7
 pte_free_now (mm/pgtable-generic.c:94)
`;

test('a report says who allocated and who freed the object, at which step and through which calls', () => {
  expect(lifetimesIn(REPORT)).toEqual([
    {
      what: 'Allocated',
      how: 'by CPU 0 (khugepaged)',
      step: 2,
      calls: ['__pte_alloc (mm/memory.c:5)', 'setup (lost-page.c:40)'],
    },
    { what: 'Freed', how: 'by RCU', step: 7, calls: ['pte_free_now (mm/pgtable-generic.c:94)'] },
  ]);
});

test('a report without these lines has none, and one without a step says no number', () => {
  expect(lifetimesIn('BUG: Bad rss-counter state\n')).toEqual([]);
  expect(lifetimesIn('')).toEqual([]);
  expect(lifetimesIn('Allocated before the first step.\nAllocated again by CPU 1: Comm: x step: 5')).toEqual([
    { what: 'Allocated', how: 'before the first step', step: null, calls: [] },
    { what: 'Allocated again', how: 'by CPU 1 (x)', step: 5, calls: [] },
  ]);
});
