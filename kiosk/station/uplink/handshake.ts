import { wordsOf } from '#shared/error-words.ts';
import { encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex } from '#shared/bytes.ts';
import type { Clock } from '#shared/clock.ts';
import type { Head } from '#shared/event/chain.ts';
import type { Hello, HelloReply } from '#shared/contract/wire.ts';
import type { ClockOffset } from './clock-offset.ts';
import { headOnWire } from '../journal/journal-check.ts';
import { JournalRefusal } from '../journal/journal-opening.ts';
import type { Installation, Journal } from '../journal/journal.ts';
import type { KnownFacts } from '../disk/known-facts.ts';
import type { Answer, ConnectFault, Connection } from './link.ts';
import { TOO_LATE, within } from '#shared/within.ts';
import { lastCommon } from './last-common.ts';

/** An edge with a slow disk answers a batch of 500 within a second; later than this the connection is dead. */
export const ANSWER_MS_MAX = 20_000;
/** One fork heals; another one so soon means that forking does not help: it is told instead of repeated. */
const FORK_GAP_MS_MIN = 60_000;

/**
 * What stands between this kiosk and its edge, besides the network; the screen has words of its own for each. Those of an
 * edge are in no one language, and go to the log alone.
 */
export type LinkTrouble =
  | { kind: 'version'; theirs: number | null }
  /** unproven: the journal came by another pairing, and the site lead has been asked. */
  | { kind: 'unpaired' | 'unproven' | 'broken' };

/** Another machine writes that journal, or another pairing has it. */
const HELD_BY_OTHERS: ReadonlySet<string> = new Set(['second-connection', 'other-pairing']);
const REFUSED_AS = { revoked: 'unpaired', invalid: 'broken', unproven: 'unproven' } as const;

/** Why a session with the edge ended; it is tried again in any case. */
export class SessionEnd extends Error {
  /** Null: the network's doing, as far as anyone knows. */
  readonly trouble: LinkTrouble | null;

  constructor(message: string, trouble: LinkTrouble | null) {
    super(message);
    this.name = 'SessionEnd';
    this.trouble = trouble;
  }
}

/** The value asked for; ends the session when it does not come, or not in time. */
export async function answered<T>(clock: Clock, asked: Promise<Answer<T>>): Promise<T> {
  const answer = await within(clock, ANSWER_MS_MAX, asked);
  if (answer === TOO_LATE) throw new SessionEnd('no answer in time', null);
  if (!answer.ok) throw new SessionEnd(`${answer.code}: ${answer.message}`, null);
  return answer.value;
}

export interface HandshakeParts {
  journal: Journal;
  known: KnownFacts;
  clock: Clock;
  offset: ClockOffset;
  /** What hello says of the counted people known. */
  counted: () => Hello['counted'];
  /** Begins a child install that shares everything up to `base`. */
  fork: (base: Head, reason: string) => void;
}

