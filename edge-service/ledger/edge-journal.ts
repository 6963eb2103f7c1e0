import { correctedTime } from '#shared/event/journal-time.ts';
import { EVENT_VERSION } from '#shared/event/envelope.ts';
import { encodeBody, eventBodySchema, type EventBody } from '#shared/event/event.ts';
import { eventId, type EventId, type InstallId } from '#shared/ids.ts';
import type { Changes } from '../projection/commit-changes.ts';
import type { Decision } from './contexts.ts';
import { Linker } from '../keys/digest.ts';
import type { EventRows } from './event-rows.ts';
import type { Installs } from './installs.ts';
import type { Projection } from '../projection/projection.ts';
import type { Retiming } from './retiming.ts';

/** Time and identity of the running edge process. */
export interface EdgeTime {
  /** ms since 1970 UTC. */
  wall(): number;
  /** ms that never go back while the process runs. */
  monotonic(): number;
  /** Random, one per start of the process. */
  bootId: string;
}

/** The edge's own decisions: a journal like any other, appended inside the writer's transaction. */
export class EdgeJournal {
  readonly install: InstallId;
  readonly #installs: Installs;
  readonly #events: EventRows;
  readonly #projection: Projection;
  readonly #retiming: Retiming;
  readonly #time: EdgeTime;
  readonly #linker: Linker;

  constructor(parts: {
    install: InstallId;
    installs: Installs;
    events: EventRows;
    projection: Projection;
    retiming: Retiming;
    time: EdgeTime;
  }) {
    this.install = parts.install;
    this.#installs = parts.installs;
    this.#events = parts.events;
    this.#projection = parts.projection;
    this.#retiming = parts.retiming;
    this.#time = parts.time;
    this.#linker = new Linker(parts.install);
  }

  /** Appends one decision and projects it. Throws when it is no event the kiosks' border would take: a fault of the caller. */
  append(decision: Decision, changes: Changes): EventId {
    const { round, by, ...fields } = decision;
    const wallTime = this.#time.wall();
    const body: EventBody = eventBodySchema.parse({
      ...fields,
      version: EVENT_VERSION,
      round,
      station: null,
      stand: null,
      phase: null,
      tube: null,
      wallTime,
      monotonicTime: Math.round(this.#time.monotonic()),
      bootId: this.#time.bootId,
      clockOffset: 0,
      by,
      origin: null,
    });
    const state = this.#installs.getOrNew(this.install, 'edge');
    const sequence = state.watermark + 1;
    const bytes = encodeBody(body);
    const hash = this.#linker.next({ previous: state.hash, sequence, body: bytes });
    const { install } = this;
    const isBound = this.#retiming.bounds({ install, sequence, body });
    const before = isBound ? this.#retiming.before({ install, sequence, body }, changes) : state.time;
    const time = correctedTime(body, before ?? -Infinity);
    const row = { install: this.install, sequence, hash, body: bytes, sealed: null, type: body.type };
    this.#events.insert([{ ...row, status: 'valid', time, receivedAt: wallTime }]);
    this.#retiming.bounded.note({ install, sequence, body, time, latest: Infinity, receivedAt: wallTime });
    const parent = body.type === 'installed' ? body.parent : null;
    this.#installs.save({
      ...state,
      watermark: sequence,
      hash,
      time,
      head: sequence,
      head_held_at: wallTime,
      last_contact: wallTime,
      parent: parent?.install ?? state.parent,
      parent_sequence: parent?.sequence ?? state.parent_sequence,
    });
    this.#projection.apply({ install: this.install, sequence, time, body, sealed: null }, changes);
    return eventId(this.install, sequence);
  }
}
