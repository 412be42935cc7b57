import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { big, outlookSentence, percent } from '../lib/outlook';
import { Session } from '../lib/session.svelte';
import type { ChancesView, OutlookAnswer } from '../lib/wire';
import { FakeSocket } from './fakeSocket';
import { moved, opened } from './lostPage';

const CHANCES: ChancesView = {
  schedules: '4096',
  having: '312',
  probability: 0.0761,
  probability_low: 0.0761,
  probability_high: 0.0761,
  method: 'exact',
  preemptions: 1,
  switches: 2,
  bound: null,
  walks: null,
  sentences: [],
};

function outlook(seq: number, node: number, more: Partial<OutlookAnswer> = {}): OutlookAnswer {
  return {
    type: 'outlook',
    seq,
    node,
    kind: 'lost-pte',
    here: 'reachable',
    ends: true,
    moves: [
      { actor: 'a', choice: null, light: 'out-of-reach' },
      { actor: 'b', choice: 0, light: 'reachable' },
      { actor: 'b', choice: 1, light: 'now' },
    ],
    chances: CHANCES,
    elapsed_s: 0,
    ...more,
  };
}

let session: Session;
let socket: FakeSocket;

beforeEach(() => {
  localStorage.clear();
  FakeSocket.made = [];
  vi.stubGlobal('WebSocket', FakeSocket);
  session = new Session('ws://server/api/session');
  session.open({ scenario: 'lost-page', variant: 'broken', schedule: '', cursor: null, bundle: null });
  socket = FakeSocket.last;
  socket.accept();
  socket.say(opened(socket.heard.seq));
});

afterEach(() => {
  session.close();
  vi.unstubAllGlobals();
});

test('nothing is asked while the lights are off, and the switch is remembered', () => {
  session.step('a');
  socket.say(moved(socket.heard.seq, 1));
  expect(socket.heard.type).toBe('step');

  session.lights.set(true);

  expect(socket.heard).toMatchObject({ type: 'outlook', kind: null });
  expect(localStorage.getItem('racewalk.lights')).toBe('on');
});

test('each move has its light, each choice its own', () => {
  session.lights.set(true);
  socket.say(outlook(socket.heard.seq, 0));

  expect(session.lights.of('a')).toBe('out-of-reach');
  expect([session.lights.of('b', 0), session.lights.of('b', 1)]).toEqual(['reachable', 'now']);
  expect(session.lights.said).toContain('CPU 0: out of reach; CPU 1, choice 1: reachable');
});

test('who steps on does not wait, and an answer about another place is not shown', () => {
  session.lights.set(true);
  const first = socket.heard.seq;
  session.step('a');
  socket.say(moved(socket.heard.seq, 1));

  socket.say(outlook(first, 0));

  expect(session.cursor).toBe(1);
  expect(session.lights.of('a')).toBeNull();
  expect(session.lights.looking).toBe(true);
  expect(socket.heard.type).toBe('outlook');
  socket.say(outlook(socket.heard.seq, 1, { moves: [{ actor: 'a', choice: null, light: 'now' }] }));
  expect(session.lights.of('a')).toBe('now');
  const said = socket.sent.length;
  session.back();
  expect(session.lights.of('a')).toBe('out-of-reach');
  expect(socket.sent.length).toBe(said + 1); // the seek; what is known is not asked again
});

test('why there are none is said', () => {
  session.lights.set(true);
  const problem = { code: 'busy', message: 'too many searches are waiting', hint: null, diagnostics: [] };
  socket.say({ type: 'failed', seq: socket.heard.seq, problem });

  expect(session.lights.problem).toBe('too many searches are waiting');
  expect(session.remark).toBeNull();
});

test('another question throws away what was known', () => {
  session.lights.set(true);
  socket.say(outlook(socket.heard.seq, 0));

  session.setAbout('content');

  expect(session.lights.of('a')).toBeNull();
  expect(socket.heard).toMatchObject({ type: 'outlook', kind: 'content' });
});

test('the sentence counts schedules, or says that it is a sample', () => {
  expect(outlookSentence(outlook(1, 0))).toBe(
    'From here 312 of 4,096 schedules have Lost PTE; a random scheduler meets it with probability 7.61 %.',
  );
  expect(outlookSentence(outlook(1, 0, { here: 'out-of-reach' }))).toBe(
    'Lost PTE is out of reach from here: no schedule has it.',
  );
  expect(outlookSentence(outlook(1, 0, { here: 'out-of-reach' }), 21)).toBe(
    'Lost PTE came with step 21; from here no schedule has it again.',
  );
  const sample = {
    ...CHANCES,
    method: 'sampled' as const,
    schedules: null,
    having: null,
    walks: 2000,
    probability_low: 0.06,
    probability_high: 0.09,
    bound: '200,000 states',
  };
  expect(outlookSentence(outlook(1, 0, { here: null, moves: [], chances: sample }))).toBe(
    'No lights here: what follows does not fit within 200,000 states. Of 2,000 random runs from here 7.61 % had Lost PTE (likely 6 % to 9 %).',
  );
});

test('numbers stay readable, and what is possible is never 0 %', () => {
  expect([big('4096'), big('31926299260392')]).toEqual(['4,096', '3.1 × 10¹³']);
  expect([percent(0), percent(1e-9), percent(0.119), percent(0.9999), percent(1)]).toEqual([
    '0 %',
    'less than 0.001 %',
    '11.9 %',
    'more than 99.9 %',
    '100 %',
  ]);
});
