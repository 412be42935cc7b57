/** What is opened: a scenario, one of its variants, and where in a run of it. */
import type { Bundle } from './wire';

export interface Request {
  scenario: string;
  variant: string | null;
  schedule: string;
  cursor: number | null;
  bundle: Bundle | null;
}
