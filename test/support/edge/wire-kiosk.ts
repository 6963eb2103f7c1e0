/**
 * A kiosk written from docs/protocol.md alone: no line of `kiosk/` is used. It proves that a stranger can write one, and
 * plays stations in end-to-end tests and in the bench. Its journal lies in memory: it must never be used for people.
 */
import { createHash, randomUUID } from 'node:crypto';
import https from 'node:https';
import http from 'node:http';
import tls from 'node:tls';
import type { Duplex } from 'node:stream';
import sodium from 'libsodium-wrappers';
import { io, type Socket } from 'socket.io-client';
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, batchItemBytes, encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex, hexToBytes } from '#shared/bytes.ts';
import { EMPTY_HEAD, linkHash, sealedHash, type Head, type Sha256 } from '#shared/event/chain.ts';
import { decodeCounted, decodeKeys } from '#shared/contract/counted-batch.ts';
import { credentialKey, type CredentialKind } from '#shared/event/credential.ts';
import { EVENT_VERSION } from '#shared/event/envelope.ts';
import { type Shown } from '#shared/event/ordinary-swipe.ts';
import { encodeBody, type EnvelopeField, type EventBody, type EventBytes } from '#shared/event/event.ts';
import { eventId, installIdSchema, type EventId, type InstallId, type RoundId } from '#shared/ids.ts';
import type { Stand } from '#shared/round.ts';
import { encodeSealedPerson, type SealedPerson } from '#shared/event/sealed.ts';
import {
  PROTOCOL_VERSION,
  countedMessageSchema,
  eventsReplySchema,
  helloReplySchema,
  redeemReplySchema,
  roundsMessageSchema,
  tubePatternsMessageSchema,
  statusReplySchema,
  tubeUsedReplySchema,
  type CountedEntry,
  type EventsReply,
  type Hello,
  type HelloReply,
  type KioskStatus,
  type Redeemed,
  type RoundsMessage,
  type TubePatternsMessage,
} from '#shared/contract/wire.ts';

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();
/** An edge on a busy machine answers within milliseconds; beyond this the test has failed. */
const REPLY_MS_MAX = 15_000;

/** Where the edge is: `http://127.0.0.1:8080`, or `https://host:port` with the SHA-256 of its public key. */
export interface EdgeAddress {
  origin: string;
  fingerprint: string | null;
}

/** An agent that trusts exactly one public key (SHA-256 of its SPKI) and looks at no name and no date. */
function pinnedAgent(fingerprint: string): https.Agent {
  class PinnedAgent extends https.Agent {
    override createConnection(
      options: https.RequestOptions,
      done?: (error: Error | null, stream: Duplex) => void,
    ): undefined {
      const socket = tls.connect({ ...(options as tls.ConnectionOptions), rejectUnauthorized: false });
      socket.once('error', (error) => done?.(error, socket));
      socket.once('secureConnect', () => {
        const certificate = socket.getPeerX509Certificate();
        const spki = certificate?.publicKey.export({ type: 'spki', format: 'der' });
        const seen = spki ? bytesToHex(sha256(spki)) : 'none';
        if (seen === fingerprint) done?.(null, socket);
        else socket.destroy(new Error(`the edge showed the public key ${seen}, paired with ${fingerprint}`));
      });
      return undefined;
    }
  }
  return new PinnedAgent({ keepAlive: false });
}

const agentFor = (edge: EdgeAddress): https.Agent | null =>
  edge.fingerprint === null ? null : pinnedAgent(edge.fingerprint);

