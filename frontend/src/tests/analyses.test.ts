import { describe, expect, it } from 'vitest';
import { kindWords } from '../lib/format';
import { phaseWords, withKind } from '../lib/phases';
import type { ProgramView, StepView } from '../lib/wire';
import { bandAt, bandsOf, type Bands } from '../tools/map/bands';
import { cellWords, codeAt } from '../tools/map/cells';
import { barsOf, hiddenOf, stepLabel } from '../tools/map/labels';
import { areas, line, wayOf } from '../tools/map/shapes';
import { mapIn, type ProgressMap } from '../tools/map/told';
import { afterwards, beside } from '../tools/twin/rows';
import { twinIn, type Row, type Run } from '../tools/twin/told';
import { excerptOf } from '../tools/window/excerpt';
import type { Opening, Window } from '../tools/window/told';
import { byOpening, isProof, probabilityWords, schedulesWords } from '../tools/window/words';

const step = (text: string, name = 'f') => ({
  step: 0,
  label: `${name}: ${text}`,
  text,
  function: name,
  file: 'x.c',
  line: 1,
  caption: null,
});

/** Both take a lock, and load and store under it. */
function locked(): ProgressMap {
  const positions = ['spin_lock(&l)', 'x', 'x++', 'spin_unlock(&l)'].map((text) => step(text));
  return mapIn({
    scenario: 'own',
    variant: 'own',
    kind: 'lost-update',
    bounds: [],
    sentences: [],
    actors: ['a', 'b'].map((letter, n) => ({ letter, title: `CPU ${n}`, name: '', positions })),
    codes: ['ooooo', 'o...o', 'o...o', 'o...o', 'ooooo'],
    flags: ['11111', '10001', '10001', '10001', '11111'].map((row) => [...row].map(Number)),
    flag_names: { 'out-of-reach': 1, happened: 16 },
    legend: { o: 'lost-update is out of reach' },
    locks: ['a', 'b'].map((actor) => ({ actor, lock: 'l', mode: 'held', first: 1, last: 3, always: true })),
    others: null,
    to: null,
    to_others: null,
    states: 16,
    projected: 16,
  });
}

