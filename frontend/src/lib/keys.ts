/**
 * Which command a key means. Pure; who may act on keys at all is decided here too.
 */
export type Command =
  | { do: 'step'; index: number }
  | { do: 'again' | 'back' | 'forward' | 'switch-back' | 'switch-forward' | 'first' | 'last' }
  | { do: 'line' | 'over' | 'out' | 'pin' | 'expand' }
  | { do: 'run' | 'find' | 'find-here' | 'hint' | 'undo' | 'redo' | 'share' | 'present' | 'list' | 'help' };

/** What steps and travels, and needs nothing but the run: the keys of a frame and of a file. */
export const WALKS: ReadonlySet<Command['do']> = new Set<Command['do']>([
  'step',
  'again',
  'back',
  'forward',
  'switch-back',
  'switch-forward',
  'first',
  'last',
  'run',
  'line',
  'over',
  'out',
  'pin',
  'expand',
  'undo',
  'redo',
]);

export interface KeyHelp {
  keys: string[];
  does: string;
}

/** What the help lists, in the order of use. */
export const KEY_HELP: KeyHelp[] = [
  {
    keys: ['1', '…', '9'],
    does: 'Step CPU 0, CPU 1, … (or the actor in that place); of several choices, the first',
  },
  { keys: ['Space'], does: 'Step the same one again' },
  { keys: ['b'], does: 'Run the same one until it is blocked' },
  { keys: ['n', 'o', 'Shift o'], does: 'Step line, step over the call, step out of the function' },
  { keys: ['Left', 'Right'], does: 'One step back or forward in time' },
  { keys: ['Shift Left', 'Shift Right'], does: 'To the previous or next switch' },
  { keys: ['Home', 'End'], does: 'To the start or the end of the run' },
  { keys: ['e'], does: 'Show each step of this run in the timeline, or one block again' },
  { keys: ['c'], does: 'Compare from here, or no longer' },
  { keys: ['z', 'Shift z'], does: 'Undo, redo' },
  { keys: ['f', 'Shift f'], does: 'Find the race from the start, or from here' },
  { keys: ['h'], does: 'A hint; again for more of it: whom to move, where to stop, show me' },
  { keys: ['s'], does: 'Copy the link' },
  { keys: ['p'], does: 'Present: full screen and large type; again, or Esc, to leave' },
  { keys: ['l'], does: 'Home: what this is, and all questions' },
  { keys: ['?'], does: 'This help' },
  {
    keys: ['Tab', 'arrows', 'Enter'],
    does: 'To a card of the world, from cell to cell, and to the step that wrote the cell',
  },
  { keys: ['Up', 'Down'], does: 'In a source: from step to step, with the cells that each touches' },
  { keys: ['Esc'], does: 'Close what is open' },
];

const PLAIN: Record<string, Command> = {
  ' ': { do: 'again' },
  ArrowLeft: { do: 'back' },
  ArrowRight: { do: 'forward' },
  Home: { do: 'first' },
  End: { do: 'last' },
  b: { do: 'run' },
  n: { do: 'line' },
  o: { do: 'over' },
  c: { do: 'pin' },
  e: { do: 'expand' },
  f: { do: 'find' },
  h: { do: 'hint' },
  z: { do: 'undo' },
  s: { do: 'share' },
  p: { do: 'present' },
  l: { do: 'list' },
  '?': { do: 'help' },
};

const SHIFTED: Record<string, Command> = {
  ArrowLeft: { do: 'switch-back' },
  ArrowRight: { do: 'switch-forward' },
  O: { do: 'out' },
  o: { do: 'out' },
  Z: { do: 'redo' },
  z: { do: 'redo' },
  F: { do: 'find-here' },
  f: { do: 'find-here' },
  '?': { do: 'help' },
};

export interface KeyPress {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

/** The command of a key press, or null when the key is not ours. */
export function commandFor(press: KeyPress): Command | null {
  if (press.ctrlKey || press.altKey || press.metaKey) return null;
  if (!press.shiftKey && /^[1-9]$/.test(press.key)) return { do: 'step', index: Number(press.key) - 1 };
  return (press.shiftKey ? SHIFTED : PLAIN)[press.key] ?? null;
}

/**
 * Whether the page may act on a key that was pressed on `target`: never while typing or in a dialog,
 * and never on a key that the element under the focus uses itself.
 */
export function keyIsFree(target: EventTarget | null, press: KeyPress): boolean {
  if (!(target instanceof HTMLElement)) return true;
  if (target.closest('dialog, [popover], textarea, select, [contenteditable="true"]')) return false;
  if (target instanceof HTMLInputElement) {
    if (!/^(range|radio|checkbox)$/.test(target.type)) return false;
    return press.key !== ' ' && (press.shiftKey || !/^(Arrow|Home|End|Page)/.test(press.key));
  }
  if (press.key === ' ' && target.closest('button, a, summary')) return false;
  // A scrolling region under the focus keeps the keys that scroll it.
  if (target.matches('[data-scrolls]')) {
    if (/^(Home|End)$/.test(press.key)) return false;
    if (/^Arrow(Left|Right)$/.test(press.key) && !press.shiftKey)
      return target.scrollWidth <= target.clientWidth;
  }
  return true;
}
