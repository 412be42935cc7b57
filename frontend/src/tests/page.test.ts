import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import App from '../App.svelte';
import { FakeSocket } from './fakeSocket';
import { actor, found, held, moved, node, opened, SCENARIOS } from './lostPage';

beforeEach(() => {
  FakeSocket.made = [];
  history.replaceState(null, '', '#');
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(SCENARIOS))));
  localStorage.clear();
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
  expect(panel.textContent).toContain('by this step');
  expect(screen.getByText(/Done:/).parentElement?.textContent).toMatch(
    /Lost PTE after 7 steps\. In fixed this cannot happen/,
  );
  expect(within(panel).getByText('A PTE table is detached while slot 1 maps P0.')).toBeTruthy();
  expect(within(panel).getByText('BUG: page table T0 detached while in use')).toBeTruthy();
  expect(screen.getByTestId('alarm').textContent).toBe('A PTE table is detached while slot 1 maps P0.');
  expect(document.querySelector('[data-object="T0"]')?.textContent).toContain('no PMD entry leads here');
});

test('the address bar holds the link to what is shown', async () => {
  await pageWith(3);

  await vi.waitFor(() => expect(location.hash).toBe('#v1~lost-page~broken~2.a1b2~~c0ffee~'));

  await userEvent.keyboard('{ArrowLeft}');
  await vi.waitFor(() => expect(location.hash).toBe('#v1~lost-page~broken~2.a1b2~2~c0ffee~'));
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
      replay: {
        at: 2,
        cause: 'impossible',
        message: 'CPU 0 stands elsewhere.',
        possible: ['CPU 1 could take ptl of T0'],
      },
    }),
  );

  const banner = await screen.findByRole('alert');

  expect(banner.textContent).toMatch(
    /broken follows this run for 1 step\. Step 2 is impossible: CPU 0 stands elsewhere\.\s+The model has changed since the link was made\..*CPU 1 could take ptl of T0\./s,
  );
});

test.each([
  [
    '#v1~no-such-race~~~~~',
    'There is no scenario “no-such-race”. Shown is lost-page; the list above has all scenarios.',
  ],
  ['#v1~lost-page~v0~~~~', 'lost-page has no version “v0”. Shown is broken.'],
  ['#v7~lost-page', 'The link is of version 7, and this page reads version 1.'],
  ['#what is this', 'cannot be read.'],
  ['#v1~lost-page~broken~~~~~AAAA', 'The text that the link carries cannot be decoded.'],
])('a link to what there is not (%s) says so and shows the default', async (hash, text) => {
  history.replaceState(null, '', hash);

  const socket = await pageWith();

  expect((await screen.findByRole('alert')).textContent).toContain(text);
  expect(socket.sent[0]).toMatchObject({
    scenario: 'lost-page',
    variant: 'broken',
    schedule: '',
    bundle: null,
  });
});

