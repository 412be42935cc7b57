/**
 * A recorded run in the place of a server: it answers a session's verbs from the nodes that it holds, and computes
 * nothing. What leads out of the record is refused with the reason.
 */
import type { Connect, Connection, ConnectionEvents } from './socket';
import { unpackText } from './link';
import type { ClientMessage, NodeView, Opened, Recording } from './wire';

/** Of a run of some thousand steps; more is no run that was written by Racewalk. */
const MOST_BYTES = 128 * 1024 * 1024;

const ONLY_RECORDED = 'Only the recorded run is in this file; a Racewalk server can do this.';

export class Recorded implements Connection {
  readonly recorded = true;
  readonly #opened: Opened;
  readonly #events: ConnectionEvents;
  readonly #nodes: ReadonlyMap<number, NodeView>;
  #cursor: number;

  constructor(opened: Opened, events: ConnectionEvents) {
    this.#opened = opened;
    this.#events = events;
    this.#nodes = new Map(opened.nodes.map((node) => [node.id, node]));
    this.#cursor = opened.cursor;
    queueMicrotask(() => events.opened());
  }

  send(message: ClientMessage): boolean {
    queueMicrotask(() => this.#answer(message));
    return true;
  }

  close(): void {
    // nothing is open
  }

  #answer(message: ClientMessage): void {
    switch (message.type) {
      case 'open': {
        const wanted = this.#opened.nodes.find((node) => node.number === message.cursor);
        this.#cursor = wanted?.id ?? this.#opened.cursor;
        return this.#events.message({ ...this.#opened, seq: message.seq, cursor: this.#cursor });
      }
      case 'seek':
        return this.#moved(message.seq, message.node);
      case 'undo':
        return this.#moved(message.seq, this.#nodes.get(this.#cursor)?.parent ?? this.#cursor);
      case 'redo':
        return this.#moved(message.seq, this.#next()?.id ?? this.#cursor);
      case 'step':
        return this.#moved(message.seq, this.#next(message.actor, message.choice)?.id);
      case 'outlook':
      case 'cancel':
        return; // what nobody pressed a button for needs no refusal
      default:
        return this.#refused(message.seq);
    }
  }

  /** The recorded step from here: anybody's, or this actor's with this choice. */
  #next(actor: string | null = null, choice: number | null = null): NodeView | undefined {
    return this.#opened.nodes.find(
      (node) =>
        node.parent === this.#cursor &&
        (actor === null || node.actor === actor) &&
        (choice === null || node.choice === choice),
    );
  }

  #moved(seq: number, id: number | undefined): void {
    if (id === undefined || !this.#nodes.has(id)) return this.#refused(seq);
    this.#cursor = id;
    const tip = this.#opened.nodes.at(-1)?.id ?? id;
    const { schedule } = this.#opened;
    this.#events.message({ type: 'moved', seq, nodes: [], cursor: id, tip, schedule, stopped: null });
  }

  #refused(seq: number): void {
    const problem = { code: 'recorded', message: ONLY_RECORDED, hint: null, diagnostics: [] };
    this.#events.message({ type: 'failed', seq, problem });
  }
}

export function fromRecord(opened: Opened): Connect {
  return (events) => new Recorded(opened, events);
}

/** Throws when the file is damaged. */
export async function openedIn({ packed }: Recording): Promise<Opened> {
  return JSON.parse(await unpackText(packed, MOST_BYTES)) as Opened;
}
