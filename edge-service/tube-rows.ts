import { eventId } from '#shared/ids.ts';
import type { Changes } from './changes.ts';
import type { Filings } from './filings.ts';
import type { PlacedOf } from './projection.ts';
import type { References } from './references.ts';
import type { Statement, Store } from './store.ts';

/** Rows of tubes: the opened event, then seals and corrections in derived order. */
export class TubeRows {
  readonly #filings: Filings;
  readonly #references: References;
  readonly #write: Statement<(string | number | null)[]>;
  readonly #keysIn: Statement<[string], { round: string; key: string }>;

  constructor(parts: { db: Store; filings: Filings; references: References }) {
    this.#filings = parts.filings;
    this.#references = parts.references;
    this.#write = parts.db.prepare(`
      INSERT INTO tube(opened, install, round, station, stand, code, batch, capacity, opened_at, sealed_at, offered, swabbed)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(opened) DO UPDATE SET round = excluded.round, station = excluded.station, code = excluded.code,
        batch = excluded.batch, sealed_at = excluded.sealed_at, offered = excluded.offered, swabbed = excluded.swabbed`);
    this.#keysIn = parts.db.prepare(
      'SELECT DISTINCT round, key FROM swipe WHERE tube = ? AND round IS NOT NULL AND key IS NOT NULL',
    );
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
    for (const row of this.#keysIn.iterate(opened)) changes.key(row.round, row.key);
  }
}