/** `POST /api/v1/pairings/redeem`. Throws with status and body when the edge refuses. */
export async function redeem(
  edge: EdgeAddress,
  request: { secret: string; device: string; previous?: string },
): Promise<Redeemed> {
  const url = new URL('/api/v1/pairings/redeem', edge.origin);
  const agent = agentFor(edge);
  const body = JSON.stringify(request);
  const { status, text } = await new Promise<{ status: number; text: string }>((resolve, reject) => {
    const call = (url.protocol === 'https:' ? https : http).request(
      url,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        ...(agent && { agent }),
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
  if (status >= 300) throw new Error(`redeem ${status}: ${text}`);
  return redeemReplySchema.parse(JSON.parse(text));
}

export interface WireKioskOptions {
  edge: EdgeAddress;
  redeemed: Redeemed;
  device: string;
  stand: Stand;
  /** ms since 1970 UTC as this kiosk believes; give a shifted clock to play a wrong one. */
  wall: () => number;
  /** Of a child begun at a fork: the last event both have. */
  parent?: { install: InstallId; sequence: number; hash: string };
}

/** A person as the reader or the keyboard gave them; `number` in canonical form. */
export interface Given {
  kind: CredentialKind;
  number: string;
  name: string | null;
}

type Type = EventBody['type'];
type Fields<T extends Type> = Omit<Extract<EventBody, { type: T }>, keyof Envelope | 'type'>;
type Envelope = Pick<EventBody, EnvelopeField>;

type ToldRound = RoundsMessage['rounds'][number];

/** Section 5 of the page: `rounds` as the edge told them, the newest first. */
export function roundToRecordFor(given: {
  rounds: readonly ToldRound[];
  station: number;
  /** Ids of the rounds this kiosk took part in, and of those it has ended. */
  tookPart: ReadonlySet<RoundId>;
  ended: ReadonlySet<RoundId>;
}): ToldRound | null {
  const begins = ({ info }: ToldRound): number => Math.min(...info.definition.sessions.map((s) => s.from));
  // sorting keeps the edge's order among rounds that begin alike
  const newestFirst = given.rounds
    .filter(({ info }) => info.definition.stations.some((s) => s.station === given.station))
    .toSorted((a, b) => begins(b) - begins(a));
  const late = (id: RoundId): boolean => given.tookPart.has(id) && !given.ended.has(id);
  return (
    newestFirst.find(({ info }) => info.state === 'open') ??
    newestFirst.find(({ info }) => info.state === 'settling' && late(info.round)) ??
    newestFirst.find(({ info }) => info.state === 'draft') ??
    null
  );
}

/** Events that make a kiosk take part in a round, and those of them that take an ended one up again. */
const TAKES_PART: ReadonlySet<Type> = new Set(['swipe', 'unreadable', 'tube-opened', 'tube-joined']);
const TAKES_UP: ReadonlySet<Type> = new Set(['swipe', 'unreadable']);

export class WireKiosk {
  readonly install: InstallId;
  readonly bootId = randomUUID();
  readonly journal: EventBytes[];
  /** Counted persons as the edge told them, by credential key. */
  readonly counted = new Map<string, CountedEntry>();
  head: Head = EMPTY_HEAD;
  watermark = 0;
  tube: EventId | null = null;
  tubeCode: string | null = null;
  tubeCount = 0;
  stationCount = 0;
  clockOffset: number | null = null;
  rounds: RoundsMessage | null = null;
  tubePatterns: TubePatternsMessage['patterns'] = [];
  hello: HelloReply | null = null;
  /** What it remembers of the edge's journal, to be told at the next hello. */
  edgeHead: Hello['edgeHead'] = null;
  readonly #tookPart = new Set<RoundId>();
  readonly #ended = new Set<RoundId>();
  readonly socket: Socket;
  readonly #options: WireKioskOptions;
  readonly #startedAt: number;

  /** Makes the journal and its first event, and connects; call `ready` before the first swipe that should count. */
  static async open(options: WireKioskOptions): Promise<WireKiosk> {
    await sodium.ready;
    return new WireKiosk(options, null);
  }

  /** The same disk started with another pairing: install and journal go on. The connection of this one stays. */
  pairedAnew(edge: EdgeAddress, redeemed: Redeemed): WireKiosk {
    return new WireKiosk({ ...this.#options, edge, redeemed }, this);
  }

  private constructor(options: WireKioskOptions, before: WireKiosk | null) {
    this.#options = options;
    this.#startedAt = options.wall();
    this.install = before?.install ?? installIdSchema.parse(randomUUID());
    this.journal = [...(before?.journal ?? [])];
    this.head = before?.head ?? EMPTY_HEAD;
    if (before === null) this.append('installed', { device: options.device, parent: options.parent ?? null });
    const agent = agentFor(options.edge);
    this.socket = io(`${options.edge.origin}/kiosk`, {
      transports: ['websocket'],
      auth: { token: options.redeemed.token, protocol: PROTOCOL_VERSION },
      reconnection: false,
      retries: 0,
      forceNew: true,
      ...(agent && { agent: agent as unknown as string }),
    });
    this.socket.on('rounds', (message: unknown) => (this.rounds = roundsMessageSchema.parse(message)));
    this.socket.on(
      'tube-patterns',
      (message: unknown) => (this.tubePatterns = tubePatternsMessageSchema.parse(message).patterns),
    );
    this.socket.on('counted', (message: unknown) => this.#takeCounted(message));
  }

  get station(): number {
    return this.#options.redeemed.station;
  }

  /** The round this kiosk records for. */
  get round(): ToldRound | null {
    return roundToRecordFor({
      rounds: this.rounds?.rounds ?? [],
      station: this.station,
      tookPart: this.#tookPart,
      ended: this.#ended,
    });
  }

  /** Connects and says hello. Resolves with the edge's answer; rejects when the handshake is refused. */
  async connect(): Promise<HelloReply> {
    if (!this.socket.connected) {
      if (!this.socket.active) this.socket.connect();
      await new Promise<void>((resolve, reject) => {
        const manager = this.socket.io;
        // An edge killed between the line's handshake and ours ends the line, and the socket tells neither of its events.
        // A refusal ends the line too, in the same turn and just before it is told: it has the first word.
        const closed = (): void =>
          void setImmediate(() => reject(new Error('the line ended before the edge had let us in')));
        manager.once('close', closed);
        this.socket.once('connect', () => {
          manager.off('close', closed);
          resolve();
        });
        this.socket.once('connect_error', (error) => {
          manager.off('close', closed);
          reject(error);
        });
      });
    }
    const wallTime = this.#options.wall();
    const reply = helloReplySchema.parse(
      await this.ask('hello', {
        install: this.install,
        head: { sequence: this.head.sequence, hash: bytesToHex(this.head.hash) },
        wallTime,
        edgeHead: this.edgeHead,
        counted: null,
      }),
    );
    this.hello = reply;
    if (reply.outcome === 'welcome') {
      this.watermark = reply.watermark.sequence;
      this.clockOffset = reply.edgeTime - wallTime;
    }
    return reply;
  }

  /** Connects, and waits until the edge has told the rounds and one of them is `open`. */
  async ready(): Promise<this> {
    const reply = await this.connect();
    if (reply.outcome !== 'welcome') throw new Error(`hello: ${JSON.stringify(reply)}`);
    await this.until(() => this.round?.info.state === 'open', 'an open round');
    return this;
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    const end = Date.now() + REPLY_MS_MAX;
    while (!holds()) {
      if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** One request with its acknowledgement, unparsed. */
  ask(event: string, ...given: unknown[]): Promise<unknown> {
    return this.socket.timeout(REPLY_MS_MAX).emitWithAck(event, ...given) as Promise<unknown>;
  }

  /** Makes the event once as bytes, links it and appends it. Returns its id. */
  append<T extends Type>(type: T, fields: Fields<T>, sealed: Uint8Array | null = null): EventId {
    const round = this.round;
    const envelope: Envelope = {
      version: EVENT_VERSION,
      round: round?.info.round ?? null,
      station: this.station,
      stand: round === null ? null : this.#options.stand,
      phase: round === null ? 'unfiled' : round.info.state === 'draft' ? 'test' : 'open',
      tube: this.tube,
      wallTime: this.#options.wall(),
      monotonicTime: this.#options.wall() - this.#startedAt,
      bootId: this.bootId,
      clockOffset: this.clockOffset,
      by: null,
      origin: null,
    };
    const body = encodeBody({ type, ...envelope, ...fields } as unknown as EventBody);
    const sequence = this.head.sequence + 1;
    const hash = linkHash(sha256, { previous: this.head.hash, install: this.install, sequence, body });
    this.journal.push({ sequence, hash, body, sealed });
    this.head = { sequence, hash };
    if (envelope.round !== null && envelope.phase === 'open') this.#remember(envelope.round, type);
    return eventId(this.install, sequence);
  }

  #remember(round: RoundId, type: Type): void {
    if (TAKES_PART.has(type)) this.#tookPart.add(round);
    if (TAKES_UP.has(type)) this.#ended.delete(round);
    if (type === 'round-ended') this.#ended.add(round);
  }

  /** One swipe, with its key and its sealed box; `shown` as a kiosk with a roster would have said it. */
  swipe(given: Given, shown: Shown = 'counted'): EventId {
    const round = this.round;
    const person: SealedPerson = {
      kind: given.kind,
      number: given.number,
      name: given.name,
      phone: null,
      note: null,
    };
    const publicKey = hexToBytes(round?.info.publicKey ?? this.#options.redeemed.intakeKey);
    const sealed = sodium.crypto_box_seal(encodeSealedPerson(person), publicKey);
    const key =
      round === null
        ? null
        : credentialKey(hexToBytes(round.key), { kind: given.kind, canonical: given.number });
    const takesPlace = shown === 'counted' || shown === 'walk-in' || shown === 'unchecked';
    if (takesPlace) {
      this.stationCount++;
      if (this.tube !== null) this.tubeCount++;
    }
    const ordinal = !takesPlace ? null : this.tube === null ? this.stationCount : this.tubeCount;
    return this.append(
      'swipe',
      {
        credential: { kind: given.kind, key },
        sealed: sealedHash(sha256, sealed),
        entry: 'card',
        shown,
        ordinal,
      },
      sealed,
    );
  }

  openTube(code: string | null): EventId {
    const capacity = this.round?.info.definition.capacity ?? 10;
    this.tube = null;
    this.tubeCount = 0;
    this.tubeCode = code;
    this.tube = this.append('tube-opened', { code, batch: null, capacity, collects: [] });
    return this.tube;
  }

  /** Seals the open tube; `swabbed` null where nobody asked the sampler. */
  sealTube(swabbed: number | null): void {
    if (this.tube === null) throw new Error('no tube is open');
    const opened = this.tube;
    const offered = this.tubeCount;
    this.append('tube-sealed', { opened, offered, swabbed });
    this.tube = null;
    this.tubeCount = 0;
  }

  /** Sends what the edge does not hold yet, batch by batch, one in flight. Stops at the first answer that is not `stored`. */
  async send(): Promise<EventsReply | null> {
    let reply: EventsReply | null = null;
    while (this.watermark < this.head.sequence) {
      reply = await this.sendBatch(this.watermark + 1);
      if (reply.outcome !== 'stored') return reply;
      this.watermark = reply.watermark;
    }
    return reply;
  }

  async sendBatch(first: number): Promise<EventsReply> {
    const batch: EventBytes[] = [];
    let bytes = 0;
    for (const event of this.journal.slice(first - 1, first - 1 + BATCH_EVENTS_MAX)) {
      bytes += batchItemBytes(event);
      if (bytes > BATCH_BYTES_MAX) break;
      batch.push(event);
    }
    const header = {
      install: this.install,
      first,
      head: { sequence: this.head.sequence, hash: bytesToHex(this.head.hash) },
      wallTime: this.#options.wall(),
    };
    return eventsReplySchema.parse(await this.ask('events', header, encodeBatch(batch)));
  }

  async status(shown: Partial<KioskStatus> = {}): Promise<void> {
    const wallTime = this.#options.wall();
    const status: KioskStatus = {
      head: { sequence: this.head.sequence, hash: bytesToHex(this.head.hash) },
      pending: this.head.sequence - this.watermark,
      reader: 'ready',
      readerSince: this.#startedAt,
      openTube: this.tube === null ? null : { code: this.tubeCode, count: this.tubeCount },
      round: this.round?.info.round ?? null,
      version: 'wire-kiosk',
      wallTime,
      ...shown,
    };
    const reply = statusReplySchema.parse(await this.ask('status', status));
    this.clockOffset = reply.edgeTime - wallTime;
  }

  /** Has this code been opened in the round? */
  async tubeUsed(code: string): Promise<unknown> {
    return tubeUsedReplySchema.parse(await this.ask('tube-used', { round: this.round?.info.round, code }))
      .used;
  }

  close(): void {
    this.socket.disconnect();
  }

  #takeCounted(message: unknown): void {
    const batch = countedMessageSchema.parse(message);
    if (batch.full) this.counted.clear();
    for (const key of decodeKeys(batch.removals) ?? []) this.counted.delete(key);
    for (const entry of decodeCounted(batch) ?? []) this.counted.set(entry.key, entry);
  }
}
