import { expect, test } from 'vitest';
import { blocksWithin, edgeOf, layOut, LEAST, SINGLE, stepAt, stepsWithin } from '../lib/lanes';
import type { Run } from '../lib/trace';

const NONE = new Set<number>();

function runs(...sizes: number[]): Run[] {
  let last = 0;
  return sizes.map((size, i) => {
    const first = last + 1;
    last += size;
    return { first, last, actor: i % 2 ? 'b' : 'a' };
  });
}

test('all steps are equally wide while they fit', () => {
  const layout = layOut(runs(1, 4, 15), 400, NONE);

  expect(layout.width).toBe(400);
  expect(layout.blocks.map((block) => block.unit)).toEqual([20, 20, 20]);
});

test('when they do not fit the longest runs give way, and the switches stay in sight', () => {
  const layout = layOut(runs(500, 3, 1000, 2), 600, NONE);

  expect(layout.width).toBeLessThanOrEqual(600);
  expect(layout.blocks.map((block) => block.unit === LEAST)).toEqual([false, true, false, true]);
});

test('an expanded run has room for every step, and the others stay as they are', () => {
  const layout = layOut(runs(500, 3, 1000, 2), 600, new Set([501]));

  expect(layout.blocks[1]).toMatchObject({ expanded: true, unit: SINGLE, width: 3 * SINGLE });
  expect(layout.blocks[0]?.expanded).toBe(false);
});

test('what is pointed at is what is drawn there, at every step of any layout', () => {
  for (const expanded of [NONE, new Set([501])]) {
    const layout = layOut(runs(500, 3, 1000, 2), 600, expanded);
    for (let step = 0; step <= 1505; step++) expect(stepAt(layout, edgeOf(layout, step))).toBe(step);
    expect(stepAt(layout, -5)).toBe(0);
    expect(stepAt(layout, 1e6)).toBe(1505);
  }
});

test('of a long run that takes turns at each step only what is in view is drawn', () => {
  const layout = layOut(runs(...Array.from({ length: 2000 }, () => 1)), 600, NONE);
  const seen = blocksWithin(layout, 3000, 3600);

  expect(layout.width).toBe(2000 * LEAST);
  expect(seen.length).toBeLessThan(105);
  expect(seen[0]?.x).toBeGreaterThan(2990);
});

test('of an expanded run only the steps in view are drawn', () => {
  const layout = layOut(runs(2000), 600, new Set([1]));
  const [block] = layout.blocks;

  expect(block && stepsWithin(block, 2400, 3000)).toHaveLength(26);
});
