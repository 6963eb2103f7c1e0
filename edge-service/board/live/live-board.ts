import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { applyChange, changeSchema, snapshotSchema, type BoardSnapshot } from '#shared/contract/board.ts';
import type { Cancel, Clock } from '#shared/clock.ts';
import { message } from '#shared/language/message.ts';
import { sentence, type Sentence } from '#shared/language/sentence.ts';
import { messageSchema } from '#shared/language/sentence-schema.ts';
import type { Words } from '#shared/words.ts';

/** What the board knows of a round. `stale`: the line is down; the figures are as of `heardAt` and say so. */
export type LiveState =
  | { live: 'connecting' }
  | { live: 'current'; snapshot: BoardSnapshot; heardAt: number }
  | { live: 'stale'; snapshot: BoardSnapshot; heardAt: number }
  | { live: 'refused'; words: Words };

/** Waiting longer than this for a snapshot means the edge has gone: ask again on the next connection. */
const WATCH_MS_MAX = 10_000;
/** Between attempts; a LAN answers at once or not at all. */
const RECONNECT_MS_MAX = 2_000;

const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), snapshot: snapshotSchema }),
  z.object({
    ok: z.literal(false),
    code: z.string(),
    title: z.string(),
    detail: z.string(),
    ...messageSchema.shape,
  }),
]);

/** A connection of this page to the edge it came from. */
export function boardSocket(): Socket {
  return io('/board', { transports: ['websocket'], reconnectionDelayMax: RECONNECT_MS_MAX, forceNew: true });
}

/**
 * The board's end of the `/board` socket for one round: watch → snapshot, then numbered changes; on a jump or a new
 * connection it watches again and never guesses. Lives as long as a round is on the screen; `close` ends it.
 */
export class LiveBoard {
  readonly #socket: Socket;
  readonly #round: string;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #state: LiveState = { live: 'connecting' };
  #asking = false;
  #closed = false;
  #cancel: Cancel = () => undefined;

  /** `socket`: a connection to `/board` that brings itself back; the board owns it from here. */
  constructor(round: string, clock: Clock, socket: Socket) {
    this.#round = round;
    this.#clock = clock;
    this.#socket = socket;
    this.#socket.on('connect', () => this.#watch());
    this.#socket.on('connect_error', (error) => this.#lost(error));
    this.#socket.on('disconnect', () => this.#lost(null));
    this.#socket.on('change', (change: unknown) => this.#take(change));
    if (socket.connected) this.#watch();
  }

  /** Calls back at once and with every later state; returns its unsubscribe. */
  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    listener();
    return () => this.#listeners.delete(listener);
  };

  state = (): LiveState => this.#state;

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#socket.disconnect();
  }

  #set(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #watch(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#socket
      .timeout(WATCH_MS_MAX)
      .emit('watch', { round: this.#round }, (late: Error | null, answer: unknown) => {
        this.#asking = false;
        if (late !== null) {
          this.#lost(null);
          if (this.#socket.connected) this.#watch();
          return;
        }
        const parsed = answerSchema.safeParse(answer);
        if (!parsed.success)
          return this.#set({ live: 'refused', words: sentence(message('machine.edge-answer-unread')) });
        if (!parsed.data.ok) {
          const { key, parameters, title, detail } = parsed.data;
          const words = { key, parameters, zh: title, en: detail };
          return this.#set({ live: 'refused', words });
        }
        this.#set({ live: 'current', snapshot: parsed.data.snapshot, heardAt: this.#clock.wall() });
      });
  }

  #take(told: unknown): void {
    const change = changeSchema.safeParse(told);
    if (this.#state.live !== 'current' || this.#asking) return;
    const next = change.success ? applyChange(this.#state.snapshot, change.data) : null;
    if (next === null) this.#watch();
    else this.#set({ live: 'current', snapshot: next, heardAt: this.#clock.wall() });
  }

  #lost(error: Error | null): void {
    if (this.#state.live === 'current')
      this.#set({ live: 'stale', snapshot: this.#state.snapshot, heardAt: this.#clock.wall() });
    else if (this.#state.live === 'connecting' && error !== null)
      this.#set({ live: 'refused', words: NO_EDGE });
    if (error !== null && error.message in refusals) {
      this.#set({ live: 'refused', words: refusals[error.message] ?? NO_EDGE });
      return; // asking again changes nothing: somebody has to log in
    }
    // where the edge itself closed or refused, socket.io leaves the next attempt to us
    if (!this.#socket.active && !this.#socket.connected && !this.#closed)
      this.#cancel = this.#clock.timer(RECONNECT_MS_MAX, () => void this.#socket.connect());
  }
}

const NO_EDGE = sentence(message('machine.edge-connecting'));
/** Refusals of a handshake that only a person can change; any other is tried again. */
const refusals: Readonly<Record<string, Sentence>> = {
  'no-session': sentence(message('account.session-ended')),
  blind: sentence(message('account.blind')),
};
