/** The run on the screen, up to the cursor, in the forms in which it is passed on. */
import type { App } from './context';
import { exportRun, type Form, type Made } from './exporting';
import { printOneFile } from './oneFile';
import { printMoves } from './schedule';
import type { Bundle } from './wire';

/** Throws as `exportRun` does. */
export function madeOf({ session, address }: App, to: Form): Promise<Made> {
  const path = session.path.slice(1, (session.node?.number ?? 0) + 1);
  return exportRun(document.baseURI, {
    scenario: session.program?.scenario.id ?? '',
    variant: session.program?.variant ?? null,
    bundle: session.bundle,
    schedule: printMoves(path.map(({ actor, choice }) => ({ actor: actor ?? '', choice }))),
    without: [],
    to,
    ...(to === 'md' && !address.tooLong ? { link: address.url } : {}),
  });
}

/** Copies it, and says so; what went wrong is said, too. */
export async function copyRun(app: App, to: 'md' | 'text'): Promise<void> {
  try {
    const text = await (await madeOf(app, to)).blob.text();
    await app.page.copy(
      text,
      to === 'md' ? 'Markdown copied' : 'Text copied',
      'The browser did not let it be copied',
    );
  } catch (error) {
    app.page.say(error instanceof Error ? error.message : 'It could not be made');
  }
}

export function textFile(bundle: Bundle, scenario: string): Made {
  const name = `${scenario.replaceAll(/[^\w.-]/g, '-') || 'scenario'}.c`;
  return { blob: new Blob([printOneFile(bundle)], { type: 'text/x-c' }), name };
}