/** Hello, and what it may lead to: a fork, or parents sent to an edge that never had them. */
export class Handshake {
  readonly #parts: HandshakeParts;
  #lastForkAt: number | null = null;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
  }

  /** Says hello until the edge says welcome; returns the watermark. Throws `SessionEnd`. */
  async greet(connection: Connection): Promise<number> {
    const { journal, known } = this.#parts;
    let askedParents = false;
    for (;;) {
      const current = this.#current();
      const reply = await this.#hello(connection, current, journal.head);
      if (reply.outcome === 'refused')
        throw new SessionEnd(`hello refused: ${reply.message}`, { kind: REFUSED_AS[reply.code] });
      if (reply.outcome === 'fork') {
        await this.fork(connection, reply.reason);
        continue;
      }
      const { sequence, hash } = reply.watermark;
      const ours = sequence > journal.head.sequence ? null : journal.hashAt(current, sequence);
      if (ours === null || bytesToHex(ours) !== hash) {
        await this.fork(connection, 'other-hash');
        continue;
      }
      if (!askedParents && known.get('parentsHeldIn') !== reply.epoch) {
        const sent = await this.#sendParents(connection);
        askedParents = true;
        if (sent.whole) known.put('parentsHeldIn', reply.epoch);
        if (sent.said) continue; // the edge takes a connection for the install that said hello last
      }
      known.put('epoch', reply.epoch);
      known.put('edgeHead', reply.edgeHead);
      return sequence;
    }
  }

  /** Finds the last common event and begins a child there. Throws `SessionEnd` when that cannot be found out. */
  async fork(connection: Connection, reason: string): Promise<void> {
    const { clock, journal, fork } = this.#parts;
    const now = clock.monotonic();
    if (this.#lastForkAt !== null && now - this.#lastForkAt < FORK_GAP_MS_MIN)
      throw new SessionEnd(`forked a moment ago, and now again: ${reason}`, { kind: 'broken' });
    const asked = lastCommon(connection, journal, this.#current(), journal.head.sequence);
    const base = await within(clock, ANSWER_MS_MAX, asked);
    if (base === TOO_LATE || base === null)
      throw new SessionEnd('the edge did not say what we have in common', null);
    try {
      fork(base, reason);
    } catch (error) {
      if (error instanceof JournalRefusal) throw new SessionEnd(error.message, { kind: 'broken' });
      throw error;
    }
    this.#lastForkAt = now;
  }

  async #hello(connection: Connection, installation: Installation, head: Head): Promise<HelloReply> {
    const { clock, known, counted, offset } = this.#parts;
    const measured = offset.start();
    const hello: Hello = {
      install: installation.install,
      head: headOnWire(head),
      wallTime: clock.wall(),
      edgeHead: known.get('edgeHead'),
      counted: installation.base === null ? counted() : null,
    };
    const reply = await answered(clock, connection.hello(hello));
    if (reply.outcome === 'welcome') measured(reply.edgeTime);
    return reply;
  }

  /**
   * Sends what this install shares with its parents to an edge that may never have had it. `said`: there was something to
   * say hello for. `whole`: the edge has it all; if not, it is tried again at the next connection.
   */
  async #sendParents(connection: Connection): Promise<{ said: boolean; whole: boolean }> {
    const { journal, clock } = this.#parts;
    const sent = { said: false, whole: true };
    for (const parent of journal.lineage) {
      const hash = parent.base === null || parent.base === 0 ? null : journal.hashAt(parent, parent.base);
      if (hash === null || parent.base === null) continue;
      const head: Head = { sequence: parent.base, hash };
      sent.said = true;
      const reply = await this.#hello(connection, parent, head);
      if (reply.outcome !== 'welcome') {
        // Held there further than we share it: somebody else has delivered it. Whoever else it belongs to has perhaps not yet.
        if (reply.outcome === 'refused' || HELD_BY_OTHERS.has(reply.reason)) sent.whole = false;
        continue;
      }
      for (let at = reply.watermark.sequence; at < parent.base;) {
        const batch = journal.readBatch(parent, at + 1);
        const header = {
          install: parent.install,
          first: at + 1,
          head: headOnWire(head),
          wallTime: clock.wall(),
        };
        const stored = await answered(clock, connection.events(header, encodeBatch(batch)));
        if (stored.outcome === 'busy') throw new SessionEnd(`busy: ${stored.message}`, null);
        if (stored.outcome !== 'stored' || stored.watermark <= at) {
          sent.whole = false;
          break;
        }
        at = stored.watermark;
      }
    }
    return sent;
  }

  #current(): Installation {
    const current = this.#parts.journal.current;
    if (current === null) throw new Error('an uplink needs an install');
    return current;
  }
}

/** A fault of ours on the way to the edge must not keep the kiosk from recording: it is told, and tried again. */
export function endOf(error: unknown): { message: string; trouble: LinkTrouble | null; fault: boolean } {
  if (error instanceof SessionEnd) return { message: error.message, trouble: error.trouble, fault: false };
  return { message: wordsOf(error), trouble: { kind: 'broken' }, fault: true };
}

/** What a failed connect says beyond "not now". */
export function troubleOf(fault: { code: ConnectFault; theirs: number | null }): LinkTrouble | null {
  if (fault.code === 'version') return { kind: 'version', theirs: fault.theirs };
  if (fault.code === 'unpaired' || fault.code === 'other-key') return { kind: 'unpaired' };
  return null;
}
