/** What the server tells of the window of a finding (`racewalk.scenario.window`). */
import * as v from 'valibot';
import type { Told } from '../../lib/analysis';
import { aboutTold, movedTold, numberOrNull, stepTold, textOrNull } from '../../lib/told';

const chances = v.object({
  schedules: textOrNull,
  having: textOrNull,
  probability: v.number(),
  probability_low: v.number(),
  probability_high: v.number(),
  method: v.picklist(['exact', 'iterated', 'sampled']),
  preemptions: numberOrNull,
  switches: numberOrNull,
  states: numberOrNull,
  bound: textOrNull,
  walks: numberOrNull,
  walks_having: numberOrNull,
  walks_cut_off: numberOrNull,
});
export type Chances = v.InferOutput<typeof chances>;

const place = v.object({
  number: v.number(),
  step: numberOrNull,
  label: textOrNull,
  next: numberOrNull,
  fails: v.boolean(),
  reason: textOrNull,
});

const opening = v.object({
  actor: v.string(),
  preemption: v.boolean(),
  number: v.number(),
  after: movedTold,
  before: v.nullable(stepTold),
  places: v.array(place),
  first: v.number(),
  last: v.number(),
  fit: v.nullable(v.object({ steps: v.number(), first: movedTold, last: movedTold })),
  delay: v.object({ ...stepTold.entries, after: v.boolean(), until: movedTold, words: v.string() }),
});
export type Opening = v.InferOutput<typeof opening>;

const window = v.object({
  ...aboutTold,
  chances,
  how_often: v.array(v.string()),
  schedule: textOrNull,
  steps: numberOrNull,
  switches: numberOrNull,
  preemptions: numberOrNull,
  openings: v.array(opening),
});
export type Window = v.InferOutput<typeof window>;

/** Throws where it is something else. */
export function windowIn(told: Told): Window {
  return v.parse(window, told);
}
