/** What stands along an axis: functions, steps, and what is held where. */
import { functionsOf, type Band } from './bands';
import { regionWords } from './cells';
import type { Axis, Region } from './told';

export interface Bar {
  region: Region;
  text: string;
  /** Bands first .. last. */
  first: number;
  last: number;
  lane: number;
}

/** Cut to so many letters. */
export function cut(text: string, letters: number): string {
  if (text.length <= letters) return text;
  return letters < 3 ? '' : `${text.slice(0, letters - 1)}…`;
}

export function stepLabel(axis: Axis, band: Band): string {
  const step = axis.positions[band.first];
  const more = band.last > band.first ? ` +${band.last - band.first}` : '';
  return (step ? step.text : 'finished') + more;
}

export function functionLabels(
  axis: Axis,
  bands: readonly Band[],
): { first: number; last: number; name: string }[] {
  return functionsOf(axis, bands).filter((run) => run.name !== '');
}

const MOST_LANES = 9;

/** What an actor holds, each in the first lane that is free; what finds none is left out. */
export function barsOf(axis: Axis, locks: readonly Region[], bands: readonly Band[]): Bar[] {
  const ends: number[] = [];
  return locks.flatMap((region) => {
    if (region.actor !== axis.letter) return [];
    const inside = bands.flatMap((band, index) =>
      band.first <= region.last && band.last >= region.first ? [index] : [],
    );
    const [first, last] = [inside[0], inside.at(-1)];
    if (first === undefined || last === undefined) return [];
    let lane = ends.findIndex((end) => end < first);
    if (lane < 0) lane = ends.length;
    if (lane >= MOST_LANES) return [];
    ends[lane] = last;
    return [{ region, text: regionWords(region), first, last, lane }];
  });
}

/** How much of what an actor holds is left out. */
export function hiddenOf(axis: Axis, locks: readonly Region[], bands: readonly Band[]): number {
  const held = locks.filter(
    ({ actor, first, last }) =>
      actor === axis.letter && bands.some((band) => band.first <= last && band.last >= first),
  );
  return held.length - barsOf(axis, locks, bands).length;
}

export function lanesOf(bars: readonly Bar[]): number {
  return bars.reduce((most, bar) => Math.max(most, bar.lane + 1), 0);
}
