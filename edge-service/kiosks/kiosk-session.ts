import { SOCKET_MESSAGE_BYTES_MAX } from '#shared/event/batch.ts';
import type { Clock } from '#shared/clock.ts';
import { eventId, type InstallId, type RoundId } from '#shared/ids.ts';
import { plansStation } from '#shared/round.ts';
import {
  countedSinceSchema,
  eventsHeaderSchema,
  hashesSchema,
  helloSchema,
  kioskStatusSchema,
  rosterNameSchema,
  tokenBindingSchema,
  tubeUsedSchema,
  type CountedMessage,
  type EventsReply,
  type Hello,
  type HelloReply,
  type KioskStatus,
  type RoundsMessage,
  type TubePatternsMessage,
} from '#shared/contract/wire.ts';
import type { z } from 'zod';
import { edgeAnswer } from '../ledger/edge-answer.ts';
import { impossibleHead, isPossibleHead } from '../ledger/possible-head.ts';
import type { LedgerClient } from '../threads/ledger-client.ts';
import type { CountedFeed } from './counted-feed.ts';

/** The kiosk's end as the desk sees it: a socket, or the simulation's hand-cranked link. */
export interface KioskPeer {
  push(event: 'rounds', message: RoundsMessage): void;
  push(event: 'tube-patterns', message: TubePatternsMessage): void;
  push(event: 'counted', message: CountedMessage): void;
  /** Resolves true when the other side answers now; false when it is gone. May stay silent: the desk bounds the wait. */
  alive(): Promise<boolean>;
  /** Says farewell and ends the connection. */
  close(): void;
  /** Ends a connection nobody answers on. */
  drop(): void;
}

/** What a session asks of the desk that opened it. */
export interface SessionDesk {
  readonly parts: {
    ledger: LedgerClient;
    clock: Clock;
    log: DeskLog;
    rounds(): Promise<RoundsMessage>;
  };
  readonly feed: Pick<CountedFeed, 'join' | 'leave' | 'leaveRound'>;
  /** True when another connection of this install answers right now. */
  secondConnection(session: KioskSession, install: InstallId): Promise<boolean>;
  /** Resolves once the ledger holds the head that the heartbeat names. */
  heard(session: KioskSession, install: InstallId, status: KioskStatus | null): Promise<void>;
  /** Whether this install's token is bound to its machine. */
  toldBinding(install: InstallId, bound: boolean): void;
  /** No connection of this install is left, unless another session speaks for it. */
  gone(install: InstallId): void;
  /** This connection has ended. */
  left(session: KioskSession): void;
}

/** A message that cannot be used gets this; the connection stays up. */
interface Refused {
  outcome: 'refused';
  code: 'invalid' | 'no-hello' | 'revoked';
  message: string;
}

/** One connection of one kiosk. Every method takes what came off the wire and answers; none throws on bad input. */
export class KioskSession {
  readonly admitted: { pairing: string; station: number };
  readonly peer: KioskPeer;
  readonly #desk: SessionDesk;
  /** A batch may be on its way while the round is left. */
  readonly #listener = (message: CountedMessage): void => {
    if (this.#fed.has(message.round)) this.peer.push('counted', message);
  };
  readonly #fed = new Set<RoundId>();
  /** The install that said hello and was welcomed on this connection. */
  install: InstallId | null = null;
  /** The highest head of it that the ledger is known to hold. */
  headHeld = 0;
  /** Number up to which its events are held, as it was last told. */
  #watermark = 0;

  constructor(desk: SessionDesk, admitted: { pairing: string; station: number }, peer: KioskPeer) {
    this.#desk = desk;
    this.admitted = admitted;
    this.peer = peer;
  }

