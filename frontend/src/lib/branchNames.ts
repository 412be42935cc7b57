/**
 * Names that somebody gave to branches, kept by the browser.
 *
 * A name belongs to a schedule of one variant of one scenario: when that is opened again, so are the branches that have
 * names. A text of one's own has the digest of its text for a scenario. Newest first, and bounded.
 */
import { recall, remember } from './storage';
import type { Bundle } from './wire';

const KEY = 'branches';
const MOST = 200;
/** A session takes no more branches at once. */
export const MOST_OPENED = 64;
export const LONGEST_NAME = 60;
const LONGEST_SCHEDULE = 20_000;

export interface Named {
  scenario: string;
  variant: string;
  schedule: string;
  name: string;
}

/** What names are kept under. Another text under the name of a scenario is another thing. */
export function scenarioKey(scenario: string, bundle: Bundle | null): string {
  return bundle ? `${scenario}~${digest(bundle)}` : scenario;
}

export function namesIn(scenario: string, variant: string): Named[] {
  return all().filter((named) => named.scenario === scenario && named.variant === variant);
}

/** The schedules that have names, for opening them along with the scenario. */
export function keptSchedules(scenario: string, variant: string | null, bundle: Bundle | null): string[] {
  if (variant === null) return [];
  return namesIn(scenarioKey(scenario, bundle), variant)
    .map((named) => named.schedule)
    .slice(0, MOST_OPENED);
}

/** An empty name takes the name away. Whether the browser keeps it. */
export function keepName({ scenario, variant, schedule, name }: Named): boolean {
  const text = name.trim().slice(0, LONGEST_NAME);
  if (schedule.length > LONGEST_SCHEDULE) return false;
  const others = all().filter(
    (named) => named.scenario !== scenario || named.variant !== variant || named.schedule !== schedule,
  );
  const kept = text ? [{ scenario, variant, schedule, name: text }, ...others] : others;
  return remember(KEY, JSON.stringify(kept.slice(0, MOST)));
}

/** What the browser holds may be anything: only what reads as names counts. */
function all(): Named[] {
  try {
    const kept: unknown = JSON.parse(recall(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isNamed).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function isNamed(value: unknown): value is Named {
  if (typeof value !== 'object' || value === null) return false;
  const { scenario, variant, schedule, name } = value as Record<string, unknown>;
  return (
    typeof scenario === 'string' &&
    typeof variant === 'string' &&
    typeof schedule === 'string' &&
    schedule.length <= LONGEST_SCHEDULE &&
    typeof name === 'string' &&
    name.length > 0 &&
    name.length <= LONGEST_NAME
  );
}

/** FNV-1a: tells texts apart that one person has, and need do no more. */
function digest(bundle: Bundle): string {
  let hash = 0x811c9dc5;
  for (const { path, text } of bundle.files) {
    for (const char of `${path}\n${text}\n`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}
