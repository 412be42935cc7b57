/** What each key command does. */
import type { App } from './context';
import type { Command } from './keys';
import type { Session } from './session.svelte';
import { actorState } from './values';

const NOBODY_YET = 'Nobody was stepped yet: 1 to 9 step one.';

export function obey(command: Command, { session, page, address, hints, challenge }: App): void {
  const again = session.actor ?? session.node?.actor ?? null;
  const walker = again ?? firstReady(session);
  switch (command.do) {
    case 'step': {
      const letter = session.program?.actors[command.index]?.letter;
      return letter ? session.step(letter) : undefined;
    }
    case 'again':
      return again ? session.step(again) : session.say(NOBODY_YET);
    case 'run':
      return again ? session.run(again, 'blocked') : session.say(NOBODY_YET);
    case 'line':
      return walker ? session.run(walker, 'line') : undefined;
    case 'over':
      return walker ? session.run(walker, 'over') : undefined;
    case 'out':
      return walker ? session.run(walker, 'return') : undefined;
    case 'pin':
      return session.look.togglePin();
    case 'expand':
      return session.look.toggleRun();
    case 'back':
      return session.back();
    case 'forward':
      return session.forward();
    case 'switch-back':
      return session.switchBack();
    case 'switch-forward':
      return session.switchForward();
    case 'first':
      return session.goTo(0);
    case 'last':
      return session.goTo(session.path.length - 1);
    case 'undo':
      return session.undo();
    case 'redo':
      return session.redo();
    case 'hint':
      return hints.more();
    case 'find':
      return challenge.hides ? challenge.refuse() : session.find();
    case 'find-here':
      return challenge.hides ? challenge.refuse() : session.find(session.asked.order, 'cursor');
    case 'share':
      return void address.share();
    case 'present':
      page.tool = page.tool === 'present' ? null : 'present';
      return;
    case 'list':
      page.list = true;
      return;
    case 'help':
      page.help = true;
  }
}

/** Whom one means before anybody was stepped. */
function firstReady({ program, world }: Session): string | null {
  return program?.actors.find(({ letter }) => actorState(world, letter)?.status === 'ready')?.letter ?? null;
}
