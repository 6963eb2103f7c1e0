import { linkDecision } from '#shared/counting/applied-links.ts';
import { eventId, type EventId } from '#shared/ids.ts';
import type { Changes } from './commit-changes.ts';
import type { Filings } from './filings.ts';
import { decidedOn, isDifferenceDecision, type DifferenceDecision } from '#shared/event/event.ts';
import type { decisionTarget, References } from './references.ts';
import type { Statement, Store } from '../store/database.ts';
import { is, type PlacedOf } from './placed-event.ts';

type Values = (string | number | null)[];

/** Rows of what people decided: links, excuses, ends of rounds, exceptions, reviews, discrepancies. */
export class DecisionRows {
  readonly #filings: Filings;
  readonly #references: References;
  readonly #link: Statement<Values>;
  readonly #withdrawLink: Statement<Values>;
  readonly #excuse: Statement<Values>;
  readonly #roundEnd: Statement<Values>;
  readonly #exception: Statement<Values>;
  readonly #forkReview: Statement<Values>;
  readonly #claim: Statement<Values>;
  readonly #decision: Statement<Values>;

  constructor(parts: { db: Store; filings: Filings; references: References }) {
    const { db } = parts;
    this.#filings = parts.filings;
    this.#references = parts.references;
    this.#link = db.prepare(
      `INSERT INTO link(event, round, credentials, undone, decision) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT(event) DO UPDATE SET undone = excluded.undone, decision = excluded.decision`,
    );
    this.#withdrawLink = db.prepare('DELETE FROM link WHERE event = ?');
    this.#excuse = db.prepare(`
      INSERT INTO excuse(event, round, person, reason, by, at, withdrawn) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(event) DO UPDATE SET withdrawn = excluded.withdrawn`);
    this.#roundEnd = db.prepare(`
      INSERT INTO round_end(install, sequence, round, time) VALUES (?, ?, ?, ?)
      ON CONFLICT(install, sequence) DO UPDATE SET round = excluded.round, time = excluded.time`);
    this.#exception = db.prepare(
      'INSERT INTO exception(event, round, install, last_sequence) VALUES (?, ?, ?, ?) ON CONFLICT(event) DO NOTHING',
    );
    this.#forkReview = db.prepare(
      'INSERT INTO fork_review(event, install) VALUES (?, ?) ON CONFLICT(event) DO NOTHING',
    );
    this.#claim = db.prepare(
      'INSERT INTO claim_decision(event, install, pairing, continues) VALUES (?, ?, ?, ?) ON CONFLICT(event) DO NOTHING',
    );
    this.#decision = db.prepare(`
      INSERT INTO decision(round, discrepancy, state, reason, by, at, decided_on) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(round, discrepancy) DO UPDATE SET state = excluded.state, reason = excluded.reason, by = excluded.by,
        at = excluded.at, decided_on = excluded.decided_on`);
  }

  link(event: PlacedOf<'link'>): void {
    const id = eventId(event.install, event.sequence);
    const naming = this.#references.naming(id);
    const undone = naming.some((n) => n.body.type === 'unlink') ? 1 : 0;
    const decided = naming.findLast((n) => is(n, 'link-decided'))?.body;
    const decision = linkDecision(event.body, decided?.type === 'link-decided' ? decided : null);
    this.#link.run(id, event.body.round, JSON.stringify(event.body.credentials), undone, decision);
  }

  /** This copy of a link no longer speaks for it. */
  withdrawLink(id: EventId): void {
    this.#withdrawLink.run(id);
  }

  excuse(event: PlacedOf<'excuse'>, changes: Changes): void {
    const { body } = event;
    if (body.round === null) return;
    const id = eventId(event.install, event.sequence);
    const withdrawn = this.#references.naming(id).some((n) => n.body.type === 'excuse-withdrawn') ? 1 : 0;
    this.#excuse.run(id, body.round, body.person, body.reason, body.by, event.time, withdrawn);
    changes.rounds.add(body.round);
  }

  roundEnded(event: PlacedOf<'round-ended'>, changes: Changes): void {
    const round = this.#filings.roundOf(event);
    this.#roundEnd.run(event.install, event.sequence, round, event.time);
    if (round !== null) changes.rounds.add(round);
  }

  exception(event: PlacedOf<'exception'>, changes: Changes): void {
    const { body } = event;
    this.#exception.run(eventId(event.install, event.sequence), body.round, body.install, body.lastSequence);
    if (body.round !== null) changes.rounds.add(body.round);
    changes.installs.add(body.install);
  }

  forkReviewed(event: PlacedOf<'fork-reviewed'>, changes: Changes): void {
    this.#forkReview.run(eventId(event.install, event.sequence), event.body.install);
    changes.installs.add(event.body.install);
  }

  claimDecided(event: PlacedOf<'claim-decided'>, changes: Changes): void {
    const { install, pairing, continues } = event.body;
    this.#claim.run(eventId(event.install, event.sequence), install, pairing, Number(continues));
    changes.installs.add(install);
  }

  /** The latest decision about a discrepancy counts, on its numbers; earlier ones stay in the journal as its history. */
  decided(
    target: ReturnType<typeof decisionTarget>,
    event: PlacedOf<DifferenceDecision['type']>,
    changes: Changes,
  ): void {
    const { round } = event.body;
    const latest = this.#references.naming(target).at(-1);
    if (round === null || latest === undefined || !isDifferenceDecision(latest.body)) return;
    const { discrepancy, state, reason, by } = latest.body;
    const on = decidedOn(latest.body);
    const madeOn = on === null ? null : JSON.stringify(on);
    this.#decision.run(round, discrepancy, state, reason, by ?? '', latest.time, madeOn);
    changes.rounds.add(round);
  }
}
