import type { Cancel, Clock } from '#shared/clock.ts';
import { wordsOf } from '#shared/error-words.ts';
import type { InstallId } from '#shared/ids.ts';
import {
  PROTOCOL_VERSION,
  handshakeSchema,
  type KioskStatus,
  type RoundsMessage,
} from '#shared/contract/wire.ts';
import { writableTime } from '#shared/event/journal-time.ts';
import { CountedFeed } from './counted-feed.ts';
import { type DeskLog, type KioskPeer, KioskSession, type SessionDesk } from './kiosk-session.ts';
import type { KeyStore } from '../keys/key-store.ts';
import type { LedgerClient } from '../threads/ledger-client.ts';
import { edgeAnswer } from '../ledger/edge-answer.ts';
import type { Contact } from '../ledger/kiosk-writes.ts';
import { tokenHash } from '../access/secrets.ts';

/** Heartbeats are stored this often: the board's 截至 is at most this much behind, for one sync of the disk. */
const CONTACTS_EVERY_MS = 3000;
/**
 * One that names events nobody has heard of is stored after this much: the batch right behind it names them too, and then
 * there is nothing to store. However many kiosks swipe, their heartbeats cost ten commits a second at most.
 */
const HEADS_EVERY_MS = 100;
/** How long the older of two connections of an install has to show that it lives; a dead LAN shows nothing. */
const SECOND_CONNECTION_PROBE_MS = 2000;
/** Last statuses remembered for the board, several times the largest site. */
const STATUSES_MAX = 2000;

export type Admission =
  | { ok: true; pairing: string; station: number }
  /** `message` is the name socket.io reports to the kiosk (`connect_error`), `words` go to people. */
  | { ok: false; code: 'unpaired' | 'revoked'; words: string }
  | { ok: false; code: 'unknown-version'; words: string; ours: number; theirs: number | null };

export interface LiveKiosk {
  install: InstallId;
  station: number;
  connected: boolean;
  /** As last heard, edge clock, ms. */
  at: number;
  status: KioskStatus | null;
  /** Its wall clock minus the edge's as last told, ms; null: not told yet. */
  clockAheadMs: number | null;
  /** Its token opens on its own machine alone; null: not told, as by kiosks before 0.3.0. */
  tokenBound: boolean | null;
}

export interface DeskParts {
  ledger: LedgerClient;
  keys: KeyStore;
  clock: Clock;
  log: DeskLog;
  /** Rounds planned, open and settling, with their keys. */
  rounds(): Promise<RoundsMessage>;
}

/** What the edge does for kiosks, whatever carries the messages. */
export class KioskDesk implements SessionDesk {
  readonly parts: DeskParts;
  readonly feed: CountedFeed;
  readonly #sessions = new Set<KioskSession>();
  readonly #live = new Map<InstallId, LiveKiosk>();
  /** Heard and not stored. */
  readonly #contacts = new Map<InstallId, { session: KioskSession; contact: Contact }>();
  readonly #unsubscribe: () => void;
  #contactsTimer: Cancel | null = null;
  #headsTimer: Cancel | null = null;
  #headsStored: Promise<void> | null = null;
  #stopped = false;

