/** A run of 2,000 steps: what is drawn stays bounded, whatever is folded, expanded or visited. */
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import App from '../App.svelte';
import { FakeSocket } from './fakeSocket';
import { node, opened, SCENARIOS } from './lostPage';

const STEPS = 2000;

beforeEach(() => {
  FakeSocket.made = [];
  history.replaceState(null, '', '#');
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(SCENARIOS))));
});

afterEach(() => vi.unstubAllGlobals());

/** The page with a run whose actor changes every `turn` steps. */
async function pageWith(turn: number): Promise<void> {
  render(App);
  const socket = FakeSocket.last;
  socket.accept();
  await vi.waitFor(() => expect(socket.sent.length).toBeGreaterThan(0));
  const nodes = Array.from({ length: STEPS + 1 }, (_, id) =>
    id === 0
      ? node(0, null)
      : node(id, id - 1, {
          actor: Math.floor((id - 1) / turn) % 2 ? 'b' : 'a',
          words: `did ${id}`,
          label: 'retract: READ_ONCE(vma->anon_vma)',
          switch: id > 1 && (id - 1) % turn === 0,
          switch_reason: 'chosen',
        }),
  );
  const texts = Array.from({ length: STEPS / turn }, (_, i) => `${i % 2 ? 'b' : 'a'}${turn}`);
  socket.say(opened(socket.heard.seq, 0, { nodes, cursor: STEPS, schedule: `1.${texts.join('')}` }));
  await screen.findByRole('heading', { level: 1 });
}

function drawn(name: string): number {
  return screen.getByRole('region', { name }).querySelectorAll('*').length;
}

test('one long run is one block and one row', async () => {
  await pageWith(STEPS);

  expect(drawn('Timeline')).toBeLessThan(400);
  expect(drawn('Log')).toBeLessThan(1000);
  expect(screen.getByRole('slider', { name: 'Time' }).getAttribute('max')).toBe(String(STEPS));
});

test('runs that take turns at every step, and a run shown step by step, are drawn as far as they are in view', async () => {
  await pageWith(1);
  expect(drawn('Timeline')).toBeLessThan(1500);
  expect(drawn('Log')).toBeLessThan(1000);
});

test('a long run that is expanded and unfolded draws no more than can be seen', async () => {
  await pageWith(1000);

  await userEvent.keyboard('e');
  await userEvent.click(screen.getByRole('button', { name: 'Fold all runs' }));
  await userEvent.click(screen.getByRole('button', { name: 'Unfold all runs' }));

  expect(drawn('Timeline')).toBeLessThan(1500);
  expect(drawn('Log')).toBeLessThan(1000);
});