describe('the progress map', () => {
  it('takes neighbours that look alike as one, and each for itself on demand', () => {
    const map = locked();

    expect(bandsOf(map, true).across).toEqual([
      { first: 0, last: 0 },
      { first: 1, last: 3 },
      { first: 4, last: 4 },
    ]);
    expect(bandsOf(map, false).down).toHaveLength(5);
    expect(stepLabel(map.actors[0], { first: 1, last: 3 })).toBe('x +2');
    expect(stepLabel(map.actors[0], { first: 4, last: 4 })).toBe('finished');
  });

  it('leaves out where nobody ever stands', () => {
    const map = { ...locked(), codes: ['o.o', '...', 'o.o'], locks: [] };

    expect(bandsOf(map, true).across.map(({ first }) => first)).toEqual([0, 2]);
    expect(bandAt(bandsOf(map, true).across, 1)).toBe(0);
  });

  it('says by which lock two places are kept apart', () => {
    const map = locked();

    expect(codeAt(map, 2, 2)).toBe('x');
    expect(cellWords(map, { first: 2, last: 2 }, { first: 1, last: 3 }, kindWords)).toBe(
      'CPU 0 before x++ in f(); CPU 1 before x in f() (and 2 steps on, which look the same). ' +
        'They cannot both be there: each would hold l.',
    );
    expect(cellWords(map, { first: 0, last: 0 }, { first: 4, last: 4 }, kindWords)).toBe(
      'CPU 0 before spin_lock(&l) in f(); CPU 1 finished. Lost update is out of reach.',
    );
  });

  it('is a handful of shapes however many cells there are', () => {
    const letters = 'osauh';
    const codes = Array.from({ length: 60 }, (_, y) =>
      Array.from({ length: 80 }, (_, x) => letters[(x * 7 + y * 3) % 5]).join(''),
    );
    const axis = (n: number) => ({ letter: 'a', title: '', name: '', positions: Array(n).fill(step('x')) });
    const map: ProgressMap = {
      ...locked(),
      actors: [axis(79), axis(59)],
      codes,
      flags: codes.map((row) => [...row].map(() => 0)),
      locks: [],
    };

    expect([...areas(map, bandsOf(map, true), { width: 6, height: 6 }).keys()].sort()).toEqual(
      [...letters].sort(),
    );
  });

  it('draws the run as a line through its cells, each once', () => {
    const bands: Bands = bandsOf(locked(), true);
    const stops = wayOf([[0, 0], [1, 0], [2, 0], [3, 0], [4, 0], [4, 1]], bands); // prettier-ignore

    expect(stops.map(({ number, x, y }) => [number, x, y])).toEqual([
      [0, 0, 0],
      [3, 1, 0],
      [4, 2, 0],
      [5, 2, 1],
    ]);
    expect(line(stops.slice(0, 2), { width: 10, height: 10 })).toBe('M5 5L15 5');
  });

  it('puts what is held at the same time into lanes', () => {
    const map = locked();
    const [one] = map.locks;
    if (!one) throw new Error('there is a lock');
    const bars = barsOf(
      map.actors[0],
      [one, { ...one, lock: null, mode: 'rcu', first: 2, last: 2 }],
      bandsOf(map, false).across,
    );

    expect(bars.map(({ text, first, last, lane }) => [text, first, last, lane])).toEqual([
      ['l', 1, 3, 0],
      ['RCU read section', 2, 2, 1],
    ]);
  });

  it('counts what is held when there are no lanes left', () => {
    const map = locked();
    const [one] = map.locks;
    if (!one) throw new Error('there is a lock');
    const { across } = bandsOf(map, false);
    const eleven = Array.from({ length: 11 }, () => one);

    expect(hiddenOf(map.actors[0], map.locks, across)).toBe(0);
    expect(hiddenOf(map.actors[0], eleven, across)).toBe(2);
    expect(barsOf(map.actors[0], eleven, across)).toHaveLength(9);
  });
});

describe('an answer that is something else', () => {
  it('is refused and not drawn', () => {
    expect(() => mapIn({ codes: 7 })).toThrow();
    expect(() => twinIn({})).toThrow();
  });
});

function runOf(twins: (number | null)[]): Run {
  const moves = twins.map((twin, n): Row => ({
    ...step(`s${n}`),
    number: n + 1,
    actor: 'a',
    choice: null,
    twin,
  }));
  return { schedule: '', steps: moves.length, switches: 0, preemptions: 0, moves };
}

describe('two runs beside each other', () => {
  it('stand in one row where they do the same', () => {
    const failing = runOf([1, 4, null]);
    const passing = runOf([1, null, null, 2, null]);
    const pairs = beside(failing, passing, 1);

    expect(pairs.map(({ failing: one, passing: other }) => [one?.number ?? 0, other?.number ?? 0])).toEqual([
      [0, 2],
      [0, 3],
      [2, 4],
      [3, 0],
      [0, 5],
    ]);
    expect(afterwards(pairs)).toBe(1);
  });
});

const window = {
  scenario: 'own',
  variant: 'own',
  kind: 'lost-update',
  bounds: [],
  sentences: [],
  how_often: [],
  schedule: null,
  steps: null,
  switches: null,
  preemptions: null,
  openings: [],
  chances: {
    schedules: '2051448439806156847',
    having: '31926299260392',
    probability: 0.118896,
    probability_low: 0.118896,
    probability_high: 0.118896,
    method: 'exact',
    preemptions: 1,
    switches: 2,
    states: 4732,
    bound: null,
    walks: null,
    walks_having: null,
    walks_cut_off: null,
  },
} satisfies Window;

