import type { InstallId } from '#shared/ids.ts';
import { message, type Message } from '#shared/language/message.ts';
import { decodeBatch } from '#shared/event/batch.ts';
import { sameBytes } from '#shared/bytes.ts';
import { parseBody, type EventBody, type EventBytes } from '#shared/event/event.ts';
import { correctedTime } from '#shared/event/journal-time.ts';
import type { EventsHeader, EventsReply, Outcome } from '#shared/contract/wire.ts';
import type { Changes } from '../projection/commit-changes.ts';
import { Linker, sha256Hex } from '../keys/digest.ts';
import { isEdgeOnly } from '#shared/event/event-table.ts';
import { edgeAnswer } from './edge-answer.ts';
import type { EventRows, StoredEvent } from './event-rows.ts';
import type { Installs, InstallState } from './installs.ts';
import type { LinkedBatch } from './linked-batch.ts';
import { impossibleHead, isPossibleHead } from './possible-head.ts';
import type { Projection } from '../projection/projection.ts';
import type { Retiming } from './retiming.ts';
import { ROWS_AT_ONCE } from '../store/row-insert.ts';
import type { PlacedOf } from '../projection/placed-event.ts';

/** `type` of a row in quarantine: the body's own could not be read. */
const UNREAD_TYPE = 'unread';
/** Journals whose linker is kept: several times the largest site's kiosks; beyond it they are made again. */
const LINKERS_MAX = 4096;

type Stored = Extract<EventsReply, { outcome: 'stored' }>;

/** Takes batches of kiosks into the ledger, inside the writer's transaction. */
export class Ingest {
  readonly #installs: Installs;
  readonly #events: EventRows;
  readonly #projection: Projection;
  readonly #retiming: Retiming;
  readonly #wall: () => number;
  readonly #epoch: () => string;
  readonly #linkers = new Map<string, Linker>();

  constructor(parts: {
    installs: Installs;
    events: EventRows;
    projection: Projection;
    retiming: Retiming;
    wall: () => number;
    epoch: () => string;
  }) {
    this.#installs = parts.installs;
    this.#events = parts.events;
    this.#projection = parts.projection;
    this.#retiming = parts.retiming;
    this.#wall = parts.wall;
    this.#epoch = parts.epoch;
  }

