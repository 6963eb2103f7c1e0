import {
  PROTOCOL_VERSION,
  countedMessageSchema,
  eventsReplySchema,
  hashesReplySchema,
  helloReplySchema,
  roundsMessageSchema,
  statusReplySchema,
  tubePatternsMessageSchema,
  rosterNameReplySchema,
  tubeUsedReplySchema,
  type CountedMessage,
  type EventsHeader,
  type RoundsMessage,
  type TubePatternsMessage,
} from '#shared/contract/wire.ts';
import { eventIdSchema } from '#shared/ids.ts';
import type { z } from 'zod';
import type { SeededRandom } from '../../support/seeded-random.ts';
import type { KioskPeer, KioskSession } from '../../../edge-service/kiosks/kiosk-session.ts';
import type {
  Answer,
  ConnectResult,
  Connection,
  Link,
  LinkListener,
  LinkTarget,
} from '../../../kiosk/station/uplink/link.ts';
import type { EdgeMachine } from './edge-machine.ts';
import type { Misfortune } from './faults.ts';
import type { Life, Timeline } from './timeline.ts';
import { Refusal } from '../../../edge-service/ledger/refusal.ts';

/** A LAN. */
const MESSAGE_MS_MAX = 8;
/** A message held up: a switch that was unplugged, a laptop that slept. Longer than the kiosk waits for an answer. */
export const LATE_MS_MAX = 25_000;
/** How long one side may go on without knowing that the other is gone: socket.io's ping interval and timeout, doubled. */
const UNNOTICED_MS_MAX = 45_000;
/** Batches remembered for a replay. */
const OLD_BATCHES_MAX = 20;

export interface NetworkParts {
  timeline: Timeline;
  random: SeededRandom;
  misfortune: Misfortune;
  edge: EdgeMachine;
  /** A kiosk's words reached the edge: it has been told of this head, in this life of a machine. */
  told: (install: string, head: number, kiosk: Life) => void;
  /** A heartbeat was answered: the edge knows this head. */
  toldHead: (install: string, head: number) => void;
  /** The edge has seen two histories or two machines under this install. */
  split: (install: string) => void;
  /** An answer or message the kiosk's border refuses. */
  refused: (what: string) => void;
}

interface OldBatch {
  install: string;
  header: EventsHeader;
  bytes: Uint8Array;
}

