/** What an answer about all schedules covers, line by line. Pure. */
import { bytes, count } from './format';
import type { SearchDone } from './wire';

/** `after`: the number of the step that the search began after; null for the start. */
export function coverageOf(result: SearchDone, after: number | null): { name: string; value: string }[] {
  const begin = after === null ? '' : ` that go on after step ${after}`;
  const within = result.bounds.length > 0 ? `, ended by its bound of ${result.bounds.join(' and ')}` : '';
  return [
    {
      name: 'Schedules',
      value: result.exhaustive
        ? `all${begin}, to their ends, of the actors of this scenario`
        : `only a part of those${begin || ' of this scenario'}${within}`,
    },
    { name: 'States', value: `${count(result.states, 'state')}, ${count(result.transitions, 'transition')}` },
    ...(result.omission > 0
      ? [
          {
            name: 'Left out',
            value: `a state with probability at most ${result.omission.toExponential(0)}: fingerprints stand for whole states`,
          },
        ]
      : []),
    ...(result.reductions.length > 0
      ? [{ name: 'Reduced by', value: `${result.reductions.join(', ')}; none of these changes the answer` }]
      : []),
    { name: 'Memory model', value: result.memory_model },
    ...(result.vacuous.length > 0
      ? [
          {
            name: 'Never happens',
            value: `${result.vacuous.join('; ')}: a proof that never comes there says little`,
          },
        ]
      : []),
    ...(result.memory_bytes > 0 ? [{ name: 'Memory used', value: bytes(result.memory_bytes) }] : []),
  ];
}