  /** Stores what is new and gap-free; says per item what became of it. Throws only on trouble of the database. */
  append({ header, bytes, links }: LinkedBatch, changes: Changes): EventsReply {
    const state = this.#installs.getOrNew(header.install, 'kiosk');
    if (state.kind === 'edge') return refused(message('edge-answer.own-journal'));
    const { sequence: head } = header.head;
    if (!isPossibleHead(head, state.watermark)) return refused(impossibleHead('events.head', head));
    const batch = decodeBatch(bytes, header.first);
    if (!batch.ok)
      return refused(message('edge-answer.batch-unreadable', { code: batch.code, n: batch.at + 1 }));
    if (header.first > state.watermark + 1) {
      this.#heard(state, header, changes);
      return { outcome: 'gap', watermark: state.watermark, epoch: this.#epoch() };
    }
    return this.#take({ state, header, events: batch.events, links }, changes);
  }

  #take(
    given: {
      state: Readonly<InstallState>;
      header: EventsHeader;
      events: readonly EventBytes[];
      links: Uint8Array;
    },
    changes: Changes,
  ): EventsReply {
    const { header, events, links } = given;
    const now = this.#wall();
    const state: InstallState = { ...given.state, last_contact: now };
    const reply: Stored = {
      outcome: 'stored',
      epoch: this.#epoch(),
      watermark: 0,
      items: [],
      verdicts: [],
      edgeTime: now,
    };
    const swipes = new SwipeRun(this.#events, this.#projection);
    let broken: { code: string; at: number } | null = null;
    for (const [i, event] of events.entries()) {
      if (event.sequence <= state.watermark) {
        const held = this.#events.hashAt(state.install, event.sequence);
        const same = held !== null && sameBytes(held, event.hash);
        if (!same) state.trouble = 'forked';
        answer(reply, event.sequence, same ? 'exists' : 'conflict');
        continue;
      }
      const before = links[i] === 1 ? (events[i - 1] ?? null) : null;
      const fault = this.#new({ state, event, before, receivedAt: now, swipes }, reply, changes);
      if (fault !== null) {
        broken = { code: fault, at: event.sequence };
        state.trouble = 'broken';
        break;
      }
    }
    swipes.store(reply, changes);
    // A message that was long on its way must not make the edge forget how far the kiosk has said it is.
    state.head = Math.max(state.head, header.head.sequence, state.watermark);
    if (state.watermark >= state.head) state.head_held_at = now;
    // A copy: what the ledger remembers of a kiosk must not hold on to the bytes of a whole message.
    state.hash = state.hash.slice();
    this.#installs.save(state);
    changes.installs.add(state.install);
    reply.watermark = state.watermark;
    if (broken === null) return reply;
    return {
      outcome: 'broken',
      ...broken,
      watermark: state.watermark,
      message: edgeAnswer('edge-answer.event-unverified', { n: broken.at, code: broken.code }),
    };
  }

  /**
   * One event beyond the watermark; `before` is the one of the batch that it is known to follow from, if any. Returns why it
   * is broken, or null once it is stored; moves `state` on.
   */
  #new(
    given: {
      state: InstallState;
      event: EventBytes;
      before: EventBytes | null;
      receivedAt: number;
      swipes: SwipeRun;
    },
    reply: Stored,
    changes: Changes,
  ): string | null {
    const { state, event, before, receivedAt, swipes } = given;
    const known = before !== null && sameBytes(before.hash, state.hash);
    if (!known && !this.#follows(state, event)) return 'link';
    const parsed = parseBody(event.body);
    const named = parsed.ok && parsed.body.type === 'swipe' ? parsed.body.sealed : null;
    if (parsed.ok && event.sealed !== null && named !== sha256Hex(event.sealed))
      return named === null ? 'sealed-not-named' : 'sealed';
    const body: EventBody | null = parsed.ok && !isEdgeOnly(parsed.body.type) ? parsed.body : null;
    const { install } = state;
    const { sequence, hash, sealed } = event;
    const stored = { install, sequence, hash, body: event.body, sealed, receivedAt };
    state.watermark = sequence;
    state.hash = hash;
    if (body === null) {
      const status = !parsed.ok && parsed.code === 'not-understood' ? 'not-understood' : 'invalid';
      const type = parsed.ok ? parsed.body.type : UNREAD_TYPE;
      swipes.store(reply, changes);
      this.#events.insert([{ ...stored, type, status, time: null }]);
      answer(reply, sequence, status);
      return null;
    }
    if (this.#retiming.bounds({ install, sequence, body })) {
      swipes.store(reply, changes);
      state.time = this.#retiming.before({ install, sequence, body }, changes);
    }
    const time = correctedTime(body, state.time ?? -Infinity);
    state.time = time;
    this.#retiming.bounded.note({ install, sequence, body, time, latest: Infinity, receivedAt });
    if (body.type === 'installed') {
      state.device = body.device;
      state.parent = body.parent?.install ?? null;
      state.parent_sequence = body.parent?.sequence ?? null;
    }
    const row: StoredEvent = { ...stored, type: body.type, status: 'valid', time };
    answer(reply, sequence, 'created');
    if (body.type === 'swipe') {
      if (swipes.add(row, { install, sequence, time, body, sealed }) === ROWS_AT_ONCE)
        swipes.store(reply, changes);
      return null;
    }
    swipes.store(reply, changes);
    this.#events.insert([row]);
    this.#projection.apply({ install, sequence, time, body, sealed }, changes);
    return null;
  }

  /** Does the event follow from the journal as it is held? */
  #follows(state: InstallState, { sequence, body, hash }: EventBytes): boolean {
    return sameBytes(this.#linker(state.install).next({ previous: state.hash, sequence, body }), hash);
  }

  #heard(state: Readonly<InstallState>, header: EventsHeader, changes: Changes): void {
    this.#installs.save({
      ...state,
      head: Math.max(state.head, header.head.sequence, state.watermark),
      last_contact: this.#wall(),
    });
    changes.installs.add(state.install);
  }

  #linker(install: InstallId): Linker {
    const known = this.#linkers.get(install);
    if (known) return known;
    if (this.#linkers.size >= LINKERS_MAX) this.#linkers.clear();
    const made = new Linker(install);
    this.#linkers.set(install, made);
    return made;
  }
}

/** Swipes of a batch that follow each other wait here to be stored together. */
class SwipeRun {
  readonly #events: EventRows;
  readonly #projection: Projection;
  #rows: StoredEvent[] = [];
  #swipes: PlacedOf<'swipe'>[] = [];

  constructor(events: EventRows, projection: Projection) {
    this.#events = events;
    this.#projection = projection;
  }

  /** Returns how many wait. */
  add(row: StoredEvent, swipe: PlacedOf<'swipe'>): number {
    this.#rows.push(row);
    return this.#swipes.push(swipe);
  }

  /** Whoever stores another event stores what waits first, and so does the end of the batch. */
  store(reply: Stored, changes: Changes): void {
    if (this.#rows.length === 0) return;
    this.#events.insert(this.#rows);
    for (const [i, repeatOf] of this.#projection.applySwipes(this.#swipes, changes).entries())
      if (repeatOf !== null) reply.verdicts.push({ sequence: this.#swipes[i]!.sequence, repeatOf });
    this.#rows = [];
    this.#swipes = [];
  }
}

/** Adds one answer to the runs of equal answers. */
function answer(reply: Stored, sequence: number, outcome: Outcome): void {
  const last = reply.items.at(-1);
  if (last && last.outcome === outcome && last.to === sequence - 1) last.to = sequence;
  else reply.items.push({ from: sequence, to: sequence, outcome });
}

const refused = (said: Message): EventsReply => ({
  outcome: 'refused',
  code: 'invalid',
  message: edgeAnswer(said),
});
