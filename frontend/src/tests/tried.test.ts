import { beforeEach, expect, test, vi } from 'vitest';
import type { Request } from '../lib/request';

const request: Request = {
  scenario: 'lost-page',
  variant: 'broken',
  schedule: '',
  cursor: null,
  bundle: null,
};

beforeEach(() => {
  vi.resetModules();
  sessionStorage.setItem(
    'racewalk.tried',
    JSON.stringify({ of: 'lost-page', variant: 'broken', schedules: ['1.a1'] }),
  );
});

test('after a reload what was tried is opened again, with the first run only', async () => {
  history.replaceState('racewalk', '');
  const { branchesFor } = await import('../lib/tried.svelte');

  expect(branchesFor(request, true)).toEqual(['1.a1']);
  expect(branchesFor(request, false)).toEqual([]);
  expect(branchesFor({ ...request, variant: 'fixed' }, true)).toEqual([]);
});

test('a link that is opened in the same tab begins with its own run', async () => {
  history.replaceState(null, '');
  const { branchesFor } = await import('../lib/tried.svelte');
  history.replaceState('racewalk', ''); // the page marks the entry once it is there

  expect(branchesFor(request, true)).toEqual([]);
});
