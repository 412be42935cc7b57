import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Session } from '../lib/session.svelte';
import { FakeSocket } from './fakeSocket';
import { actor, found, moved, node, NODES, opened, SCHEDULES } from './lostPage';

let session: Session;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made = [];
  vi.stubGlobal('WebSocket', FakeSocket);
  session = new Session('ws://server/api/session');
});

afterEach(() => {
  session.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A session that is open, with the first `steps` steps done. */
function openWith(steps = 0): FakeSocket {
  session.open({
    scenario: 'lost-page',
    variant: 'broken',
    schedule: SCHEDULES[steps] ?? '',
    cursor: null,
    bundle: null,
  });
  FakeSocket.last.accept();
  FakeSocket.last.say(opened(FakeSocket.last.heard.seq, steps));
  return FakeSocket.last;
}

function answer(socket: FakeSocket, id: number): void {
  socket.say(moved(socket.heard.seq, id));
}

test('what is asked for before there is a connection is opened when there is one', () => {
  session.open({ scenario: 'lost-page', variant: null, schedule: '1.a1AB', cursor: 0, bundle: null });

  FakeSocket.last.accept();

  expect(FakeSocket.last.sent).toMatchObject([
    { type: 'open', scenario: 'lost-page', schedule: '1.a1AB', cursor: 0, branches: [] },
  ]);
});

test('a step is asked of the server and moves the cursor when it answers', () => {
  const socket = openWith();

  session.step('a');
  expect(session.cursor).toBe(0);
  answer(socket, 1);

  expect(socket.heard).toMatchObject({ type: 'step', actor: 'a', choice: null });
  expect(session.node?.words).toBe('read VA.anon_vma: NULL');
  expect(session.said).toBe('Step 1: CPU 0 read VA.anon_vma: NULL.');
  expect(session.schedule).toBe('1.a1AB');
  expect(session.link).toMatchObject({ schedule: '2.a1', cursor: null });
});

test('a step that is not possible says why and asks nobody', () => {
  const socket = openWith();
  const blocked = actor(1, {
    status: 'blocked',
    why: 'CPU 0 waits for ptl of T0, held by CPU 1 since step 3.',
  });
  socket.say(moved(2, 1, { nodes: [node(1, 0, { actor: 'b', delta: { 'actor:a': blocked } })] }));
  const asked = socket.sent.length;

  session.step('a');

  expect(session.remark).toBe('CPU 0 waits for ptl of T0, held by CPU 1 since step 3.');
  expect(socket.sent.length).toBe(asked);
});

test('a step with a choice takes the first one unless another is named', () => {
  const socket = openWith();
  const choices = [
    { choice: 0, label: 'slot 0' },
    { choice: 1, label: 'slot 1' },
  ];
  socket.say(
    moved(2, 1, { nodes: [node(1, 0, { actor: 'b', delta: { 'actor:a': actor(1, { choices }) } })] }),
  );

  session.step('a');
  expect(socket.heard).toMatchObject({ type: 'step', actor: 'a', choice: 0 });
  session.step('a', 1);

  expect(socket.heard).toMatchObject({ type: 'step', actor: 'a', choice: 1 });
});

test('time travel happens at once, and the way forward stays', () => {
  const socket = openWith(7);

  session.goTo(2);

  expect(session.cursor).toBe(2);
  expect(session.tip).toBe(7);
  expect(socket.heard).toMatchObject({ type: 'seek', node: 2 });
  expect(session.schedule).toBe(SCHEDULES[7]);
  expect(session.link).toMatchObject({ schedule: '2.a1b4a2', cursor: 2 });
});

test('an answer to an older verb does not pull the cursor back', () => {
  const socket = openWith(5);
  session.goTo(1);
  const older = socket.heard.seq;
  session.goTo(3);

  socket.say(moved(older, 1, { nodes: [], tip: 5, schedule: SCHEDULES[5] ?? '' }));

  expect(session.cursor).toBe(3);
});

test('a run says how many steps it took, the last of them, who waits since, and why it ended', () => {
  const socket = openWith();
  const waits = actor(1, { status: 'blocked', why: 'waits for ptl of T0' });
  const nodes = [
    node(1, 0),
    node(2, 1, { actor: 'a', words: 'took ptl of T0', delta: { 'actor:b': waits } }),
  ];

  session.run('a', 'blocked');
  socket.say(moved(socket.heard.seq, 2, { nodes, stopped: 'the call has returned' }));

  expect(session.said).toBe(
    '2 steps, the last: Step 2: CPU 0 took ptl of T0. CPU 1 is blocked: waits for ptl of T0. The call has returned.',
  );
  expect(session.remark).toBe('the call has returned');
});

test('the same said again is heard again', () => {
  openWith();

  session.say('CPU 0 waits for ptl of T0.');
  const first = session.spoken;
  session.say('CPU 0 waits for ptl of T0.');

  expect(session.said).toBe('CPU 0 waits for ptl of T0.');
  expect(session.spoken).not.toBe(first);
  expect(session.spoken.trim()).toBe(session.said);
});

test('a violation is said as an alarm', () => {
  openWith(6);

  session.step('a');
  answer(FakeSocket.last, 7);

  expect(session.alarm).toBe('A PTE table is detached while slot 1 maps P0.');
});

test('what was being opened when the connection was lost is opened, not the run before it', () => {
  const socket = openWith(2);
  session.open({ scenario: 'other', variant: 'v1', schedule: '', cursor: null, bundle: null });

  socket.drop();
  vi.advanceTimersByTime(300);
  FakeSocket.last.accept();

  expect(FakeSocket.last.heard).toMatchObject({
    type: 'open',
    scenario: 'other',
    variant: 'v1',
    branches: [],
  });
  FakeSocket.last.say(opened(FakeSocket.last.heard.seq, 0));
  FakeSocket.last.drop();
  vi.advanceTimersByTime(300);
  FakeSocket.last.accept();
  expect(FakeSocket.last.heard).toMatchObject({ type: 'open', scenario: 'lost-page' });
});

test('after a lost connection the run is opened again with its cursor and its branches', () => {
  const socket = openWith(2);
  session.goTo(1);
  session.step('a');
  const other = node(8, 1, { actor: 'a', number: 2, words: 'took A.pmd_ptl' });
  socket.say(moved(socket.heard.seq, 8, { nodes: [other], schedule: '1.a2CD' }));
  session.goTo(1);

  socket.drop();
  expect(session.connection).toBe('lost');
  expect(session.node?.number).toBe(1);
  vi.advanceTimersByTime(300);
  FakeSocket.last.accept();

  expect(FakeSocket.last).not.toBe(socket);
  expect(FakeSocket.last.heard).toEqual({
    type: 'open',
    seq: expect.any(Number) as number,
    bundle: null,
    scenario: 'lost-page',
    variant: 'broken',
    schedule: '1.a2CD',
    cursor: 1,
    branches: [SCHEDULES[2]],
  });

  // The server numbers the nodes anew; the page finds its places by the schedules.
  FakeSocket.last.say(
    opened(FakeSocket.last.heard.seq, 1, {
      nodes: [...NODES.slice(0, 2), node(2, 1, { actor: 'a' }), node(3, 1, { actor: 'b', number: 2 })],
      cursor: 1,
      schedule: '1.a2CD',
    }),
  );
  expect(session.connection).toBe('open');
  expect(session.cursor).toBe(1);
  expect(session.tip).toBe(2);
  expect(session.branches).toEqual([3]);

  FakeSocket.last.drop();
  vi.advanceTimersByTime(300);
  FakeSocket.last.accept();
  expect(FakeSocket.last.heard).toMatchObject({ schedule: '1.a2CD', branches: [SCHEDULES[2]] });
});

test('a verb without a connection says so and leaves everything as it is', () => {
  const socket = openWith(3);
  socket.drop();

  session.step('b');

  expect(session.remark).toContain('cannot be reached');
  expect(session.cursor).toBe(3);
});

test('the page tries again, each time after a longer while', () => {
  openWith().drop();
  const tries: number[] = [];
  for (let ms = 0; ms < 20_000; ms += 50) {
    const before = FakeSocket.made.length;
    vi.advanceTimersByTime(50);
    if (FakeSocket.made.length > before) {
      tries.push(ms + 50);
      FakeSocket.last.drop();
    }
  }

  expect(tries.slice(0, 4)).toEqual([250, 750, 1750, 3750]);
  expect((tries.at(-1) ?? 0) - (tries.at(-2) ?? 0)).toBe(5000);
});

test('a found schedule is walked from its start with its steps lying ahead', () => {
  const socket = openWith();
  session.find();
  socket.say(found(socket.heard.seq));

  session.walkThrough();

  expect(session.cursor).toBe(0);
  expect(session.path.length).toBe(8);
  session.forward();
  expect(session.node?.words).toBe('read VA.anon_vma: NULL');
  expect(session.schedule).toBe(SCHEDULES[7]);
  expect(session.link?.cursor).toBe(1);
});

test('a search that the connection took with it is asked for again', () => {
  const socket = openWith();
  session.find();
  socket.drop();
  vi.advanceTimersByTime(300);
  FakeSocket.last.accept();
  FakeSocket.last.say(opened(FakeSocket.last.heard.seq));

  expect(FakeSocket.last.heard).toMatchObject({ type: 'find' });
  expect(session.search.state).toBe('running');
});

test('a search is asked for the fewest steps, the fewest switches, or all schedules, from the start or from here', () => {
  const socket = openWith(3);

  session.find();
  expect(socket.heard).toMatchObject({ mode: 'shortest', from: 'root' });
  socket.say(found(socket.heard.seq));
  session.find('switches', 'cursor');

  expect(socket.heard).toMatchObject({ mode: 'switches', from: 'cursor', goal: null });
  expect(session.asked).toMatchObject({ order: 'switches', from: 'cursor', prove: false });
  socket.say(found(socket.heard.seq));
  session.prove('cursor');

  expect(socket.heard).toMatchObject({ mode: 'prove', from: 'cursor', kind: null });
});

test('at the start of a run, here is the start', () => {
  const socket = openWith();

  session.find('steps', 'cursor');

  expect(socket.heard).toMatchObject({ from: 'root' });
});

test('what was found from here is walked from here', () => {
  const socket = openWith(3);
  session.find('steps', 'cursor');
  socket.say(found(socket.heard.seq, { start: 3, nodes: NODES.slice(4) }));

  session.walkThrough();

  expect(session.cursor).toBe(3);
  expect(session.path.length).toBe(8);
});

test('what a search finds after its variant was left is not shown', () => {
  const socket = openWith();
  session.find();
  const asked = socket.heard.seq;
  session.setVariant('fixed');

  socket.say(found(asked));

  expect(session.search.state).toBe('none');
  expect(session.branches).toEqual([]);
});

test('another variant keeps the page until the server has opened it', () => {
  const socket = openWith(3);

  session.setVariant('fixed');
  expect(session.program?.variant).toBe('broken');
  const answered = opened(socket.heard.seq, 2, {
    replay: { at: 3, cause: 'impossible', message: 'CPU 1 was somewhere else.', possible: [] },
  });
  socket.say({ ...answered, program: { ...answered.program, variant: 'fixed', model_hash: 'other' } });

  expect(session.program?.variant).toBe('fixed');
  expect(session.cursor).toBe(2);
  expect(session.replay?.message).toBe('CPU 1 was somewhere else.');
});

test('a schedule from elsewhere becomes a branch, and the own run is kept by its name', () => {
  const socket = openWith(2);

  session.follow('1.a1ABa1', 1);
  expect(socket.heard).toMatchObject({ type: 'follow', schedule: '1.a1ABa1' });
  socket.say({
    type: 'followed',
    seq: socket.heard.seq,
    nodes: [node(20, 1, { number: 2, actor: 'a' })],
    tip: 20,
    schedule: '1.a1ABa1XY',
    replay: null,
  });

  expect([session.cursor, session.tip, session.own]).toEqual([1, 20, 2]);
  expect(session.schedule).toBe('1.a1ABa1XY');
  expect(session.branches).toEqual([2]);
});

test('where a schedule cannot be followed is said, and what came before is shown', () => {
  const socket = openWith(1);

  session.follow('1.a1b9');
  socket.say({
    type: 'followed',
    seq: socket.heard.seq,
    nodes: [],
    tip: 1,
    schedule: '1.a1AB',
    replay: { at: 2, cause: 'impossible', message: 'CPU 1 has finished', possible: [] },
  });

  expect(session.cursor).toBe(1);
  expect(session.remark).toBe('Step 2 of it is impossible: CPU 1 has finished');
});

test('where another text cannot be opened, the one on the screen stays, and is what questions are about', () => {
  const socket = openWith(1);
  const broken = { files: [{ path: 'mine.c', text: 'void' }] };
  session.open({ scenario: 'mine', variant: null, schedule: '', cursor: null, bundle: broken });
  expect(session.bundle).toBeNull();

  socket.say({
    type: 'failed',
    seq: socket.heard.seq,
    problem: { type: 'invalid', message: 'the text has an error', hint: null, diagnostics: [] },
  } as never);

  expect(session.problem?.message).toBe('the text has an error');
  expect(session.bundle).toBeNull();
  expect(session.wantedBundle).toBe(broken);
  session.setVariant('fixed');
  socket.say(opened(socket.heard.seq));
  expect(session.bundle).toBeNull();
});

test('what can be done where the server has no room for a step stands beside the reason', () => {
  const socket = openWith();
  session.step('a');
  const problem = { code: 'full', message: 'no room', hint: 'Close tabs.', diagnostics: [] };

  socket.say({ type: 'failed', seq: socket.heard.seq, problem });

  expect(session.problem?.hint).toBe('Close tabs.');
  expect(session.remark).toBe('no room');
});

test('a search that is asked for while another scenario opens is about that one, and goes on', () => {
  const socket = openWith();
  session.open({ scenario: 'lost-page', variant: 'fixed', schedule: '', cursor: null, bundle: null });
  const opening = socket.heard.seq;
  session.prove();

  socket.say(opened(opening));

  expect(session.search.state).toBe('running');
});

test('a pinned step takes the place of the step before in what is marked as changed', () => {
  openWith(5);
  session.goTo(1);
  session.look.pin();

  session.goTo(4);

  expect([...session.changes.keys()].sort()).toEqual([
    'A.rss[1]',
    'T0.pte[1]',
    'T0.ptl',
    'VA.anon_vma',
    'actor:b',
  ]);
  expect(session.before['VA.anon_vma']).toEqual({ to: null, stale: false });
  session.look.unpin();
  expect([...session.changes.keys()].sort()).toEqual(['A.rss[1]', 'T0.pte[1]', 'actor:b']);
});

test('a pin is found again after a lost connection, and given up where the run does not lead there', () => {
  const socket = openWith(5);
  session.goTo(3);
  session.look.pin();

  socket.say(opened(99, 5));
  expect(session.look.pinned).toBe(3);
  socket.say(opened(100, 2));

  expect(session.look.pinned).toBeNull();
});

test('a named branch is opened again with its scenario, and forgotten ones are not listed', () => {
  localStorage.clear();
  const socket = openWith(7);
  session.goTo(1);
  const other = node(8, 1, { number: 2, actor: 'a' });
  socket.say(moved(socket.heard.seq + 1, 8, { nodes: [other], schedule: '1.a2QQ' }));
  expect(session.branches).toEqual([7]);

  expect(session.look.nameBranch(7, 'the loss')).toBe(true);
  session.look.hide(7);
  expect(session.branches).toEqual([]);
  session.open({ scenario: 'lost-page', variant: 'broken', schedule: '', cursor: null, bundle: null });

  expect(socket.heard).toMatchObject({ type: 'open', branches: [SCHEDULES[7]] });
  expect(session.look.names).toMatchObject([{ name: 'the loss', variant: 'broken' }]);
  localStorage.clear();
});

test('a branch that was stepped on keeps its one name', () => {
  localStorage.clear();
  const socket = openWith(3);
  session.look.nameBranch(3, 'first try');

  socket.say(moved(socket.heard.seq + 1, 4));
  session.look.nameBranch(4, 'second thoughts');

  expect(session.look.names).toMatchObject([{ name: 'second thoughts', schedule: SCHEDULES[4] }]);
  expect(session.look.names).toHaveLength(1);
  localStorage.clear();
});

test('a run is expanded to its steps and folded again', () => {
  openWith(7);
  session.goTo(3);

  session.look.toggleRun();
  expect([...session.look.expanded]).toEqual([2]);
  session.look.toggleRun(5);

  expect([...session.look.expanded]).toEqual([]);
});
