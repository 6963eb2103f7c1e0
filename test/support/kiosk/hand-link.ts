import { decodeBatch } from '#shared/event/batch.ts';
import { bytesToHex } from '#shared/bytes.ts';
import { EMPTY_HEAD, linkHash, portableSha256, type Head } from '#shared/event/chain.ts';
import { encodeCounted, encodeKeys } from '#shared/contract/counted-batch.ts';
import { parseBody, type EventBody, type EventBytes } from '#shared/event/event.ts';
import type {
  CountedEntry,
  CountedMessage,
  EventsHeader,
  EventsReply,
  Hello,
  HelloReply,
  KioskStatus,
  RoundsMessage,
  TubePatternsMessage,
} from '#shared/contract/wire.ts';
import type { InstallId, RoundId, CredentialKey } from '#shared/ids.ts';
import type {
  Answer,
  ConnectResult,
  Connection,
  Link,
  LinkListener,
  LinkTarget,
} from '../../../kiosk/station/uplink/link.ts';
import type { UsedTube } from '../../../kiosk/station/books/joined-tubes.ts';
import { testUuid } from './test-journal.ts';

interface HeldJournal {
  events: EventBytes[];
  hash: Uint8Array;
}

/** The edge's side of the socket contract in memory: it links, compares and acknowledges, and counts nothing. */
export class HandEdge {
  epoch = 'epoch-1';
  readonly journals = new Map<InstallId, HeldJournal>();
  readonly hellos: Hello[] = [];
  readonly statuses: KioskStatus[] = [];
  readonly countedAsked: { round: RoundId; number: number | null }[] = [];
  readonly batches: EventsHeader[] = [];
  readonly rosters = new Map<string, Uint8Array>();
  readonly used = new Map<string, UsedTube>();
  /** Masked names by the key of a staff number, and which were asked for. */
  readonly names = new Map<string, string>();
  readonly namesAsked: string[] = [];
  readonly bindings: boolean[] = [];
  rounds: RoundsMessage = { rounds: [], site: '示例机电' };
  tubePatterns: TubePatternsMessage = { patterns: [] };
  /** What the edge answers to a batch instead of storing it; taken once. */
  nextReply: EventsReply | null = null;
  /** Verdicts told with the next stored batch. */
  verdicts: (EventsReply & { outcome: 'stored' })['verdicts'] = [];
  welcome: 'yes' | 'second-connection' | 'revoked' = 'yes';
  time = 1_700_000_000_000;
  readonly wall: () => number;

  constructor(wall: () => number) {
    this.wall = wall;
  }

  journal(install: InstallId): HeldJournal {
    const held = this.journals.get(install) ?? { events: [], hash: EMPTY_HEAD.hash };
    this.journals.set(install, held);
    return held;
  }

  /** Every body held of an install, in order. */
  bodies(install: InstallId): EventBody[] {
    return this.journal(install).events.map(({ body }) => {
      const parsed = parseBody(body);
      if (!parsed.ok) throw new Error(`the edge holds an event that is none: ${parsed.code} at ${parsed.at}`);
      return parsed.body;
    });
  }

  /** Every body of every install. */
  allBodies(): EventBody[] {
    return [...this.journals.keys()].flatMap((install) => this.bodies(install));
  }

  hello(hello: Hello): HelloReply {
    this.hellos.push(hello);
    const held = this.journal(hello.install);
    const watermark = { sequence: held.events.length, hash: bytesToHex(held.hash) };
    if (this.welcome === 'revoked') return { outcome: 'refused', code: 'revoked', message: '已撤销' };
    if (this.welcome === 'second-connection')
      return { outcome: 'fork', reason: 'second-connection', watermark };
    if (watermark.sequence > hello.head.sequence)
      return { outcome: 'fork', reason: 'beyond-head', watermark };
    if (watermark.sequence === hello.head.sequence && watermark.hash !== hello.head.hash)
      return { outcome: 'fork', reason: 'other-hash', watermark };
    return {
      outcome: 'welcome',
      epoch: this.epoch,
      watermark,
      edgeTime: this.wall(),
      edgeHead: {
        install: testUuid('edge', 1),
        head: { sequence: 0, hash: bytesToHex(EMPTY_HEAD.hash) },
      },
      station: 1,
    };
  }

