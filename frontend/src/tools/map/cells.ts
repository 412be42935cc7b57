/** What a cell of the map is, for the eye and in words. */
import { count } from '../../lib/format';
import { withKind } from '../../lib/phases';
import { heldAt, NOBODY, type Band } from './bands';
import type { Axis, ProgressMap, Region } from './told';

/** As `racewalk.explore.progress_map.summary`, and x: no run comes there, for both would hold the same lock. */
export type Code = 'o' | 's' | 'a' | 'u' | 'h' | 'x' | '.' | '?';

export const SHORT: Record<Code, string> = {
  a: 'still reachable',
  s: 'it depends on the way there',
  u: 'unavoidable',
  h: 'has happened',
  o: 'out of reach',
  x: 'locked out: cannot both be',
  '.': 'no run comes there',
  '?': 'not known',
};

export const CODES = Object.keys(SHORT) as Code[];

/** A map of which only the axes are known, with nothing in it: its graph is too large. */
export function unknown(map: ProgressMap): ProgressMap {
  const [columns, rows] = map.actors.map((axis) => axis.positions.length + 1);
  const line = '?'.repeat(columns ?? 0);
  return { ...map, codes: Array<string>(rows ?? 0).fill(line), flags: [] };
}

/** Whether there is something to see or to read in such a cell. */
export function isBlank(code: Code): boolean {
  return code === '.' || code === '?';
}

export function codeAt(map: ProgressMap, column: number, row: number): Code {
  const code = (map.codes[row]?.[column] ?? NOBODY) as Code;
  return code === '.' && keptApart(map, column, row) ? 'x' : code;
}

/** The lock that both would have to hold. */
export function keptApart(map: ProgressMap, column: number, row: number): Region | null {
  const [across, down] = map.actors;
  const theirs = heldAt(down, map.locks, row).map((index) => map.locks[index]);
  for (const index of heldAt(across, map.locks, column)) {
    const mine = map.locks[index];
    if (mine?.lock == null || !mine.always) continue;
    const clash = theirs.some(
      (one) => one?.lock === mine.lock && one.always && !(one.mode === 'read' && mine.mode === 'read'),
    );
    if (clash) return mine;
  }
  return null;
}

export function hasHappened(map: ProgressMap, column: number, row: number): boolean {
  return ((map.flags[row]?.[column] ?? 0) & (map.flag_names.happened ?? 0)) !== 0;
}

/** "before READ_ONCE(vma->anon_vma) in retract_page_tables()". */
export function placeWords(axis: Axis, position: number): string {
  const step = axis.positions[position];
  return step ? `before ${step.text} in ${step.function}()` : 'finished';
}

/** A cell as sentences, for the line below the map and for those who hear it. */
export function cellWords(
  map: ProgressMap,
  column: Band,
  row: Band,
  words: (kind: string) => string,
): string {
  const [across, down] = map.actors;
  const code = codeAt(map, column.first, row.first);
  const flag = (name: string): boolean =>
    ((map.flags[row.first]?.[column.first] ?? 0) & (map.flag_names[name] ?? 0)) !== 0;
  const what = map.kind ? words(map.kind) : 'a finding';
  const said = [
    `${across.title} ${placeWords(across, column.first)}${more(column)}; ${down.title} ${placeWords(down, row.first)}${more(row)}.`,
  ];
  const apart = code === 'x' ? keptApart(map, column.first, row.first) : null;
  if (apart) said.push(`They cannot both be there: each would hold ${apart.lock}.`);
  else said.push(`${capital(withKind(map.legend[code] ?? SHORT[code], map.kind, words))}.`);
  if (code !== 'h' && flag('happened')) said.push(`In some runs that come there, ${what} has happened.`);
  if (flag('fatal')) said.push(`A step from there has ${what} and ends the run.`);
  if (flag('deadlock')) said.push('Nobody can go on there: a deadlock.');
  return said.join(' ');
}

function more(band: Band): string {
  return band.last > band.first
    ? ` (and ${count(band.last - band.first, 'step')} on, which look the same)`
    : '';
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "holds ptl of T0", as it is drawn along an axis. */
export function regionWords({ lock, mode }: Region): string {
  if (lock) return mode === 'read' || mode === 'write' ? `${lock} (${mode})` : lock;
  return (
    { rcu: 'RCU read section', 'irqs-off': 'interrupts off', 'bh-off': 'softirqs off' }[mode as string] ??
    mode
  );
}
