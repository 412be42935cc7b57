/** The numbers of a window as short answers, and its sentences by opening. */
import { count } from '../../lib/format';
import { percent } from '../../lib/outlook';
import type { Chances, Window } from './told';

/** "4 of 6"; digits in groups, however many there are. */
export function schedulesWords({ schedules, having, bound }: Chances): string {
  if (schedules !== null && having !== null) {
    const share = Number(having) / Number(schedules);
    const oneIn = share > 0 && share < 0.5 ? `, one in ${Math.round(1 / share).toLocaleString('en')}` : '';
    return `${grouped(having)} of ${grouped(schedules)}${oneIn}`;
  }
  return bound
    ? `not known: the states do not fit within ${bound}`
    : 'not counted: the states form cycles, so there may be infinitely many schedules';
}

export function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "11.9 %, exact", or with the interval of a sample. */
export function probabilityWords(told: Chances): string {
  const between = `${percent(told.probability_low)} to ${percent(told.probability_high)}`;
  if (told.method === 'sampled') {
    const cut = told.walks_cut_off ? `, ${told.walks_cut_off.toLocaleString('en')} of them cut off` : '';
    return `about ${percent(told.probability)} (${between} with 95 % confidence), from ${count(told.walks ?? 0, 'random walk')}${cut}`;
  }
  if (told.method === 'iterated' && told.probability_high - told.probability_low > 1e-6) return between;
  return `${percent(told.probability)}, ${told.method === 'exact' ? 'exact' : 'by iteration'}`;
}

export function preemptionsWords({ schedule, preemptions, switches, bounds }: Window): string {
  if (schedule === null) return bounds.length > 0 ? 'not known' : 'none is enough';
  return `${preemptions ?? 0}, with ${count(switches ?? 0, 'switch', 'switches')}`;
}

/** Nothing hits it, and that is proved. */
export function isProof({ schedule, bounds }: Window): boolean {
  return schedule === null && bounds.length === 0;
}

const MARK = /^Opening \d+ of \d+:$/;
const DELAY = 'To hit it on a real machine: ';

/** What is said before all openings, and of each of them; where to delay stands elsewhere. */
export function byOpening({ sentences, openings }: Window): { lead: string[]; each: string[][] } {
  const plain = sentences.filter((one) => !one.startsWith(DELAY));
  if (openings.length === 0) return { lead: plain, each: [] };
  const lead = openings.some((one) => one.preemption) ? [] : plain.slice(0, 1);
  const each: string[][] = [];
  for (const sentence of plain.slice(lead.length)) {
    if (MARK.test(sentence) || each.length === 0) each.push([]);
    if (!MARK.test(sentence)) each.at(-1)?.push(sentence);
  }
  return { lead, each };
}
