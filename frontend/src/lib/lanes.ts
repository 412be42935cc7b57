/**
 * Where the steps of a run stand from left to right.
 *
 * All steps are as wide as they can be while the whole fits. When it does not, the longest runs give way first: each
 * is drawn no wider than a common bound, as one block with its count, so that the switches stay in sight. A run that
 * is expanded gives every step room for itself.
 */
import { sizeOf, type Run } from './trace';

export const LEAST = 6;
export const MOST = 26;
/** So wide is a step of an expanded run, at least. */
export const SINGLE = 24;
/** No block is squeezed below this, so that its count can be read. */
const READABLE = 60;

export interface Block {
  run: Run;
  x: number;
  width: number;
  /** Of each of its steps. */
  unit: number;
  expanded: boolean;
}

export interface Layout {
  blocks: Block[];
  width: number;
}

/** `expanded` holds numbers of first steps. */
export function layOut(runs: readonly Run[], room: number, expanded: ReadonlySet<number>): Layout {
  const last = runs.at(-1)?.last ?? 0;
  const unit = Math.max(LEAST, Math.min(MOST, room / Math.max(last, 12)));
  const bound = last * unit <= room ? Infinity : boundFor(runs, unit, room);
  const blocks: Block[] = [];
  let x = 0;
  for (const run of runs) {
    const size = sizeOf(run);
    const open = expanded.has(run.first);
    const width = open ? size * Math.max(unit, SINGLE) : Math.min(size * unit, bound);
    blocks.push({ run, x, width, unit: width / size, expanded: open });
    x += width;
  }
  return { blocks, width: x };
}

/** The widest that a block may be so that all fit; they need not fit when even the least does not do. */
function boundFor(runs: readonly Run[], unit: number, room: number): number {
  const widths = runs.map((run) => sizeOf(run) * unit).sort((a, b) => a - b);
  let left = room;
  for (const [i, width] of widths.entries()) {
    const share = left / (widths.length - i);
    if (width > share) return Math.max(READABLE, share);
    left -= width;
  }
  return Infinity;
}

/** The right edge of a step: where the cursor stands when it was the last one done. */
export function edgeOf(layout: Layout, number: number): number {
  const block = layout.blocks[indexOf(layout.blocks, (b) => b.run.last >= number)];
  if (number <= 0 || !block) return number <= 0 ? 0 : layout.width;
  return block.x + (number - block.run.first + 1) * block.unit;
}

/** The step that is drawn at `x`; 0 before the first one. */
export function stepAt(layout: Layout, x: number): number {
  if (x <= 0) return 0;
  const block = layout.blocks[indexOf(layout.blocks, (b) => b.x + b.width >= x)] ?? layout.blocks.at(-1);
  if (!block) return 0;
  return Math.min(
    block.run.last,
    block.run.first + Math.max(0, Math.ceil((x - block.x) / block.unit - 1e-6) - 1),
  );
}

/** The blocks that can be seen between two places. */
export function blocksWithin({ blocks }: Layout, from: number, to: number): Block[] {
  return blocks.slice(
    indexOf(blocks, (b) => b.x + b.width >= from),
    indexOf(blocks, (b) => b.x > to),
  );
}

/** Numbers of the steps of an expanded block that can be seen. */
export function stepsWithin({ run, x, unit }: Block, from: number, to: number): number[] {
  const first = Math.max(run.first, run.first + Math.floor((from - x) / unit));
  const last = Math.min(run.last, run.first + Math.ceil((to - x) / unit));
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** The first index for which it holds; it holds for all after that too. */
function indexOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