  events(header: EventsHeader, bytes: Uint8Array): EventsReply {
    this.batches.push(header);
    const instead = this.nextReply;
    this.nextReply = null;
    if (instead !== null) return instead;
    const parsed = decodeBatch(bytes, header.first);
    if (!parsed.ok) return { outcome: 'refused', code: 'invalid', message: parsed.code };
    const held = this.journal(header.install);
    if (header.first > held.events.length + 1)
      return { outcome: 'gap', watermark: held.events.length, epoch: this.epoch };
    const items: (EventsReply & { outcome: 'stored' })['items'] = [];
    for (const event of parsed.events) {
      const { sequence, body } = event;
      const known = held.events[sequence - 1];
      if (known !== undefined) {
        const outcome = bytesToHex(known.hash) === bytesToHex(event.hash) ? 'exists' : 'conflict';
        items.push({ from: sequence, to: sequence, outcome });
        continue;
      }
      const hash = linkHash(portableSha256, { previous: held.hash, install: header.install, sequence, body });
      if (bytesToHex(hash) !== bytesToHex(event.hash))
        return {
          outcome: 'broken',
          code: 'link',
          at: sequence,
          watermark: held.events.length,
          message: '链断',
        };
      held.events.push({ sequence, hash, body: body.slice(), sealed: event.sealed?.slice() ?? null });
      held.hash = hash;
      items.push({ from: sequence, to: sequence, outcome: 'created' });
    }
    const verdicts = this.verdicts;
    this.verdicts = [];
    return {
      outcome: 'stored',
      epoch: this.epoch,
      watermark: held.events.length,
      items,
      verdicts,
      edgeTime: this.wall(),
    };
  }

  hashes(ask: { install: InstallId; sequences: number[] }): (string | null)[] {
    const held = this.journal(ask.install);
    return ask.sequences.map((sequence) => {
      const event = held.events[sequence - 1];
      return event === undefined ? null : bytesToHex(event.hash);
    });
  }

  /** An edge restored from a backup: a new epoch, and of each journal only the first events. */
  restore(keep: (install: InstallId) => number): void {
    this.epoch = `${this.epoch}'`;
    for (const [install, held] of this.journals) {
      held.events.length = Math.min(held.events.length, keep(install));
      held.hash = held.events.at(-1)?.hash ?? EMPTY_HEAD.hash;
    }
  }

  head(install: InstallId): Head {
    const held = this.journal(install);
    return { sequence: held.events.length, hash: held.hash };
  }
}

type Waiting = { run: () => void };

/**
 * A link cranked by hand. By default every request is answered in the same turn; a test may hold requests or replies back, lose
 * them, send them twice, or cut the connection.
 */
export class HandLink implements Link {
  readonly edge: HandEdge;
  reachable = true;
  /** What the handshake says instead of connecting. */
  refusal: Extract<ConnectResult, { ok: false }> | null = null;
  readonly targets: LinkTarget[] = [];
  /** Decides the fate of each request: what happens to it and to its reply. */
  fate: (request: string) => 'pass' | 'lose-request' | 'lose-reply' | 'hold-reply' | 'send-twice' = () =>
    'pass';
  /** Batches of one connection that were under way at once: an uplink has one in flight. */
  batchesInFlightMax = 0;
  /** The install that said hello last over this link. */
  install: InstallId | null = null;
  readonly #held: Waiting[] = [];
  #listener: LinkListener | null = null;

  constructor(edge: HandEdge) {
    this.edge = edge;
  }

  get connected(): boolean {
    return this.#listener !== null;
  }

