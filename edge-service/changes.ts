import type { RoundId } from '#shared/ids.ts';

/** What one commit changed, told after it: numbers and keys only, no personal data. */
export interface CommitNotice {
  /** Rounds whose ladder, stations or tubes may read differently now. */
  rounds: RoundId[];
  /** Per round the credential keys whose counted entry may have changed. */
  keys: { round: RoundId; keys: string[] }[];
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
  readonly keys = new Map<RoundId, Set<string>>();
  readonly renewed = new Set<RoundId>();
  readonly installs = new Set<string>();
  roundsChanged = false;

  /** The counted entry of this key may have changed. */
  key(round: RoundId, key: string): void {
    const keys = this.keys.get(round);
    if (keys) keys.add(key);
    else this.keys.set(round, new Set([key]));
  }

  /** True when nothing worth telling happened. */
  get none(): boolean {
    return (
      this.rounds.size + this.keys.size + this.renewed.size + this.installs.size === 0 && !this.roundsChanged
    );
  }

  notice(): CommitNotice {
    return {
      rounds: [...this.rounds],
      keys: [...this.keys].map(([round, keys]) => ({ round, keys: [...keys] })),
      renewed: [...this.renewed],
      roundsChanged: this.roundsChanged,
      installs: [...this.installs],
    };
  }
}
