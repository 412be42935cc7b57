/** The line of what to try: the next goal, that one is reached, or that this version cannot do it. */
import { count, kindWords, versionWords } from './format';
import type { NodeView, ProgramView, VariantView } from './wire';

export interface Task {
  /** "Try", "Done"; null where there is nothing to try. */
  head: string | null;
  say: string;
  /** The kind of finding that is to be tried next. */
  kind: string | null;
}

const UNSAID = 'Step the actors in any order, and see what goes wrong.';

/** `path` ends at the cursor. */
export function taskOf(program: ProgramView, path: readonly NodeView[]): Task {
  const { scenario } = program;
  const variant = scenario.variants.find((one) => one.id === program.variant);
  const goals = scenario.goals.filter((goal) => !variant || !expectsNever(variant, goal.find));
  if (scenario.goals.length > 0 && goals.length === 0) {
    return {
      head: null,
      say: `In ${versionWords(program)} this cannot happen: “Prove it” looks at all schedules.`,
      kind: null,
    };
  }
  if (goals.length === 0) return { head: null, say: scenario.summary || UNSAID, kind: null };
  const reached = goals.flatMap((goal) => {
    const node = path.find((one) => one.findings.some((finding) => finding.kind === goal.find));
    return node ? [{ goal, node }] : [];
  });
  const next = goals.find((goal) => reached.every((one) => one.goal !== goal));
  const last = reached.at(-1);
  if (!last) return { head: 'Try', say: next?.say ?? '', kind: next?.find ?? null };

  const done = `${kindWords(last.goal.find)} after ${count(last.node.number, 'step')}.`;
  const safe = next ? undefined : safeVariant(program, last.goal.find);
  const more = next
    ? ` Next: ${next.say}`
    : safe
      ? ` In ${safe} this cannot happen: choose it, and “Prove it” looks at all schedules.`
      : '';
  return { head: 'Done', say: done + more, kind: next?.find ?? null };
}

/** The kinds of finding that one may ask about in this variant, the question's own first. */
export function kindsToAsk(program: ProgramView): string[] {
  const { scenario } = program;
  const variant = scenario.variants.find((one) => one.id === program.variant);
  const kinds = [
    scenario.asks,
    ...scenario.goals.map((goal) => goal.find),
    ...Object.keys(variant?.expect ?? {}),
  ];
  return [...new Set(kinds.filter((kind) => kind !== null))];
}

function expectsNever(variant: VariantView, kind: string): boolean {
  return (variant.expect[kind] ?? variant.verdict) === 'never';
}

/** The repaired version: the next one of those in which it never happens. */
function safeVariant(program: ProgramView, kind: string): string | undefined {
  const { variants } = program.scenario;
  const at = variants.findIndex((variant) => variant.id === program.variant);
  return [...variants.slice(at + 1), ...variants.slice(0, at)].find((one) => expectsNever(one, kind))?.id;
}