test('a changed model whose run could be followed is a quiet word', async () => {
  history.replaceState(null, '', '#v1~lost-page~broken~1.a1AB~~0ld~');

  await pageWith(1);

  expect(
    await screen.findByText(/The model has changed since the link was made\. Its run could/),
  ).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('Back from another version leads to the one before, with the run as it is', async () => {
  const socket = await pageWith(3);
  await vi.waitFor(() => expect(location.hash).toContain('~broken~2.a1'));
  const entries = history.length;

  await userEvent.click(screen.getByRole('radio', { name: 'fixed' }));

  expect(socket.heard).toMatchObject({ type: 'variant', variant: 'fixed' });
  expect(history.length).toBe(entries + 1);
  expect(location.hash).toContain('~fixed~');
});

test('a version that follows a run with a finding to its end without one says so', async () => {
  const socket = await pageWith(7);
  await userEvent.click(screen.getByRole('radio', { name: 'fixed' }));
  const answered = opened(socket.heard.seq, 6);

  socket.say({ ...answered, program: { ...answered.program, variant: 'fixed' } });

  expect(await screen.findByText('All 6 steps were followed; nothing goes wrong here.')).toBeTruthy();
  expect(screen.getByText(/In fixed this cannot happen: “Prove it” looks at all schedules/)).toBeTruthy();
});

test('in the middle of a run one may search from here', async () => {
  const socket = await pageWith(3);

  await userEvent.click(screen.getByRole('button', { name: 'Find the race from here' }));

  expect(socket.heard).toMatchObject({ type: 'find', from: 'cursor', mode: 'shortest' });
  expect(await screen.findByText('Searching for the fewest steps to Lost PTE from here')).toBeTruthy();
});

test('several findings of one step are one card, and one at the end of a run blames no step', async () => {
  const socket = await pageWith(6);
  const end = (kind: string, message: string) => ({
    kind,
    message,
    fatal: false,
    warning: false,
    report: '',
    actor: null,
    label: null,
  });
  const findings = [end('bad-rss-counter', 'mm A has 1 anon page'), end('leaked-page', 'P0 is never freed')];

  socket.say(moved(socket.heard.seq, 7, { nodes: [node(7, 6, { actor: 'a', step: 2, findings })] }));

  const panel = await screen.findByRole('region', { name: 'Finding: Bad RSS counter' });
  expect(panel.textContent).toMatch(/at the end of the run; 1 more.*mm A has 1 anon page\..*Leaked page/is);
  expect(panel.textContent).not.toContain('by this step');
  expect(within(panel).queryByText(/retract ·/)).toBeNull();
});

test('a blocked Step that is clicked gives its reason in its lane, naming the actor', async () => {
  const socket = await pageWith();
  const blocked = actor(1, { status: 'blocked', why: 'waits until finished(0)' });
  socket.say(
    moved(socket.heard.seq, 1, { nodes: [node(1, 0, { actor: 'a', delta: { 'actor:b': blocked } })] }),
  );
  await screen.findByText('waits until finished(0)');

  await userEvent.click(screen.getByRole('button', { name: 'Step CPU 1' }));

  const lane = screen.getByRole('region', { name: /CPU 1 monitor/ });
  expect(within(lane).getByText('CPU 1: waits until finished(0).')).toBeTruthy();
  expect(screen.getByTestId('said').textContent).toBe('CPU 1: waits until finished(0).');
});

test('of several choices each has a Step button that names it, and the key takes the first', async () => {
  const socket = await pageWith();
  const choices = [
    { choice: 0, label: 'T0' },
    { choice: 1, label: 'T1' },
  ];
  const delta = { 'actor:b': actor(1, { choices }) };
  socket.say(moved(socket.heard.seq, 1, { nodes: [node(1, 0, { actor: 'a', delta })] }));

  const first = await screen.findByRole('button', { name: 'Step T0: CPU 1' });
  expect(first.textContent?.replace(/\s+/g, ' ').trim()).toBe('Step T0');
  await userEvent.click(screen.getByRole('button', { name: 'Step T1: CPU 1' }));
  expect(socket.heard).toMatchObject({ type: 'step', actor: 'b', choice: 1 });
  await userEvent.keyboard('2');
  expect(socket.heard).toMatchObject({ type: 'step', actor: 'b', choice: 0 });
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

test('a key for the same actor again says that there is none yet', async () => {
  const socket = await pageWith(0);
  const asked = socket.sent.length;

  await userEvent.keyboard('b');

  expect(screen.getAllByText('Nobody was stepped yet: 1 to 9 step one.')).not.toHaveLength(0);
  expect(socket.sent.length).toBe(asked);
});

test('Back to the text before an edit is told as no change of the model', async () => {
  const socket = await pageWith(3);
  await vi.waitFor(() => expect(location.hash).toContain('~broken~2.a1'));

  history.replaceState(null, '', '#v1~lost-page~broken~1.a1AB~~0ther~');
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  await vi.waitFor(() => expect(socket.heard).toMatchObject({ type: 'open', schedule: '1.a1AB' }));

  expect(screen.queryByText(/The model has changed/)).toBeNull(); // as long as the other one is not there
});

test('a lost connection is a quiet word, and everything stays', async () => {
  const socket = await pageWith(3);

  socket.drop();

  await screen.findByText(/Reconnecting/);
  expect(screen.getByText('Step 3')).toBeTruthy();
  expect(screen.getByRole('heading', { level: 1 })).toBeTruthy();
});

test('the list of scenarios is opened by a key, searched, and a version of one is opened from it', async () => {
  const [one] = SCENARIOS.scenarios;
  const other = {
    ...one,
    id: 'lock-order',
    title: 'Who waits for whom?',
    group: 'First steps',
    asks: 'deadlock',
  };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ scenarios: [one, other] }))));
  const socket = await pageWith();

  await userEvent.keyboard('l');
  const list = within(await screen.findByRole('dialog', { name: 'Racewalk' }));
  const shown = list.getByRole('button', { name: 'Can a stored page disappear?' });
  expect(shown.getAttribute('aria-current')).toBe('true');
  expect(document.activeElement).toBe(list.getByRole('searchbox', { name: 'Search' }));
  await userEvent.keyboard('deadlock');
  expect(list.getByText('1 of 2 questions')).toBeTruthy();
  expect(list.queryByRole('button', { name: 'Can a stored page disappear?' })).toBeNull();

  await userEvent.keyboard('{ArrowDown}');
  expect(document.activeElement?.textContent).toBe('Who waits for whom?');
  await userEvent.keyboard('{ArrowRight}{ArrowRight}');
  expect(document.activeElement).toBe(list.getByRole('button', { name: /^broken\s+sometimes$/ }));
  await userEvent.keyboard('{Enter}');

  expect(screen.queryByRole('dialog')).toBeNull();
  expect(socket.heard).toMatchObject({ type: 'open', scenario: 'lock-order', variant: 'broken' });
});

