import type { RoundId, CredentialKey } from '#shared/ids.ts';

/** Rows of `swipe` whose ids follow each other, both ends included. */
export interface RowRun {
  from: number;
  to: number;
}

/** What one commit changed, told after it: numbers and keys only, no personal data. */
export interface CommitNotice {
  /** Rounds whose ladder, stations or tubes may read differently now. */
  rounds: RoundId[];
  /**
   * Per round whose counted entry may have changed: swipes that are only new by their rows, which are a few numbers however
   * many swipes there are, and whatever changed otherwise by credential key.
   */
  counted: { round: RoundId; keys: CredentialKey[]; rows: RowRun[] }[];
  /** Rounds in which persons were joined anew: everything counted must be asked again. */
  renewed: RoundId[];
  /** Round definitions, states or keys changed: kiosks get `rounds` again. */
  roundsChanged: boolean;
  /** Installs whose watermark, head or trouble moved. */
  installs: string[];
}

/** Gathers a transaction's changes. */
export class Changes {
  readonly rounds = new Set<RoundId>();
  readonly #counted = new Map<RoundId, { keys: Set<CredentialKey>; rows: RowRun[] }>();
  readonly renewed = new Set<RoundId>();
  readonly installs = new Set<string>();
  roundsChanged = false;

  /** The counted entry of this key may have changed. */
  key(round: RoundId, key: CredentialKey): void {
    this.#countedIn(round).keys.add(key);
  }

  /** A new row: so may have the entry of the key in it. */
  row(round: RoundId, id: number): void {
    appendRun(this.#countedIn(round).rows, { from: id, to: id });
  }

  /** True when nothing worth telling happened. */
  get none(): boolean {
    return (
      this.rounds.size + this.#counted.size + this.renewed.size + this.installs.size === 0 &&
      !this.roundsChanged
    );
  }

  notice(): CommitNotice {
    return {
      rounds: [...this.rounds],
      counted: [...this.#counted].map(([round, { keys, rows }]) => ({ round, keys: [...keys], rows })),
      renewed: [...this.renewed],
      roundsChanged: this.roundsChanged,
      installs: [...this.installs],
    };
  }

  #countedIn(round: RoundId): { keys: Set<CredentialKey>; rows: RowRun[] } {
    let counted = this.#counted.get(round);
    if (counted === undefined) this.#counted.set(round, (counted = { keys: new Set(), rows: [] }));
    return counted;
  }
}

/** Adds a run behind the others; one that follows the last of them makes that longer. */
export function appendRun(runs: RowRun[], { from, to }: RowRun): void {
  const last = runs.at(-1);
  if (last?.to === from - 1) last.to = to;
  else runs.push({ from, to });
}
