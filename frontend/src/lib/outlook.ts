/** What lies ahead, in words: the lights of the moves, and how often a run has the finding. Pure. */
import { actorByLetter, count, kindWords } from './format';
import type { ChancesView, MoveLight, NodeView, OutlookAnswer, ProgramView } from './wire';

export type Light = MoveLight['light'];

interface LightWords {
  word: string;
  /** What it means, after "this move:". */
  about: string;
  tone: 'out' | 'open' | 'sure';
}

/** In the order in which they are explained. */
export const LIGHTS: Record<Light, LightWords> = {
  'out-of-reach': { word: 'out of reach', about: 'no schedule has it any more', tone: 'out' },
  reachable: { word: 'reachable', about: 'some schedules have it, others end without it', tone: 'open' },
  unavoidable: { word: 'unavoidable', about: 'every schedule to the end has it', tone: 'sure' },
  now: { word: 'now', about: 'this very move does it', tone: 'sure' },
  endless: {
    word: 'endless',
    about: 'some schedules have it, and none comes to an end: they go round for ever',
    tone: 'open',
  },
};

/** The light of a move; with `choice` null of a step that offers none. */
export function lightOf(answer: OutlookAnswer | null, actor: string, choice: number | null): Light | null {
  const moves = answer?.moves.filter((move) => move.actor === actor) ?? [];
  return (
    (moves.find((move) => move.choice === choice) ?? (choice === null ? moves[0] : undefined))?.light ?? null
  );
}

/** Number of the step on the way to where one is that had what is asked about. */
export function hadAt(answer: OutlookAnswer, path: readonly NodeView[]): number | null {
  const had = path.find(({ findings }) =>
    findings.some(({ kind, warning }) => (answer.kind === null ? !warning : kind === answer.kind)),
  );
  return had?.number ?? null;
}

/** `had`: the step that had it already. "From here 312 of 4,096 schedules have Lost PTE; a random scheduler meets it with probability 7.62 %." */
export function outlookSentence(answer: OutlookAnswer, had: number | null = null): string {
  const { here, chances } = answer;
  const what = answer.kind === null ? 'a finding' : kindWords(answer.kind);
  if (here === 'out-of-reach' && had !== null)
    return `${what.charAt(0).toUpperCase() + what.slice(1)} came with step ${had}; from here no schedule has it again.`;
  if (here === 'out-of-reach') return `${what} is out of reach from here: no schedule has it.`;
  if (chances.method === 'sampled') return sampled(chances, what);
  const random = `a random scheduler meets it with probability ${percent(chances.probability)}`;
  if (here === 'unavoidable') return `${what} is unavoidable from here: every schedule to the end has it.`;
  if (chances.schedules === null || chances.having === null)
    return `From here ${what} is reachable; ${random}. There is no count of schedules, for some go round for ever.`;
  const words = chances.schedules === '1' ? 'schedule' : 'schedules';
  const have = chances.having === '1' ? 'has' : 'have';
  return `From here ${big(chances.having)} of ${big(chances.schedules)} ${words} ${have} ${what}; ${random}.`;
}

function sampled(chances: ChancesView, what: string): string {
  const range = `${percent(chances.probability_low)} to ${percent(chances.probability_high)}`;
  const bound = chances.bound ?? 'the bounds of the server';
  const walks = count(chances.walks ?? 0, 'random run');
  return `No lights here: what follows does not fit within ${bound}. Of ${walks} from here ${percent(chances.probability)} had ${what} (likely ${range}).`;
}

/** For who hears the page: the light of each move. */
export function lightsSaid(program: ProgramView, answer: OutlookAnswer, had: number | null): string {
  const moves = answer.moves.map(({ actor, choice, light }) => {
    const title = actorByLetter(program, actor)?.title ?? actor;
    return `${title}${choice === null ? '' : `, choice ${choice + 1}`}: ${LIGHTS[light].word}`;
  });
  return [...(moves.length > 0 ? [`${moves.join('; ')}.`] : []), outlookSentence(answer, had)].join(' ');
}

/** A whole number given as text, which may be huge: "4,096", "3.2 × 10¹³". */
export function big(digits: string): string {
  if (digits.length <= 9) return Number(digits).toLocaleString('en');
  const power = [...String(digits.length - 1)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('');
  return `${digits[0] ?? ''}.${digits[1] ?? '0'} × 10${power}`;
}

/** Three digits, and never 0 % or 100 % for what is neither; the command line has the same words. */
export function percent(probability: number): string {
  if (probability <= 0) return '0 %';
  if (probability >= 1) return '100 %';
  const value = 100 * probability;
  if (value > 99.9) return 'more than 99.9 %';
  if (value < 0.001) return 'less than 0.001 %';
  return `${Number(value.toPrecision(3))} %`;
}