test('a warning stands apart from findings, and where an object was freed one can go there', async () => {
  const socket = await pageWith(6);
  const report = 'BUG: KASAN: use-after-free\n\nFreed by CPU 1 at step 4:\n kfree (slab.c:1)\n';
  const base = { fatal: false, actor: 'a', label: null };
  const warning = {
    ...base,
    kind: 'data-race',
    warning: true,
    message: 'both write seen',
    report: 'BUG: KCSAN: data-race',
  };
  const finding = { ...base, kind: 'use-after-free', warning: false, message: 'T0 was freed', report };
  socket.say(
    moved(socket.heard.seq, 7, { nodes: [node(7, 6, { actor: 'a', findings: [warning, finding] })] }),
  );

  const warnings = within(await screen.findByRole('region', { name: 'Warnings' }));
  expect(warnings.getByText('1 warning: Data race')).toBeTruthy();
  expect(warnings.getByText(/Both write seen\./)).toBeTruthy();
  const card = within(screen.getByRole('region', { name: 'Finding: Use after free' }));
  expect(card.queryByText(/Data race/)).toBeNull();

  await userEvent.click(card.getByRole('button', { name: 'Go to step 4' }));
  expect(socket.heard).toMatchObject({ type: 'seek', node: 4 });
});

test('the result of a search from here says what its counts begin with, and a cancelled one has nothing to fold', async () => {
  const socket = await pageWith(3);
  await userEvent.click(screen.getByRole('button', { name: 'Find the race from here' }));
  const statement = 'From step 3 on, sometimes: 4 steps. All 9 states were searched.';
  socket.say(found(socket.heard.seq, { start: 3, statement, elapsed_s: 0.01 }));

  const result = within(await screen.findByRole('region', { name: 'Result of the search' }));
  expect(result.getByText(/2 switches, 1 preemption, counted from the start of the run/)).toBeTruthy();
  expect(result.getByText(/It took less than 0.1 s/)).toBeTruthy();
  expect(result.getByRole('button', { name: /^Less/ })).toBeTruthy();

  await userEvent.click(screen.getByRole('button', { name: 'Find the race' }));
  const none = { verdict: 'unknown' as const, verdicts: [], nodes: [], tip: null, schedule: null };
  socket.say(
    found(socket.heard.seq, {
      ...none,
      cancelled: true,
      statement: 'The search was cancelled after 40 states.',
    }),
  );

  expect(
    await screen.findByRole('heading', { name: 'The search was cancelled after 40 states.' }),
  ).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^(Less|More) about/ })).toBeNull();
});
