import { afterEach, expect, test, vi } from 'vitest';
import { Pane } from '../tools/edit/pane';

const LONG = { path: 'long.c', text: 'int x;\n'.repeat(400), original: '' };
const SHORT = { path: 'short.c', text: 'int y;\n', original: '' };

afterEach(() => vi.restoreAllMocks());

function opened(): { pane: Pane; changed: string[]; complaints: ReturnType<typeof vi.spyOn> } {
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const changed: string[] = [];
  const host = document.createElement('div');
  document.body.append(host);
  const pane = new Pane(host, {
    changed: (path, text) => changed.push(`${path}: ${text.length}`),
    run: () => undefined,
    names: () => [],
  });
  return { pane, changed, complaints };
}

async function twoFrames(): Promise<void> {
  for (let i = 0; i < 2; i += 1) await new Promise((done) => requestAnimationFrame(done));
}

test('a shorter file may be chosen before the editor has found the place in a longer one', async () => {
  const { pane, complaints } = opened();

  pane.show(LONG);
  pane.goTo(399, 1, false);
  pane.show(SHORT);
  await twoFrames();

  expect(complaints).not.toHaveBeenCalled();
  pane.destroy();
});

test('text may be taken away before the editor has found the place in it', async () => {
  const { pane, changed, complaints } = opened();

  pane.show(LONG);
  pane.goTo(399, 1, false);
  pane.show({ ...LONG, text: SHORT.text });
  await twoFrames();

  expect(complaints).not.toHaveBeenCalled();
  expect(changed).toEqual([`long.c: ${SHORT.text.length}`]);
  pane.destroy();
});
