import { expect, test } from 'vitest';
import { fromRecord } from '../lib/recorded';
import { Session } from '../lib/session.svelte';
import type { Opened } from '../lib/wire';
import { NODES, opened } from './lostPage';

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The whole run of the lost page, as an offline file carries it; it opens at its end. */
async function offline(cursor: number | null = null): Promise<Session> {
  const record: Opened = { ...opened(0, NODES.length - 1) };
  const session = new Session(fromRecord(record));
  session.open({ scenario: 'lost-page', variant: null, schedule: '', cursor, bundle: null });
  await settled();
  return session;
}

test('a recorded run opens without a server, where it was asked to', async () => {
  const session = await offline(1);

  expect(session.connection).toBe('open');
  expect(session.recorded).toBe(true);
  expect(session.node?.number).toBe(1);
  expect(session.path.length).toBe(NODES.length);
});

test('a step of the actor that stepped in the record goes on along it', async () => {
  const session = await offline(0);
  const who = session.path[1]?.actor ?? '';

  session.step(who);
  await settled();

  expect(session.node?.number).toBe(1);
  expect(session.remark).toBeNull();
});

test('a step that was not recorded is refused with who steps next', async () => {
  const session = await offline(0);
  const other = session.program?.actors.find((actor) => actor.letter !== session.path[1]?.actor);

  session.step(other?.letter ?? '');
  await settled();

  expect(session.node?.number).toBe(0);
  expect(session.offers(other?.letter ?? '')).toBe(false);
  expect(session.remark).toBe('Only the recorded run is in this file: here CPU 0 steps next.');
});

test('undo and redo walk the record and stop at its ends', async () => {
  const session = await offline();
  const last = session.path.length - 1;

  session.redo();
  session.undo();
  await settled();

  expect(session.node?.number).toBe(last - 1);
  expect(session.remark).toBeNull();
});

test('what only a server can do is refused in words', async () => {
  const session = await offline();

  session.find();
  await settled();

  expect(session.search.state).toBe('none');
  expect(session.remark).toContain('Only the recorded run is in this file');
});
