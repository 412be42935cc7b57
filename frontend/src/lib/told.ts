/** The parts that analyses have in common (`racewalk.scenario.step_place`), checked when they come. */
import * as v from 'valibot';

export const textOrNull = v.nullable(v.string());
export const numberOrNull = v.nullable(v.number());

/** A step of the text: where it stands. */
export const stepTold = v.object({
  step: v.number(),
  label: v.string(),
  text: v.string(),
  function: v.string(),
  file: v.string(),
  line: v.number(),
  caption: textOrNull,
});
export type StepTold = v.InferOutput<typeof stepTold>;

/** A step of a run; `number` counts from 1. */
export const movedTold = v.object({
  ...stepTold.entries,
  number: v.number(),
  actor: v.string(),
  choice: numberOrNull,
});
export type MovedTold = v.InferOutput<typeof movedTold>;

/** Begins every answer. */
export const aboutTold = {
  scenario: v.string(),
  variant: v.string(),
  kind: textOrNull,
  bounds: v.array(v.string()),
  sentences: v.array(v.string()),
};
