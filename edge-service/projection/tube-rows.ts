import { eventId, type EventId, type RoundId, type CredentialKey } from '#shared/ids.ts';
import type { Changes } from './commit-changes.ts';
import type { Filings } from './filings.ts';
import type { References } from './references.ts';
import type { Statement, Store } from '../store/database.ts';
import type { PlacedOf } from './placed-event.ts';

/** Rows of tubes: the opened event, then seals and corrections in derived order. */
export class TubeRows {
  readonly #filings: Filings;
  readonly #references: References;
  readonly #write: Statement<(string | number | null)[]>;
  readonly #remove: Statement<[EventId]>;
  readonly #code: Statement<[EventId], { code: string | null }>;
  readonly #keysIn: Statement<[string, string], { round: RoundId; key: CredentialKey }>;

  constructor(parts: { db: Store; filings: Filings; references: References }) {
    this.#filings = parts.filings;
    this.#references = parts.references;
    this.#write = parts.db.prepare(`
      INSERT INTO tube(opened, install, round, station, stand, code, batch, capacity, opened_at, sealed_at, offered, swabbed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(opened) DO UPDATE SET round = excluded.round, station = excluded.station, code = excluded.code,
        batch = excluded.batch, opened_at = excluded.opened_at, sealed_at = excluded.sealed_at, offered = excluded.offered, swabbed = excluded.swabbed`);
    this.#remove = parts.db.prepare('DELETE FROM tube WHERE opened = ?');
    this.#code = parts.db.prepare('SELECT code FROM tube WHERE opened = ?');
    this.#keysIn = parts.db.prepare(
      'SELECT round, key FROM swipe WHERE substr(tube, 38) = ? AND tube = ? AND round IS NOT NULL AND key IS NOT NULL',
    );
  }

  /** Another copy of the event speaks for it now. */
  withdraw(opened: EventId): void {
    this.#remove.run(opened);
  }

  derive(event: PlacedOf<'tube-opened'>, changes: Changes): void {
    const { body } = event;
    const opened = eventId(event.install, event.sequence);
    const tube = {
      code: body.code,
      batch: body.batch,
      station: body.station,
      sealedAt: null as number | null,
      offered: null as number | null,
      swabbed: null as number | null,
    };
    for (const { body: by, time } of this.#references.naming(opened)) {
      if (by.type === 'tube-sealed') {
        tube.sealedAt = time;
        tube.offered = by.offered;
        tube.swabbed = by.swabbed ?? tube.swabbed;
      } else if (by.type === 'tube-corrected') {
        tube.code = by.code ?? tube.code;
        tube.batch = by.batch ?? tube.batch;
        tube.station = by.atStation ?? tube.station;
        tube.swabbed = by.swabbed ?? tube.swabbed;
      }
    }
    const round = this.#filings.roundOf(event);
    const before = this.#code.get(opened);
    this.#write.run(
      opened,
      event.install,
      round,
      tube.station,
      body.stand,
      tube.code,
      tube.batch,
      body.capacity,
      event.time,
      tube.sealedAt,
      tube.offered,
      tube.swabbed,
    );
    if (round !== null) changes.rounds.add(round);
    // Kiosks name the tube of a repeat by its code: a corrected code, or a tube that comes after its swipes, is told again.
    if (before?.code === tube.code) return;
    for (const row of this.#keysIn.iterate(tubeNumber(opened), opened)) changes.key(row.round, row.key);
  }
}

/** The sequence of a tube's opened event as `swipe_by_tube` (schema.ts) begins with it: what follows 36 characters and a colon. */
export const tubeNumber = (opened: string): string => opened.slice(37);
