/**
 * A WebSocket that comes back by itself: after a loss it tries again, at first soon, then every few seconds.
 * It remembers nothing of what was said; whoever owns it says again what is needed when it opens.
 */
import type { ClientMessage, ServerMessage } from './wire';

/** What a session hears of its server, whoever plays it. */
export interface ConnectionEvents {
  opened(): void;
  message(message: ServerMessage): void;
  lost(): void;
}

/** Where a session's answers come from: a server behind a socket, or a run that was recorded (`Recorded`). */
export interface Connection {
  /** False when there is no connection; nothing is kept for later. */
  send(message: ClientMessage): boolean;
  close(): void;
  /** Only a run that is already known can be walked: nothing is computed at the other end. */
  readonly recorded: boolean;
}

/** Makes a connection; it must not call the events before it has returned. */
export type Connect = (events: ConnectionEvents) => Connection;

export function overSocket(url: string): Connect {
  return (events) => new Socket(url, events);
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5_000;

export class Socket implements Connection {
  readonly recorded = false;
  readonly #url: string;
  readonly #events: ConnectionEvents;
  #socket: WebSocket | null = null;
  #delay = FIRST_DELAY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(url: string, events: ConnectionEvents) {
    this.#url = url;
    this.#events = events;
    window.addEventListener('online', this.#retryNow);
    document.addEventListener('visibilitychange', this.#retryNow);
    this.#connect();
  }

  send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    window.removeEventListener('online', this.#retryNow);
    document.removeEventListener('visibilitychange', this.#retryNow);
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#delay = FIRST_DELAY_MS;
      this.#events.opened();
    };
    socket.onmessage = (event) => this.#events.message(JSON.parse(String(event.data)) as ServerMessage);
    socket.onclose = () => {
      if (this.#closed) return;
      this.#events.lost();
      this.#timer = setTimeout(() => this.#connect(), this.#delay);
      this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY_MS);
    };
  }

  /** The network or the reader is back: no reason to wait for the timer. */
  readonly #retryNow = (): void => {
    if (document.hidden || this.#closed || this.#socket?.readyState !== WebSocket.CLOSED) return;
    clearTimeout(this.#timer);
    this.#connect();
  };
}

/** The session's address beside the page, whatever path a proxy serves the page under. */
export function sessionUrl(base: string): string {
  const url = new URL('api/session', base);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.hash = '';
  return url.href;
}