/** The network between kiosks and edge: each message a step of the timeline, each with its chance of going wrong. */
export class SiteNetwork {
  readonly #parts: NetworkParts;
  readonly #oldBatches: OldBatch[] = [];
  readonly #wires = new Set<Wire>();
  /** While true no batch arrives: all the edge hears are heartbeats. */
  losesBatches = false;

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** The link of one life of a kiosk. */
  linkOf(kiosk: Life): Link {
    return { connect: (target, listener) => this.#connect(kiosk, target, listener) };
  }

  /** A machine is gone: the others may notice at once or long after. */
  machineGone(life: Life): void {
    const { random } = this.#parts;
    for (const wire of this.#wires) {
      if (wire.kiosk !== life && wire.edge !== life) continue;
      wire.break(random.below(2) === 0 ? random.below(50) : random.below(UNNOTICED_MS_MAX));
      if (!wire.open) this.#wires.delete(wire);
    }
  }

  /** The edge's cable is pulled. */
  cutAll(): void {
    for (const wire of this.#wires) wire.break(this.#parts.random.below(UNNOTICED_MS_MAX));
  }

  remember(batch: OldBatch): void {
    this.#oldBatches.push(batch);
    if (this.#oldBatches.length > OLD_BATCHES_MAX) this.#oldBatches.shift();
  }

  oldBatchOf(install: string): OldBatch | null {
    const own = this.#oldBatches.filter((batch) => batch.install === install);
    return own.length === 0 ? null : this.#parts.random.pick(own);
  }

  #connect(kiosk: Life, target: LinkTarget, listener: LinkListener): Promise<ConnectResult> {
    const { timeline, random, edge } = this.#parts;
    return new Promise((resolve) => {
      const back = (result: ConnectResult): void => {
        timeline.after(random.below(MESSAGE_MS_MAX), {
          life: kiosk,
          what: 'connected',
          run: () => resolve(result),
        });
      };
      const run = (): void => {
        if (!edge.running || !edge.reachable) {
          // An address nobody answers at, or one that refuses.
          if (random.below(2) === 0)
            back({ ok: false, code: 'unreachable', message: 'nobody answers', theirs: null });
          return;
        }
        const { life, desk } = edge;
        desk.admit({ token: target.token, protocol: PROTOCOL_VERSION }).then(
          (admission) => {
            if (!life.alive || !kiosk.alive) return;
            if (!admission.ok)
              return back({ ok: false, code: 'unpaired', message: admission.code, theirs: null });
            const wire = new Wire({ ...this.#parts, network: this, kiosk, edgeLife: life, listener });
            this.#wires.add(wire);
            wire.session = desk.open(admission, wire.peer);
            back({ ok: true, connection: wire.connection });
          },
          () => {}, // the edge died while it looked at the handshake: nobody answers
        );
      };
      timeline.after(random.below(MESSAGE_MS_MAX), { life: kiosk, what: 'connect', run });
    });
  }
}

/** One connection: two ends that may know different things about it. */
class Wire {
  readonly kiosk: Life;
  readonly edge: Life;
  session: KioskSession | null = null;
  readonly #parts: NetworkParts & { network: SiteNetwork; listener: LinkListener };
  #kioskEnd = true;
  #edgeEnd = true;
  #upAt = 0;
  #downAt = 0;

  constructor(
    parts: NetworkParts & { network: SiteNetwork; kiosk: Life; edgeLife: Life; listener: LinkListener },
  ) {
    this.#parts = parts;
    this.kiosk = parts.kiosk;
    this.edge = parts.edgeLife;
  }

  get open(): boolean {
    return this.#kioskEnd || this.#edgeEnd;
  }

  /** Cuts the cable: each side learns of it in its own time. */
  break(withinMs: number): void {
    const { timeline, random } = this.#parts;
    const soon = random.below(50);
    const [kioskMs, edgeMs] = random.below(2) === 0 ? [soon, withinMs] : [withinMs, soon];
    timeline.after(kioskMs, {
      life: this.kiosk,
      what: 'kiosk sees the cut',
      run: () => this.#endAtKiosk('transport close'),
    });
    timeline.after(edgeMs, { life: this.edge, what: 'edge sees the cut', run: () => this.#endAtEdge() });
    this.#upAt = this.#downAt = Number.POSITIVE_INFINITY;
  }

  readonly peer: KioskPeer = {
    push: (
      event: 'rounds' | 'tube-patterns' | 'counted',
      message: RoundsMessage | TubePatternsMessage | CountedMessage,
    ): void => {
      if (!this.#edgeEnd) return;
      const sent = structuredClone(message);
      this.#down(`push ${event}`, () => {
        if (event === 'rounds') {
          const parsed = this.#parsed(roundsMessageSchema, sent, event);
          if (parsed !== null) this.#parts.listener.rounds(parsed);
        } else if (event === 'tube-patterns') {
          const parsed = this.#parsed(tubePatternsMessageSchema, sent, event);
          if (parsed !== null) this.#parts.listener.tubePatterns(parsed);
        } else {
          const parsed = this.#parsed(countedMessageSchema, sent, event);
          if (parsed !== null) this.#parts.listener.counted(parsed);
        }
      });
    },
    alive: () =>
      new Promise((resolve) => {
        if (!this.#edgeEnd) return resolve(false);
        this.#down('ping', () => this.#up('pong', () => resolve(true)));
      }),
    drop: () => this.#endAtEdge(),
    close: () => {
      this.#endAtEdge();
      const run = (): void => this.#endAtKiosk('io server disconnect');
      this.#parts.timeline.after(this.#delay(), { life: this.kiosk, what: 'closed by the edge', run });
    },
  };

  readonly connection: Connection = {
    hello: (hello) => {
      const run = async (session: KioskSession, raw: unknown): Promise<unknown> => {
        const reply = await session.hello(raw);
        // A head that was answered with "fork" belongs to a history the edge does not hold; its kiosk begins a new install.
        if (reply.outcome === 'welcome') this.#parts.told(hello.install, hello.head.sequence, this.kiosk);
        if (reply.outcome === 'fork') this.#parts.split(hello.install);
        return reply;
      };
      return this.#ask({
        what: 'hello',
        schema: helloReplySchema,
        args: hello,
        run,
        after: (session, reply, raw) =>
          reply !== null && typeof reply === 'object' && 'outcome' in reply && reply.outcome === 'welcome'
            ? session.afterWelcome(raw)
            : Promise.resolve(),
      });
    },
    events: (header, batch) => {
      this.#parts.network.remember({ install: header.install, header, bytes: Uint8Array.from(batch) });
      const run = async (session: KioskSession, raw: unknown): Promise<unknown> => {
        const { header: given, bytes } = raw as { header: unknown; bytes: unknown };
        const reply = await session.events(given, bytes);
        if (reply.outcome === 'stored' || reply.outcome === 'gap')
          this.#parts.told(header.install, header.head.sequence, this.kiosk);
        const conflicts =
          reply.outcome === 'stored' && reply.items.some((item) => item.outcome === 'conflict');
        if (conflicts || reply.outcome === 'broken') this.#parts.split(header.install);
        return reply;
      };
      const asked = this.#ask({
        what: 'events',
        schema: eventsReplySchema,
        args: { header, bytes: batch },
        run,
        after: null,
      });
      this.#replay();
      return asked;
    },
    hashes: async (wanted) => {
      const run = (session: KioskSession, raw: unknown): Promise<unknown> => session.hashes(raw);
      const answer = await this.#ask({
        what: 'hashes',
        schema: hashesReplySchema,
        args: wanted,
        run,
        after: null,
      });
      return answer.ok ? { ok: true, value: answer.value.hashes } : answer;
    },
    status: (status) => {
      const run = async (session: KioskSession, raw: unknown): Promise<unknown> => {
        const { install } = session;
        const reply = await session.status(raw);
        if (install !== null && 'edgeTime' in reply) this.#parts.toldHead(install, status.head.sequence);
        return reply;
      };
      return this.#ask({ what: 'status', schema: statusReplySchema, args: status, run, after: null });
    },
    rosterName: async (wanted) => {
      const run = (session: KioskSession, raw: unknown): Promise<unknown> => session.rosterName(raw);
      const answer = await this.#ask({
        what: 'roster-name',
        schema: rosterNameReplySchema,
        args: wanted,
        run,
        after: null,
      });
      return answer.ok ? { ok: true, value: answer.value.name } : answer;
    },
    tubeUsed: async (wanted) => {
      const run = (session: KioskSession, raw: unknown): Promise<unknown> => session.tubeUsed(raw);
      const answer = await this.#ask({
        what: 'tube-used',
        schema: tubeUsedReplySchema,
        args: wanted,
        run,
        after: null,
      });
      if (!answer.ok) return answer;
      const { used } = answer.value;
      if (used === null) return { ok: true, value: null };
      const { opened, station, time, sealed, count } = used;
      return {
        ok: true,
        value: { opened: eventIdSchema.parse(opened), station, time, sealed, people: count },
      };
    },
    tokenBinding: () => {}, // no simulated machine has a keyring, and nothing is counted by it
    countedSince: (since) => {
      if (!this.#kioskEnd) return;
      this.#up('counted-since', () => void this.session?.countedSince(structuredClone(since)));
    },
    rosterKeys: (hash) =>
      new Promise((resolve) => {
        if (!this.#kioskEnd) return resolve(CLOSED);
        this.#up('GET roster-keys', () => {
          if (this.session === null) return resolve(CLOSED);
          const { station } = this.session.admitted;
          void this.#parts.edge.client
            .report('kiosk.roster-keys', { hash, station })
            .then((bytes) =>
              this.#down('roster-keys', () =>
                resolve(
                  bytes === null
                    ? { ok: false, code: 'not-understood', message: 'roster keys: HTTP 404' }
                    : { ok: true, value: bytes },
                ),
              ),
            );
        });
      }),
    close: () => {
      if (!this.#kioskEnd) return;
      this.#kioskEnd = false;
      this.#closeRequests();
      this.#parts.timeline.after(this.#delay(), {
        life: this.edge,
        what: 'closed by the kiosk',
        run: () => this.#endAtEdge(),
      });
    },
  };

  /** A request and its answer, with everything that can happen to either. */
  #ask<T>(ask: {
    what: string;
    schema: z.ZodType<T>;
    args: unknown;
    run: (session: KioskSession, raw: unknown) => Promise<unknown>;
    after: ((session: KioskSession, reply: unknown, raw: unknown) => Promise<void>) | null;
  }): Promise<Answer<T>> {
    const { misfortune, random } = this.#parts;
    if (!this.#kioskEnd) return Promise.resolve(CLOSED);
    const raw = structuredClone(ask.args);
    if (misfortune.strikes('connection-cut')) {
      misfortune.happened('connection-cut');
      const run = (): void => this.break(random.below(UNNOTICED_MS_MAX));
      this.#parts.timeline.after(random.below(3 * MESSAGE_MS_MAX), { life: this.kiosk, what: 'cut', run });
    }
    return new Promise((resolve) => {
      this.#pending.add(resolve as (answer: Answer<unknown>) => void);
      const answer = (reply: unknown): void => {
        if (misfortune.strikes('answer-lost')) return misfortune.happened('answer-lost');
        const sent = reply === FAULT ? FAULT : structuredClone(reply);
        this.#down(`answer ${ask.what}`, () => {
          this.#pending.delete(resolve as (answer: Answer<unknown>) => void);
          const parsed = sent === FAULT ? null : this.#parsed(ask.schema, sent, ask.what);
          resolve(
            parsed === null
              ? { ok: false, code: 'not-understood', message: ask.what }
              : { ok: true, value: parsed },
          );
        });
      };
      const arrive = (isSecond: boolean): void => {
        const { session } = this;
        if (session === null) return;
        ask
          .run(session, raw)
          .then(async (reply) => {
            if (!this.edge.alive) return;
            if (!isSecond) answer(reply);
            await ask.after?.(session, reply, raw);
          })
          .catch((error: unknown) => {
            if (!this.edge.alive) return;
            // As the gateway does: whoever asked hears that the edge failed, in words no reply schema knows.
            if (error instanceof Refusal) answer(FAULT);
            else this.#parts.refused(`${ask.what}: ${String(error)}`);
          });
      };
      if (ask.what === 'events' && this.#parts.network.losesBatches) return;
      if (misfortune.strikes('request-lost')) return misfortune.happened('request-lost');
      this.#up(ask.what, () => arrive(false));
      if (misfortune.strikes('request-twice')) {
        misfortune.happened('request-twice');
        this.#up(`${ask.what} again`, () => arrive(true));
      }
    });
  }

  /** A batch of an hour ago comes once more. */
  #replay(): void {
    const { misfortune, network } = this.#parts;
    if (!misfortune.strikes('old-batch-replayed')) return;
    const install = this.session?.install ?? null;
    const old = install === null ? null : network.oldBatchOf(install);
    if (old === null) return;
    misfortune.happened('old-batch-replayed');
    this.#up('old batch', () => {
      void this.session?.events(structuredClone(old.header), Uint8Array.from(old.bytes));
    });
  }

  readonly #pending = new Set<(answer: Answer<unknown>) => void>();

  #up(what: string, run: () => void): void {
    const { timeline } = this.#parts;
    this.#upAt = Math.max(this.#upAt, timeline.nowMs + this.#delay());
    if (this.#upAt === Number.POSITIVE_INFINITY) return;
    const arrive = (): void => {
      if (this.#edgeEnd) run();
    };
    timeline.after(this.#upAt - timeline.nowMs, { life: this.edge, what, run: arrive });
  }

  #down(what: string, run: () => void): void {
    const { timeline } = this.#parts;
    this.#downAt = Math.max(this.#downAt, timeline.nowMs + this.#delay());
    if (this.#downAt === Number.POSITIVE_INFINITY) return;
    const arrive = (): void => {
      if (this.#kioskEnd) run();
    };
    timeline.after(this.#downAt - timeline.nowMs, { life: this.kiosk, what, run: arrive });
  }

  #delay(): number {
    const { random, misfortune } = this.#parts;
    if (!misfortune.strikes('message-late')) return random.below(MESSAGE_MS_MAX);
    misfortune.happened('message-late');
    return random.below(10) === 0 ? random.below(LATE_MS_MAX) : random.below(2000);
  }

  #endAtKiosk(reason: string): void {
    if (!this.#kioskEnd) return;
    this.#kioskEnd = false;
    this.#closeRequests();
    this.#parts.listener.closed(reason);
  }

  #closeRequests(): void {
    for (const resolve of this.#pending) resolve(CLOSED);
    this.#pending.clear();
  }

  #endAtEdge(): void {
    if (!this.#edgeEnd) return;
    this.#edgeEnd = false;
    this.session?.close();
  }

  #parsed<T>(schema: z.ZodType<T>, message: unknown, what: string): T | null {
    const parsed = schema.safeParse(message);
    if (parsed.success) return parsed.data;
    this.#parts.refused(
      `${what}: ${parsed.error.issues[0]?.path.join('.') ?? ''} ${JSON.stringify(message).slice(0, 200)}`,
    );
    return null;
  }
}

/** What the gateway answers when a request failed at the edge. */
const FAULT = Symbol('the edge failed');
const CLOSED = { ok: false, code: 'closed', message: 'not connected' } as const;