  connect(target: LinkTarget, listener: LinkListener): Promise<ConnectResult> {
    this.targets.push(target);
    if (this.refusal !== null) return Promise.resolve(this.refusal);
    if (!this.reachable)
      return Promise.resolve({ ok: false, code: 'unreachable', message: 'nobody there', theirs: null });
    this.#listener = listener;
    return Promise.resolve({ ok: true, connection: this.#connection(listener) });
  }

  /** The cable is pulled. */
  cut(reason = 'cut'): void {
    const listener = this.#listener;
    this.#listener = null;
    this.#held.length = 0;
    listener?.closed(reason);
  }

  /** Delivers the replies held back, in the order the test chooses. */
  release(order: (held: number) => number[] = (held) => Array.from({ length: held }, (_, i) => i)): void {
    const held = this.#held.splice(0);
    for (const i of order(held.length)) held[i]?.run();
  }

  /** The edge tells its rounds. */
  pushRounds(): void {
    this.#listener?.rounds(this.edge.rounds);
  }

  pushCounted(
    message: Omit<CountedMessage, 'entries' | 'removals' | 'tubes' | 'epoch'> & {
      entries: CountedEntry[];
      removals: string[];
    },
  ): void {
    const { tubes, entries } = encodeCounted(message.entries);
    this.#listener?.counted({
      ...message,
      epoch: this.edge.epoch,
      tubes,
      entries: Uint8Array.from(entries),
      removals: Uint8Array.from(encodeKeys(message.removals)),
    });
  }

  #connection(listener: LinkListener): Connection {
    const open = (): boolean => this.#listener === listener;
    let batchesInFlight = 0;
    const ask = <T>(request: string, answer: () => T): Promise<Answer<T>> => {
      if (!open()) return Promise.resolve({ ok: false, code: 'closed', message: 'closed' });
      const fate = this.fate(request);
      if (request === 'events')
        this.batchesInFlightMax = Math.max(this.batchesInFlightMax, ++batchesInFlight);
      const done = <R>(value: R): R => {
        if (request === 'events') batchesInFlight--;
        return value;
      };
      return new Promise((resolve) => {
        if (fate === 'lose-request') return;
        if (fate === 'send-twice') answer();
        const value = answer();
        if (fate === 'lose-reply') return;
        const tell = (): void => resolve(done({ ok: true, value }));
        if (fate === 'hold-reply') this.#held.push({ run: tell });
        else tell();
      });
    };
    return {
      hello: async (hello) => {
        this.install = hello.install;
        const reply = await ask('hello', () => this.edge.hello(hello));
        // As the real edge does: what is planned and counted follows the welcome.
        if (reply.ok && reply.value.outcome === 'welcome')
          queueMicrotask(() => {
            if (!open()) return;
            listener.rounds(this.edge.rounds);
            if (this.edge.tubePatterns.patterns.length > 0) listener.tubePatterns(this.edge.tubePatterns);
          });
        return reply;
      },
      events: (header, batch) => ask('events', () => this.edge.events(header, batch)),
      hashes: (wanted) => ask('hashes', () => this.edge.hashes(wanted)),
      status: (status) =>
        ask('status', () => {
          this.edge.statuses.push(status);
          return { edgeTime: this.edge.wall() };
        }),
      rosterName: (wanted) =>
        ask('roster-name', () => {
          this.edge.namesAsked.push(wanted.key);
          return this.edge.names.get(wanted.key) ?? null;
        }),
      tubeUsed: (wanted) => ask('tube-used', () => this.edge.used.get(wanted.code) ?? null),
      tokenBinding: ({ bound }) => void this.edge.bindings.push(bound),
      countedSince: (since) => void this.edge.countedAsked.push(since),
      rosterKeys: async (hash) => {
        const answer = await ask('roster-keys', () => this.edge.rosters.get(hash) ?? null);
        if (!answer.ok || answer.value !== null) return answer as Answer<Uint8Array>;
        return { ok: false, code: 'not-understood', message: 'HTTP 404' };
      },
      close: () => {
        if (open()) this.#listener = null;
      },
    };
  }
}

/** A roster snapshot and the hash it is fetched by. */
export function rosterSnapshot(keys: readonly CredentialKey[]): { hash: string; bytes: Uint8Array } {
  const bytes = encodeKeys(keys.toSorted());
  return { hash: bytesToHex(portableSha256(bytes)), bytes };
}
