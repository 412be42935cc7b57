/** How far an analysis is, in words (`racewalk.scenario.telling` says it). */
import type { Told } from './analysis';
import { count } from './format';

const PHASES: Record<string, string> = {
  schedule: 'Searching for a schedule',
  states: 'Walking through all states',
  walks: 'Walking at random',
  places: 'Looking at each place',
  compare: 'Comparing the runs',
};

export function phaseWords(told: Told): string {
  const phase = PHASES[String(told.phase)];
  if (!phase) return 'Waiting for the server…';
  if (typeof told.states === 'number') {
    const bound = typeof told.bound === 'string' && told.bound ? `, ${told.bound}` : '';
    return `${phase}: ${count(told.states, 'state')}${bound}`;
  }
  if (typeof told.done === 'number' && typeof told.of === 'number')
    return `${phase}: ${told.done.toLocaleString('en')} of ${told.of.toLocaleString('en')}`;
  return `${phase}…`;
}

/** A text of the server with the kind of a finding in the page's words: "Lost PTE" for "lost-pte". */
export function withKind(text: string, kind: string | null, words: (kind: string) => string): string {
  return kind?.includes('-') ? text.replaceAll(kind, words(kind)) : text;
}
