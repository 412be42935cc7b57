/** What each key command does. */
import type { App } from './context';
import type { Command } from './keys';

export function obey(command: Command, { session, page, address }: App): void {
  const again = session.actor ?? session.node?.actor ?? null;
  switch (command.do) {
    case 'step': {
      const letter = session.program?.actors[command.index]?.letter;
      return letter ? session.step(letter) : undefined;
    }
    case 'again':
      return again ? session.step(again) : undefined;
    case 'run':
      return again ? session.run(again, 'blocked') : undefined;
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
    case 'find':
      return session.find();
    case 'find-here':
      return session.find(session.asked.order, 'cursor');
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
