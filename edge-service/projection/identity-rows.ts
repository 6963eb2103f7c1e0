import type { CredentialKey } from '#shared/ids.ts';
import type { Changes } from './commit-changes.ts';
import type { decisionTarget, References } from './references.ts';
import type { Statement, Store } from '../store/database.ts';

type Values = (string | number | null)[];
type Target = ReturnType<typeof decisionTarget>;

/** Rows of what a person said of walk-ins: who of the roster they are or are not, and where they come from. The latest word counts. */
export class IdentityRows {
  readonly #references: References;
  readonly #identity: Statement<Values>;
  readonly #walkIn: Statement<Values>;

  constructor(db: Store, references: References) {
    this.#references = references;
    this.#identity = db.prepare(`
      INSERT INTO identity(round, walk_in, person, state, by, at) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT(round, walk_in, person) DO UPDATE SET state = excluded.state, by = excluded.by, at = excluded.at`);
    this.#walkIn = db.prepare(`
      INSERT INTO walk_in(round, key, unit, category, by, at) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT(round, key) DO UPDATE SET unit = excluded.unit, category = excluded.category, by = excluded.by, at = excluded.at`);
  }

  decided(target: Target, changes: Changes): void {
    const latest = this.#references.naming(target).at(-1);
    if (latest?.body.type !== 'identity-decided' || latest.body.round === null) return;
    const { round, walkIn, person, state, by } = latest.body;
    this.#identity.run(round, walkIn, person, state, by, latest.time);
    changes.rounds.add(round);
  }

  described(target: Target, key: CredentialKey, changes: Changes): void {
    const latest = this.#references.naming(target).at(-1);
    if (latest?.body.type !== 'walk-ins-described' || latest.body.round === null) return;
    const { round, unit, category, by } = latest.body;
    this.#walkIn.run(round, key, unit, category, by, latest.time);
    changes.rounds.add(round);
  }
}
