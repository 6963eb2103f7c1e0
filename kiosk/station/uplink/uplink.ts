import { encodeBatch } from '#shared/event/batch.ts';
import type { EventsReply, KioskStatus } from '#shared/contract/wire.ts';
import { retryDelayMs } from './back-off.ts';
import {
  ANSWER_MS_MAX,
  Handshake,
  SessionEnd,
  answered,
  endOf,
  type HandshakeParts,
  troubleOf,
  type LinkTrouble,
} from './handshake.ts';
import { headOnWire } from '../journal/journal-check.ts';
import type { Connection, Link, LinkListener, LinkTarget } from './link.ts';
import type { Log } from '../disk/log.ts';
import type { Random } from '#shared/random.ts';
import { Signal } from './signal.ts';
import { TOO_LATE, within } from '#shared/within.ts';

/** A connection that takes longer is given up: the next address may be the right one. */
export const CONNECT_MS_MAX = 10_000;
/** A busy edge may name any wait; this is the longest that is believed. */
export const BUSY_WAIT_MS_MAX = 30_000;

export interface UplinkParts extends HandshakeParts {
  link: Link;
  random: Random;
  log: Log;
  /** Where to connect, the best first; empty while unpaired. */
  targets: () => LinkTarget[];
  listener: Omit<LinkListener, 'closed'>;
  /** The edge welcomed this install at that address. */
  welcomed: (target: LinkTarget) => void;
  verdict: (
    sequence: number,
    earlier: { station: number | null; tubeCode: string | null; time: number },
  ) => void;
  changed: () => void;
}

/**
 * Drains the journal to the edge: batches in order, one in flight, each acknowledged. It wakes on append, connect, timer and
 * start, and never gives up; acknowledged is no licence to delete.
 */
export class Uplink {
  readonly #parts: UplinkParts;
  readonly #handshake: Handshake;
  readonly #wake = new Signal();
  #connection: Connection | null = null;
  #welcome = false;
  #stopped = true;
  #failures = 0;
  #acknowledged: number;
  #lastContact: number | null;
  #trouble: LinkTrouble | null = null;
  #running: Promise<void> = Promise.resolve();
  #cancelPause: () => void = () => {};