describe('how hard it is to hit', () => {
  it('is said exactly where it is known, and as an interval where it is a sample', () => {
    const sampled = {
      ...window.chances,
      schedules: null,
      having: null,
      method: 'sampled' as const,
      probability: 0.143,
      probability_low: 0.087,
      probability_high: 0.226,
      bound: '200,000 states',
      walks: 98,
    };

    expect(schedulesWords(window.chances)).toBe(
      '31,926,299,260,392 of 2,051,448,439,806,156,847, one in 64,256',
    );
    expect(probabilityWords(window.chances)).toBe('11.9 %, exact');
    expect(schedulesWords(sampled)).toBe('not known: the states do not fit within 200,000 states');
    expect(probabilityWords(sampled)).toBe(
      'about 14.3 % (8.7 % to 22.6 % with 95 % confidence), from 98 random walks',
    );
  });

  it('is a proof only where no bound ended the search', () => {
    expect(isProof(window)).toBe(true);
    expect(isProof({ ...window, bounds: ['5 seconds'] })).toBe(false);
  });

  it('sorts what is said by the openings', () => {
    const opening = { preemption: true } as Opening;
    const sentences = ['Opening 1 of 2:', 'A.', 'To hit it on a real machine: x', 'Opening 2 of 2:', 'B.'];

    expect(byOpening({ ...window, openings: [opening, opening], sentences }).each).toEqual([['A.'], ['B.']]);
    expect(
      byOpening({ ...window, openings: [{ ...opening, preemption: false }], sentences: ['None.', 'A.'] }),
    ).toEqual({
      lead: ['None.'],
      each: [['A.']],
    });
  });
});

const TEXT = `static void f(struct mm *mm)
{
	if (READ_ONCE(vma->anon_vma)) {		/* V2 */
		cover("passed over");
		return;
	}
	pml = pmd_lock(mm, pmd);
	x = 1;
}
`;

function program(): ProgramView {
  const place = { file: 'x.c', line: 7, column: 2, end_line: 7, end_column: 9 };
  const next = { function: 'f', place, stack: [] } as unknown as StepView;
  const actors = [
    { letter: 'a', title: 'CPU 0', name: '', kind: 'cpu', steps: [next, next] },
    { letter: 'b', title: 'CPU 1', name: '', kind: 'cpu', steps: [] },
  ];
  return { files: [{ path: 'x.c', text: TEXT }], actors } as unknown as ProgramView;
}

function opening(line: number): Opening {
  const until = { ...step('spin_lock(ptl)'), number: 9, actor: 'b', choice: null };
  return {
    actor: 'a',
    first: 0,
    places: [{ number: 1, step: 0, label: '', next: 1, fails: true, reason: null }],
    delay: { ...step('it'), line, after: true, until, words: '' },
  } as unknown as Opening;
}

describe('the line that delays', () => {
  it('comes behind a condition where the actor goes on, and not into its branch', () => {
    expect(excerptOf(program(), opening(3)).map(({ sign, text }) => sign + text.split('\t\t')[0])).toEqual([
      ' \tif (READ_ONCE(vma->anon_vma)) {',
      ' ',
      ' \t}',
      '+\tmdelay(100);\t/* until CPU 1 has done spin_lock(ptl) */',
      ' \tpml = pmd_lock(mm, pmd);',
      ' \tx = 1;',
      ' }',
    ]);
  });

  it('comes right behind a whole statement', () => {
    const lines = excerptOf(program(), opening(7)).map(({ sign }) => sign);

    expect(lines.indexOf('+')).toBe(lines.length - 4);
  });
});

describe('how far an analysis is', () => {
  it('is said in the words of the page', () => {
    expect(phaseWords({})).toBe('Waiting for the server…');
    expect(phaseWords({ phase: 'compare' })).toBe('Comparing the runs…');
    expect(phaseWords({ phase: 'walks', done: 1200, of: 10000 })).toBe('Walking at random: 1,200 of 10,000');
    expect(phaseWords({ phase: 'states', states: 512, bound: '1% of 200,000 states' })).toBe(
      'Walking through all states: 512 states, 1% of 200,000 states',
    );
    expect(withKind('lost-pte is near', 'lost-pte', kindWords)).toBe('Lost PTE is near');
  });
});