  async hello(raw: unknown): Promise<HelloReply | Refused> {
    const parsed = helloSchema.safeParse(raw);
    if (!parsed.success) return this.#malformed('hello', parsed.error);
    const hello = parsed.data;
    const { ledger, log } = this.#desk.parts;
    const secondConnection = await this.#desk.secondConnection(this, hello.install);
    const reply = await ledger.write('kiosk.hello', { hello, ...this.admitted, secondConnection });
    if (reply.outcome !== 'welcome') {
      log.warn({ install: hello.install, station: this.admitted.station, reply: reply.outcome }, 'hello');
      return reply;
    }
    const before = this.install;
    this.install = hello.install;
    // A forked kiosk says hello for its parent first where the edge has a new epoch: that leaves the parent no longer here.
    if (before !== null && before !== hello.install) this.#desk.gone(before);
    this.headHeld = hello.head.sequence;
    this.#watermark = reply.watermark.sequence;
    await this.#desk.heard(this, hello.install, null);
    return reply;
  }

  /** After the welcome went out: rounds, then what is counted in them. */
  async afterWelcome(raw: unknown): Promise<void> {
    const { counted } = helloSchema.parse(raw);
    await this.takeRounds(await this.#desk.parts.rounds(), counted);
  }

  /** Passes on the rounds that plan this station, and follows the feeds of those that count and of no other. */
  async takeRounds(all: RoundsMessage, counted: Hello['counted'] = null): Promise<void> {
    const rounds = this.#own(all);
    const told = new Set(rounds.map(({ info }) => info.round));
    for (const round of this.#fed) if (!told.has(round)) this.#leaveRound(round);
    this.peer.push('rounds', { ...all, rounds });
    const known = await this.#desk.parts.ledger.report('kiosk.tube-patterns', {});
    const patterns = known.patterns.filter(({ round }) => told.has(round));
    if (patterns.length > 0) this.peer.push('tube-patterns', { patterns });
    const counting = rounds.filter((r) => r.info.state === 'open' || r.info.state === 'settling');
    for (const { info } of counting) {
      if (this.#fed.has(info.round)) continue;
      this.#fed.add(info.round);
      await this.#desk.feed.join(info.round, this.#listener, counted?.round === info.round ? counted : null);
    }
  }

  async events(rawHeader: unknown, bytes: unknown): Promise<EventsReply> {
    const parsed = eventsHeaderSchema.safeParse(rawHeader);
    if (!parsed.success) return this.#malformed('events', parsed.error);
    if (this.install === null) return NO_HELLO;
    if (parsed.data.install !== this.install) return invalid(edgeAnswer('edge-answer.other-install'));
    if (!(bytes instanceof Uint8Array)) return invalid(edgeAnswer('edge-answer.batch-no-bytes'));
    if (bytes.length > SOCKET_MESSAGE_BYTES_MAX) return invalid(edgeAnswer('edge-answer.batch-too-long'));
    // Seen as plain bytes: taking parts out of a Buffer costs several times as much, and a batch has 1,500.
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    const reply = await this.#desk.parts.ledger.append({ header: parsed.data, bytes: plain });
    // A gap's and a broken batch's head is written down too (ingest.ts).
    if (reply.outcome !== 'busy' && reply.outcome !== 'refused') {
      this.holds(parsed.data.install, parsed.data.head.sequence);
      this.#watermark = reply.watermark;
    }
    if (reply.outcome !== 'stored')
      this.#desk.parts.log.warn({ install: this.install, reply: reply.outcome }, 'events');
    return reply;
  }

  async hashes(raw: unknown): Promise<{ hashes: (string | null)[] } | Refused> {
    const parsed = hashesSchema.safeParse(raw);
    if (!parsed.success) return this.#malformed('hashes', parsed.error);
    const { pairing } = this.admitted;
    return { hashes: await this.#desk.parts.ledger.report('kiosk.hashes', { ...parsed.data, pairing }) };
  }

  async status(raw: unknown): Promise<{ edgeTime: number } | Refused> {
    const parsed = kioskStatusSchema.safeParse(raw);
    if (!parsed.success) return this.#malformed('status', parsed.error);
    if (this.install === null) return NO_HELLO;
    const { sequence: head } = parsed.data.head;
    if (!isPossibleHead(head, this.#watermark))
      return invalid(edgeAnswer(impossibleHead('status.head', head)));
    const { clock } = this.#desk.parts;
    const arrived = clock.wall();
    await this.#desk.heard(this, this.install, parsed.data);
    // The kiosk takes the middle of its round trip for the moment told here, and part of that was spent waiting.
    return { edgeTime: Math.round((arrived + clock.wall()) / 2) };
  }

  async tubeUsed(raw: unknown): Promise<{ used: unknown } | Refused> {
    const parsed = tubeUsedSchema.safeParse(raw);
    if (!parsed.success) return this.#malformed('tube-used', parsed.error);
    if (this.install === null) return NO_HELLO;
    const used = await this.#desk.parts.ledger.report('kiosk.tube-used', parsed.data);
    // A sealed tube is never gone on with: the id is asked for by the contract, and need not tell of another journal.
    if (used?.sealed === true) return { used: { ...used, opened: eventId(this.install, 1) } };
    return { used };
  }

  /** Written before it is answered: nobody hears a name that is not in the log of openings. */
  async rosterName(raw: unknown): Promise<{ name: string | null } | Refused> {
    const parsed = rosterNameSchema.safeParse(raw);
    if (!parsed.success) return this.#malformed('roster-name', parsed.error);
    if (this.install === null) return NO_HELLO;
    const { station } = this.admitted;
    return { name: await this.#desk.parts.ledger.write('kiosk.roster-name', { ...parsed.data, station }) };
  }

  tokenBinding(raw: unknown): { outcome: 'heard' } | Refused {
    const parsed = tokenBindingSchema.safeParse(raw);
    if (!parsed.success) return this.#malformed('token-binding', parsed.error);
    if (this.install === null) return NO_HELLO;
    this.#desk.toldBinding(this.install, parsed.data.bound);
    return { outcome: 'heard' };
  }

  async countedSince(raw: unknown): Promise<{ outcome: 'sent' } | Refused> {
    const parsed = countedSinceSchema.safeParse(raw);
    if (!parsed.success) return this.#malformed('counted-since', parsed.error);
    const { round, number } = parsed.data;
    const own = this.#own(await this.#desk.parts.rounds());
    if (!own.some(({ info }) => info.round === round))
      return invalid(edgeAnswer('edge-answer.other-station'));
    const { epoch } = await this.#desk.parts.ledger.report('ledger.identity', {});
    this.#fed.add(round);
    await this.#desk.feed.join(round, this.#listener, number === null ? null : { epoch, number });
    return { outcome: 'sent' };
  }

  /** The ledger has written down that this install has so many events. */
  holds(install: InstallId, head: number): void {
    if (install === this.install) this.headHeld = Math.max(this.headHeld, head);
  }

  #own({ rounds }: RoundsMessage): RoundsMessage['rounds'] {
    return rounds.filter(({ info }) => plansStation(info.definition, this.admitted.station));
  }

  #leaveRound(round: RoundId): void {
    this.#fed.delete(round);
    this.#desk.feed.leaveRound(round, this.#listener);
  }

  close(): void {
    this.#desk.feed.leave(this.#listener);
    this.#desk.left(this);
  }

  #malformed(what: string, error: z.ZodError): Refused & { code: 'invalid' } {
    const issue = error.issues[0];
    const at = issue === undefined ? what : [what, ...issue.path].join('.');
    this.#desk.parts.log.warn(
      { install: this.install, station: this.admitted.station, at },
      'malformed message',
    );
    return invalid(edgeAnswer('edge-answer.malformed', { field: at }));
  }
}

const NO_HELLO = {
  outcome: 'refused',
  code: 'no-hello',
  message: edgeAnswer('edge-answer.hello-first'),
} as const;

const invalid = (message: string): Refused & { code: 'invalid' } => ({
  outcome: 'refused',
  code: 'invalid',
  message,
});

/** What the desk needs to log; pino's logger fits. No line carries personal data: ids, stations and codes only. */
export interface DeskLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
