import { rosterDifference, type ComparedRow } from '#shared/counting/roster-difference.ts';
import { eventId, type RoundId } from '#shared/ids.ts';
import type { Changes } from './commit-changes.ts';
import type { Statement, Store } from '../store/database.ts';
import type { PlacedOf } from './placed-event.ts';

type Values = (string | number | null)[];

/** Rows of what became of a round's roster since its opening: the one it was frozen with, then each amendment, and who left by it. */
export class RosterChangeRows {
  readonly #insert: Statement<Values>;
  readonly #leaver: Statement<[RoundId, string]>;
  readonly #rows: Statement<[RoundId, number], Omit<ComparedRow, 'credentials'> & { credentials: string }>;

  constructor(db: Store) {
    this.#insert = db.prepare(`
      INSERT INTO roster_change(event, round, version, base, content, people, joined, gone, changed, reason, by, at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(event) DO NOTHING`);
    this.#leaver = db.prepare('INSERT INTO roster_leaver(round, key) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#rows = db.prepare(
      'SELECT credentials, workshop, team, shift FROM roster_row WHERE round = ? AND version = ? ORDER BY row',
    );
  }

  frozen(event: PlacedOf<'roster-frozen'>, changes: Changes): void {
    const { round, rosterVersion, content, people, by } = event.body;
    if (round === null) return;
    this.#insert.run(
      nameOf(event),
      round,
      rosterVersion,
      null,
      content,
      people,
      0,
      0,
      0,
      null,
      by,
      event.time,
    );
    changes.rounds.add(round);
  }

  amended(event: PlacedOf<'roster-amended'>, changes: Changes): void {
    const { round, rosterVersion, base, content, people, joined, left, changed, reason, by } = event.body;
    if (round === null) return;
    const values = [joined, left, changed, reason, by, event.time];
    this.#insert.run(nameOf(event), round, rosterVersion, base, content, people, ...values);
    const gone = rosterDifference(this.#version(round, base), this.#version(round, rosterVersion)).left;
    for (const row of gone) for (const key of row.credentials) this.#leaver.run(round, key);
    changes.rounds.add(round);
  }

  #version(round: RoundId, version: number): ComparedRow[] {
    return this.#rows
      .all(round, version)
      .map((row) => ({ ...row, credentials: JSON.parse(row.credentials) as string[] }));
  }
}

const nameOf = (event: { install: PlacedOf<'roster-frozen'>['install']; sequence: number }): string =>
  eventId(event.install, event.sequence);
