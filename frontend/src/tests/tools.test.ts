import { describe, expect, it } from 'vitest';
import { nameIn } from '../lib/exporting';
import { movesOf, printMoves, type Move } from '../lib/schedule';
import { TOOLS, toolOf } from '../lib/tools';
import { outcomeWords, said, type Row } from '../tools/needed/rows';

const row: Row = {
  without: 'f: spin_lock(&l)',
  what: 'lock',
  assumed: false,
  outcome: 'redundant',
  kind: null,
  message: '',
  schedule: null,
  steps: null,
  states: 12,
  unreached: [],
};

describe('the tools', () => {
  it('are found by their folders, each with a line that says what it is', () => {
    const ids = TOOLS.map((tool) => tool.id);
    expect(ids).toEqual(expect.arrayContaining(['export', 'needed']));
    expect(new Set(ids).size).toBe(ids.length);
    expect(TOOLS.every((tool) => tool.title !== '' && tool.summary !== '')).toBe(true);
    expect(toolOf('needed')?.title).toBe('What is needed here?');
    expect(toolOf('nothing')).toBeNull();
  });
});

describe('the text of moves', () => {
  it.each(['1.a3b1a2', '1.a1c-2b4', '1.c-0c-1c2', ''])(
    'reads as the moves that it was made of: %s',
    (text) => {
      expect(printMoves(movesOf(text) ?? [])).toBe(text);
    },
  );

  it('keeps what the server checks out of it', () => {
    const moves: Move[] = movesOf('1.a6KQb12XRc-2AA') ?? [];

    expect(printMoves(moves)).toBe('1.a6b12c-2');
  });
});

describe('the name of a file', () => {
  it('is the one that the server gives, and never a path', () => {
    expect(nameIn('attachment; filename="lost-update-plain.svg"')).toBe('lost-update-plain.svg');
    expect(nameIn('attachment; filename="../x"')).toBe('run');
    expect(nameIn('')).toBe('run');
  });
});

describe('what is said of something left out', () => {
  const words = (kind: string): string => kind.toUpperCase();

  it('is what goes wrong, how soon, and else that nothing does', () => {
    expect(said({ ...row, outcome: 'needed', kind: 'lost', steps: 4, message: 'one of two' }, words)).toBe(
      'LOST after 4 steps: one of two',
    );
    expect(said(row, words)).toBe('nothing new');
    expect(said({ ...row, unreached: ['it stores'] }, words)).toBe(
      'nothing goes wrong, but without it no run meets “it stores”',
    );
    expect(said({ ...row, outcome: 'unknown', message: 'bounded by time' }, words)).toBe('bounded by time');
  });

  it('is not that it is redundant where the runs do not come any more to what they should meet', () => {
    expect(outcomeWords(row)).toBe('redundant here');
    expect(outcomeWords({ ...row, unreached: ['it stores'] })).toBe('never reached here');
  });
});