  constructor(parts: DeskParts) {
    this.parts = parts;
    this.feed = new CountedFeed({
      source: {
        entries: (round, told) => parts.ledger.report('counted.entries', { round, ...told }),
        all: (round) => parts.ledger.report('counted.all', { round }),
        epoch: async () => (await parts.ledger.report('ledger.identity', {})).epoch,
      },
      clock: parts.clock,
      fault: (error) => this.fault('counted feed', error),
    });
    this.#unsubscribe = parts.ledger.onCommit((notice) => {
      this.feed.note(notice);
      if (notice.roundsChanged) void this.pushRounds().catch((error: unknown) => this.fault('rounds', error));
    });
  }

  /** Looks at a handshake. The version is told to a paired kiosk only, so that a stranger learns nothing. */
  async admit(auth: unknown): Promise<Admission> {
    const parsed = handshakeSchema.safeParse(auth);
    const unpaired = {
      ok: false,
      code: 'unpaired',
      words: edgeAnswer('edge-answer.unpaired'),
    } as const;
    if (!parsed.success) return unpaired;
    const { tokenKey } = this.parts.keys.site();
    const kiosk = await this.parts.ledger.report('access.kiosk', {
      tokenHash: tokenHash(tokenKey, parsed.data.token),
    });
    if (kiosk === null) return unpaired;
    if (kiosk.revokedAt !== null)
      return { ok: false, code: 'revoked', words: edgeAnswer('edge-answer.revoked') };
    const { pairing, station } = kiosk;
    if (parsed.data.protocol === PROTOCOL_VERSION) return { ok: true, pairing, station };
    await this.parts.ledger.write('kiosk.version-refused', { pairing, station });
    const theirs = parsed.data.protocol;
    const ours = PROTOCOL_VERSION;
    const words =
      theirs === null
        ? edgeAnswer('edge-answer.no-version', { ours })
        : edgeAnswer('edge-answer.version', { ours, theirs });
    return { ok: false, code: 'unknown-version', words, ours, theirs };
  }

  open(admitted: { pairing: string; station: number }, peer: KioskPeer): KioskSession {
    const session = new KioskSession(this, admitted, peer);
    this.#sessions.add(session);
    return session;
  }

  /** Last known state of every kiosk heard since the start. */
  live(): ReadonlyMap<InstallId, LiveKiosk> {
    return this.#live;
  }

  /** Ends every connection of a pairing; call it when the pairing is revoked. */
  disconnect(pairing: string): void {
    for (const session of this.#sessions) if (session.admitted.pairing === pairing) session.peer.close();
  }

  /** Sends the rounds to everybody who has said hello. */
  async pushRounds(): Promise<void> {
    const message = await this.parts.rounds();
    await Promise.all(
      [...this.#sessions].filter((s) => s.install !== null).map((s) => s.takeRounds(message)),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.feed.stop();
    this.#contactsTimer?.();
    this.#headsTimer?.();
    // A database that takes nothing any more must not keep the edge from stopping.
    await this.#storeContacts().catch((error: unknown) => this.fault('contacts', error));
  }

  /** True when another connection of this install answers right now. */
  async secondConnection(session: KioskSession, install: InstallId): Promise<boolean> {
    const others = [...this.#sessions].filter((s) => s !== session && s.install === install);
    const answers = await Promise.all(others.map((s) => this.#answers(s)));
    others.forEach((s, i) => {
      if (answers[i] === false) s.peer.drop(); // a connection nobody holds any more: the kiosk came back
    });
    return answers.includes(true);
  }

  /**
   * Resolves once the ledger holds the head this heartbeat names: a kiosk whose word was taken must not be forgotten, neither
   * by a report that says `complete` nor by an edge that is killed.
   */
  async heard(session: KioskSession, install: InstallId, status: KioskStatus | null): Promise<void> {
    const at = this.parts.clock.wall();
    const before = this.#live.get(install);
    if (!before && this.#live.size >= STATUSES_MAX)
      this.#live.delete(this.#live.keys().next().value ?? install);
    const { station } = session.admitted;
    this.#live.set(install, {
      install,
      station,
      connected: true,
      at,
      status: (status && writable(status)) ?? before?.status ?? null,
      clockAheadMs: status === null ? (before?.clockAheadMs ?? null) : status.wallTime - at,
      tokenBound: before?.tokenBound ?? null,
    });
    if (status === null) return;
    const head = status.head.sequence;
    this.#contacts.set(install, { session, contact: { install, head, at } });
    this.#contactsTimer ??= this.parts.clock.timer(CONTACTS_EVERY_MS, () => {
      this.#contactsTimer = null;
      void this.#storeContacts().catch((error: unknown) => this.fault('contacts', error));
    });
    if (head > session.headHeld) await (this.#headsStored ??= this.#storeHeads());
  }

  toldBinding(install: InstallId, bound: boolean): void {
    const live = this.#live.get(install);
    if (live) this.#live.set(install, { ...live, tokenBound: bound });
  }

  left(session: KioskSession): void {
    this.#sessions.delete(session);
    if (session.install !== null) this.gone(session.install);
  }

  /** No session speaks for this install any more, unless another one does. */
  gone(install: InstallId): void {
    const live = this.#live.get(install);
    const stillHere = [...this.#sessions].some((s) => s.install === install);
    if (live && !stillHere) this.#live.set(install, { ...live, connected: false });
  }

  fault(what: string, error: unknown): void {
    if (this.#stopped) return;
    this.parts.log.error({ what, error: wordsOf(error) }, 'kiosk desk');
  }

  #answers(session: KioskSession): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.parts.clock.timer(SECOND_CONNECTION_PROBE_MS, () => resolve(false));
      void session.peer.alive().then((alive) => {
        cancel();
        resolve(alive);
      });
    });
  }

  async #storeHeads(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#headsTimer = this.parts.clock.timer(HEADS_EVERY_MS, resolve);
    });
    this.#headsStored = null;
    const isNews = [...this.#contacts.values()].some((c) => c.contact.head > c.session.headHeld);
    if (isNews) await this.#storeContacts();
  }

  async #storeContacts(): Promise<void> {
    if (this.#contacts.size === 0) return;
    const heard = [...this.#contacts.values()];
    await this.parts.ledger.write('kiosk.contacts', { contacts: heard.map((h) => h.contact) });
    for (const one of heard) {
      const { session, contact } = one;
      session.holds(contact.install, contact.head);
      if (this.#contacts.get(contact.install) === one) this.#contacts.delete(contact.install);
    }
  }
}

/** A kiosk's clock may claim a time no page can write. */
function writable(status: KioskStatus): KioskStatus {
  const { readerSince } = status;
  return { ...status, readerSince: readerSince === null ? null : writableTime(readerSince) };
}
