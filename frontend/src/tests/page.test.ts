import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import App from '../App.svelte';
import { FakeSocket } from './fakeSocket';
import { actor, held, moved, node, opened, SCENARIOS } from './lostPage';

beforeEach(() => {
  FakeSocket.made = [];
  history.replaceState(null, '', '#');
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(SCENARIOS))));
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The page with the first `steps` steps of the run done. */
async function pageWith(steps = 0): Promise<FakeSocket> {
  render(App);
  const socket = FakeSocket.last;
  socket.accept();
  await vi.waitFor(() => expect(socket.sent.length).toBeGreaterThan(0));
  socket.say(opened(socket.heard.seq, steps));
  await screen.findByRole('heading', { level: 1 });
  return socket;
}

test('a stranger gets a question, a task and a step to click', async () => {
  const socket = await pageWith();

  expect(socket.sent[0]).toMatchObject({ type: 'open', scenario: 'lost-page', variant: 'broken' });
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Can a stored page disappear?');
  expect(screen.getByText('Lose the page.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Find the race' })).toBeTruthy();

  await userEvent.click(screen.getByRole('button', { name: 'Step CPU 0' }));
  expect(socket.heard).toMatchObject({ type: 'step', actor: 'a' });
});

test('the marked expression is the step that comes next', async () => {
  const socket = await pageWith();
  const source = screen.getByRole('region', { name: 'Source of CPU 0' });
  expect(source.querySelector('mark')?.parentElement?.textContent).toContain('READ_ONCE(vma->anon_vma)');
  expect(screen.getByText('It may be set right after this.')).toBeTruthy();

  socket.say(moved(socket.heard.seq, 1));

  await screen.findByText('about to take pml of A');
  expect([...source.querySelectorAll('mark')].map((mark) => mark.textContent).join('')).toBe(
    'spin_lock(&mm->pmd_ptl)',
  );
});

test('a blocked actor says whom it waits for, and its button can still be reached', async () => {
  const socket = await pageWith();
  const why = 'CPU 1 waits for ptl of T0, held by CPU 0 since step 1.';
  const delta = {
    'T0.ptl': held('a', 1, ['b']),
    'actor:b': actor(1, { status: 'blocked', why, waits_for: 'T0.ptl' }),
  };
  socket.say(
    moved(socket.heard.seq, 1, {
      nodes: [node(1, 0, { actor: 'a', words: 'took T0.ptl', delta: delta as never })],
    }),
  );

  await screen.findAllByText(why);
  const button = screen.getByRole('button', { name: 'Step CPU 1' });
  expect(button.getAttribute('aria-disabled')).toBe('true');
  expect((button as HTMLButtonElement).disabled).toBe(false);
  expect(document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent).toBe(why);
  const lock = document.querySelector<HTMLElement>('section [data-cell="T0.ptl"]');
  expect(lock?.textContent).toMatch(/waited for.*CPU 0.*since.*1.*CPU 1.*waits/s);
});

test('a change is marked for exactly one step', async () => {
  const socket = await pageWith(1);
  const value = () => document.querySelector('.value[data-cell="VA.anon_vma"]');

  socket.say(moved(socket.heard.seq, 2));
  await vi.waitFor(() => expect(value()?.textContent).toMatch(/AV0\s*was NULL/));
  expect(value()?.classList.contains('changed')).toBe(true);

  socket.say(moved(socket.heard.seq, 3));
  await vi.waitFor(() => expect(value()?.textContent?.trim()).toBe('AV0'));
  expect(value()?.classList.contains('changed')).toBe(false);
});

test('a finding is told in words, then as the kernel would, and in the alarm', async () => {
  const socket = await pageWith(6);

  socket.say(moved(socket.heard.seq, 7));

  const panel = await screen.findByRole('region', { name: 'Finding: Lost PTE' });
  expect(within(panel).getByText('A PTE table is detached while slot 1 maps P0.')).toBeTruthy();
  expect(within(panel).getByText('BUG: page table T0 detached while in use')).toBeTruthy();
  expect(screen.getByTestId('alarm').textContent).toBe('A PTE table is detached while slot 1 maps P0.');
  expect(document.querySelector('[data-object="T0"]')?.textContent).toContain('no PMD entry leads here');
});

test('the address bar holds the link to what is shown', async () => {
  await pageWith(3);

  await vi.waitFor(() => expect(location.hash).toBe('#v1~lost-page~broken~1.a1ABb2EF~~c0ffee~'));

  await userEvent.keyboard('{ArrowLeft}');
  await vi.waitFor(() => expect(location.hash).toBe('#v1~lost-page~broken~1.a1ABb2EF~2~c0ffee~'));
});

test('a link is opened as it says', async () => {
  history.replaceState(null, '', '#v1~lost-page~fixed~1.a1AB~0~c0ffee~');

  const socket = await pageWith(1);

  expect(socket.sent[0]).toMatchObject({
    scenario: 'lost-page',
    variant: 'fixed',
    schedule: '1.a1AB',
    cursor: 0,
  });
});

test('a run that could not be followed says where and what was possible', async () => {
  history.replaceState(null, '', '#v1~lost-page~broken~1.a5~~0ld~');
  render(App);
  const socket = FakeSocket.last;
  socket.accept();
  await vi.waitFor(() => expect(socket.sent.length).toBe(1));
  socket.say(
    opened(socket.heard.seq, 1, {
      replay: { at: 2, message: 'CPU 0 stands elsewhere.', possible: ['CPU 1 could take ptl of T0'] },
    }),
  );

  const banner = await screen.findByRole('alert');

  expect(banner.textContent).toMatch(
    /past step 1.*CPU 0 stands elsewhere.*model has changed.*CPU 1 could take ptl of T0/s,
  );
});

test('keys step, travel and stop acting when they are switched off', async () => {
  const socket = await pageWith(3);

  await userEvent.keyboard('2');
  expect(socket.heard).toMatchObject({ type: 'step', actor: 'b' });
  await userEvent.keyboard('{Home}');
  expect(socket.heard).toMatchObject({ type: 'seek', node: 0 });

  await userEvent.keyboard('?');
  await userEvent.click(screen.getByRole('checkbox', { name: 'Single keys act on the page' }));
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  const asked = socket.sent.length;
  await userEvent.keyboard('2');
  expect(socket.sent.length).toBe(asked);
  localStorage.clear();
});

test('a lost connection is a quiet word, and everything stays', async () => {
  const socket = await pageWith(3);

  socket.drop();

  await screen.findByText(/Reconnecting/);
  expect(screen.getByText('Step 3')).toBeTruthy();
  expect(screen.getByRole('heading', { level: 1 })).toBeTruthy();
});
