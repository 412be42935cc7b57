import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Session } from '../lib/session.svelte';
import { Walker } from '../lib/walker.svelte';
import type { Leg } from '../lib/wire';
import { FakeSocket } from './fakeSocket';
import { moved, opened } from './lostPage';

const LEGS: Leg[] = [{ actor: 'CPU 0', before: null, after: 'read', choices: [] }];
let session: Session;
let walker: Walker;
let forget: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made = [];
  vi.stubGlobal('WebSocket', FakeSocket);
  session = new Session('ws://server/api/session');
  walker = new Walker(session);
  forget = $effect.root(() => walker.keep());
  session.open({ scenario: 'lost-page', variant: 'broken', schedule: '', cursor: null, bundle: null });
  FakeSocket.last.accept();
  FakeSocket.last.say(opened(FakeSocket.last.heard.seq, 0));
  flushSync();
});

afterEach(() => {
  forget();
  session.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a way is asked for once, and what it led to is nobody’s own work', () => {
  walker.go(LEGS);
  flushSync();
  flushSync();

  expect(FakeSocket.last.sent.filter(({ type }) => type === 'go')).toMatchObject([{ legs: LEGS }]);
  expect(walker.walking).toBe(true);

  FakeSocket.last.say(moved(FakeSocket.last.heard.seq, 1));
  flushSync();

  expect(walker.walking).toBe(false);
  expect([walker.led(0), walker.led(1)]).toEqual([false, true]);
});

test('a way that is lost with the connection is gone after it', () => {
  walker.go(LEGS);
  flushSync();
  FakeSocket.last.drop();
  flushSync();
  vi.runOnlyPendingTimers();
  FakeSocket.last.accept();
  flushSync();
  expect(FakeSocket.last.heard.type).toBe('open');

  FakeSocket.last.say(opened(FakeSocket.last.heard.seq, 0));
  flushSync();

  expect(FakeSocket.last.heard).toMatchObject({ type: 'go', legs: LEGS });
});
