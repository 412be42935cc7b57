/** What the server tells of a run and its twin (`racewalk.scenario.twin`). */
import * as v from 'valibot';
import type { Told } from '../../lib/analysis';
import { aboutTold, movedTold, numberOrNull } from '../../lib/told';

const row = v.object({ ...movedTold.entries, twin: numberOrNull });
export type Row = v.InferOutput<typeof row>;

const run = v.object({
  schedule: v.string(),
  steps: v.number(),
  switches: v.number(),
  preemptions: v.number(),
  moves: v.array(row),
});
export type Run = v.InferOutput<typeof run>;

const twin = v.object({
  ...aboutTold,
  given: v.nullable(v.picklist(['failing', 'passing'])),
  shared: numberOrNull,
  edits: numberOrNull,
  nearest: v.nullable(v.boolean()),
  failing: v.nullable(run),
  passing: v.nullable(run),
});
export type Twin = v.InferOutput<typeof twin>;

/** Throws where it is something else. */
export function twinIn(told: Told): Twin {
  return v.parse(twin, told);
}