  constructor(parts: UplinkParts) {
    this.#parts = parts;
    this.#handshake = new Handshake({
      ...parts,
      fork: (base, reason) => {
        parts.fork(base, reason);
        this.#acknowledged = 0;
        parts.changed();
      },
    });
    this.#acknowledged = parts.known.acknowledged(parts.journal.install);
    this.#lastContact = parts.known.get('lastContact');
  }

  /** True while the edge has welcomed this install. */
  get connected(): boolean {
    return this.#welcome;
  }

  /** The connection while it is welcome, for questions of other parts. */
  get connection(): Connection | null {
    return this.#welcome ? this.#connection : null;
  }

  /** The highest sequence of the current install the edge acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** When the edge was last heard, by this clock. */
  get lastContact(): number | null {
    return this.#lastContact;
  }

  get trouble(): LinkTrouble | null {
    return this.#trouble;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.retarget();
    await this.#running;
  }

  /** Something was appended. */
  wake(): void {
    this.#wake.raise();
  }

  /** Ends the present connection and the present wait: the targets have changed. */
  retarget(): void {
    this.#failures = 0;
    if (this.#connection !== null) this.#drop(this.#connection, 'asked to');
    this.#wake.raise();
    this.#cancelPause();
  }

  /** Tells what the kiosk shows; measures the clock. An edge that does not answer ends the connection. */
  async status(status: KioskStatus): Promise<void> {
    const connection = this.connection;
    if (connection === null) return;
    const measured = this.#parts.offset.start();
    const answer = await within(this.#parts.clock, ANSWER_MS_MAX, connection.status(status));
    if (answer === TOO_LATE || !answer.ok) {
      if (connection === this.#connection) this.#drop(connection, 'no answer to status');
      return;
    }
    measured(answer.value.edgeTime);
    this.#heard();
    this.#noteDown();
  }

  async #run(): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      const targets = this.#parts.targets();
      const target = targets[turn % Math.max(1, targets.length)];
      if (target === undefined) {
        await this.#wake.wait();
        continue;
      }
      const end = await this.#session(target).catch(endOf);
      this.#parts.log({ code: end.fault ? 'fault' : 'link', detail: end.message });
      this.#trouble = end.trouble;
      // The address that worked is the first of the list by now, and is tried first.
      if (this.#welcome) turn = -1;
      this.#welcome = false;
      this.#connection?.close();
      this.#connection = null;
      this.#noteDown();
      this.#parts.changed();
      if (this.#stopped) return;
      this.#failures++;
      await this.#pause(retryDelayMs(this.#failures, this.#parts.random));
    }
  }

  /** One connection from its first byte to its end, which is always a `SessionEnd`. */
  async #session(target: LinkTarget): Promise<never> {
    const { clock, link, listener, journal } = this.#parts;
    const attempt = link.connect(target, { ...listener, closed: (reason) => this.#closed(reason) });
    const result = await within(clock, CONNECT_MS_MAX, attempt);
    if (result === TOO_LATE) {
      void attempt.then((late) => late.ok && late.connection.close());
      throw new SessionEnd('no connection in time', null);
    }
    if (!result.ok) throw new SessionEnd(`${result.code}: ${result.message}`, troubleOf(result));
    const { connection } = result;
    this.#connection = connection;
    await this.#greet(connection, target);
    while (this.#connection === connection && !this.#stopped) {
      if (journal.head.sequence > this.#acknowledged) await this.#send(connection, target);
      else await this.#wake.wait();
    }
    throw new SessionEnd('the connection has ended', null);
  }

  async #greet(connection: Connection, target: LinkTarget): Promise<void> {
    if (this.#stopped) throw new SessionEnd('stopped', null);
    this.#welcome = false;
    this.#acknowledged = await this.#handshake.greet(connection);
    if (this.#connection !== connection) throw new SessionEnd('closed while greeting', null);
    this.#failures = 0;
    this.#trouble = null;
    this.#welcome = true;
    this.#parts.welcomed(target);
    this.#heard();
    this.#noteDown();
  }

  async #send(connection: Connection, target: LinkTarget): Promise<void> {
    const { journal, clock, offset, log } = this.#parts;
    const current = journal.current;
    if (current === null) throw new Error('an uplink needs an install');
    const first = this.#acknowledged + 1;
    const batch = journal.readBatch(current, first);
    const header = {
      install: current.install,
      first,
      head: headOnWire(journal.head),
      wallTime: clock.wall(),
    };
    const measured = offset.start();
    const reply = await answered(clock, connection.events(header, encodeBatch(batch)));
    switch (reply.outcome) {
      case 'stored':
        measured(reply.edgeTime);
        await this.#stored(connection, target, first, reply);
        return;
      case 'gap':
        if (reply.watermark >= this.#acknowledged) throw new SessionEnd('a gap without a cause', null);
        this.#acknowledged = reply.watermark;
        return;
      case 'busy':
        log({ code: 'link', detail: `busy: ${reply.message}` });
        await this.#pause(Math.min(BUSY_WAIT_MS_MAX, Math.max(1, reply.retryAfterMs)));
        return;
      case 'broken':
        await this.#handshake.fork(connection, `broken at ${reply.at}: ${reply.code}`);
        await this.#greet(connection, target);
        return;
      case 'refused':
        throw new SessionEnd(`batch refused: ${reply.message}`, { kind: 'broken' });
    }
  }

  async #stored(
    connection: Connection,
    target: LinkTarget,
    first: number,
    reply: Extract<EventsReply, { outcome: 'stored' }>,
  ): Promise<void> {
    const { log, verdict, known, journal } = this.#parts;
    if (reply.epoch !== known.get('epoch')) throw new SessionEnd('another epoch: hello anew', null);
    for (const item of reply.items)
      if (item.outcome === 'invalid' || item.outcome === 'not-understood')
        log({ code: 'invalid-at-edge', detail: `${item.from}–${item.to}: ${item.outcome}` });
    if (reply.items.some((item) => item.outcome === 'conflict')) {
      await this.#handshake.fork(connection, 'conflict');
      await this.#greet(connection, target);
      return;
    }
    if (reply.watermark < first) throw new SessionEnd('the watermark did not move', null);
    this.#acknowledged = Math.min(reply.watermark, journal.head.sequence);
    for (const { sequence, repeatOf } of reply.verdicts) verdict(sequence, repeatOf);
    this.#heard();
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.timer(ms, resolve);
      this.#cancelPause = () => {
        cancel();
        resolve();
      };
    });
  }

  #closed(reason: string): void {
    this.#connection = null;
    this.#parts.log({ code: 'link', detail: `closed: ${reason}` });
    this.#wake.raise();
    this.#cancelPause();
  }

  #drop(connection: Connection, why: string): void {
    connection.close();
    this.#closed(why);
  }

  #heard(): void {
    this.#lastContact = this.#parts.clock.wall();
    this.#parts.changed();
  }

  /** Writes down what a start without the edge wants to know; not at every swipe, because each write is a sync. */
  #noteDown(): void {
    const { known, journal } = this.#parts;
    const { install } = journal;
    if (this.#acknowledged > known.acknowledged(install) || known.get('acknowledged')?.install !== install)
      known.put('acknowledged', { install, sequence: this.#acknowledged });
    if (this.#lastContact !== null && this.#lastContact !== known.get('lastContact'))
      known.put('lastContact', this.#lastContact);
  }
}
