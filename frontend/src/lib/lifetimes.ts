/** Where an object that a finding is about was allocated and freed: the lines that KASAN prints for it. */

export interface Lifetime {
  /** "Allocated", "Allocated again", "Freed". */
  what: string;
  /** "by CPU 0 (khugepaged)", "before the first step". */
  how: string;
  /** Number of the step; null where the report does not say. */
  step: number | null;
  /** The calls on the way there, the innermost first. */
  calls: string[];
}

const HEAD = /^(Allocated(?: again)?|Freed)\s+(.*?)[:.]?$/;

/** In the order of the report, which has them after its call trace. */
export function lifetimesIn(report: string): Lifetime[] {
  const found: Lifetime[] = [];
  let open: Lifetime | null = null;
  for (const line of report.split('\n')) {
    const head = HEAD.exec(line.trimEnd());
    if (head) {
      const said = head[2] ?? '';
      const step = /\bstep:? (\d+)/.exec(said)?.[1];
      open = {
        what: head[1] ?? '',
        how: said
          .replace(/[,;(]?\s*(at|in)?\s*\bstep:? \d+\)?/, '')
          .replace(/: Comm: (.+)$/, ' ($1)')
          .trim(),
        step: step ? Number(step) : null,
        calls: [],
      };
      found.push(open);
    } else if (open && /^\s+\S/.test(line)) open.calls.push(line.trim());
    else open = null;
  }
  return found;
}
