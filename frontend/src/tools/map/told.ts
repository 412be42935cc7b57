/** What the server tells of the progress of two actors (`racewalk.scenario.progress_map`). */
import * as v from 'valibot';
import type { Told } from '../../lib/analysis';
import { aboutTold, numberOrNull, stepTold, textOrNull } from '../../lib/told';

const axis = v.object({
  letter: v.string(),
  title: v.string(),
  name: v.string(),
  positions: v.array(stepTold),
});
export type Axis = v.InferOutput<typeof axis>;

const region = v.object({
  actor: v.string(),
  lock: textOrNull,
  mode: v.picklist(['held', 'read', 'write', 'rcu', 'irqs-off', 'bh-off']),
  first: v.number(),
  last: v.number(),
  always: v.boolean(),
});
export type Region = v.InferOutput<typeof region>;

const map = v.object({
  ...aboutTold,
  actors: v.tuple([axis, axis]),
  codes: v.array(v.string()),
  flags: v.array(v.array(v.number())),
  flag_names: v.record(v.string(), v.number()),
  legend: v.record(v.string(), v.string()),
  locks: v.array(region),
  others: v.nullable(v.array(v.object({ letter: v.string(), step: numberOrNull }))),
  to: textOrNull,
  to_others: v.nullable(v.picklist(['as-they-are', 'elsewhere'])),
  states: numberOrNull,
  projected: numberOrNull,
});
export type ProgressMap = v.InferOutput<typeof map>;

/** Throws where it is something else. */
export function mapIn(told: Told): ProgressMap {
  return v.parse(map, told);
}
