import type { CredentialKey, EventId } from '#shared/ids.ts';
import type { TubePattern } from '#shared/tube-pattern.ts';
import type { UsedTube } from '../books/joined-tubes.ts';
import type { Desk, Questions } from './desk.ts';
import { StaffNames } from './staff-names.ts';
import type { StationParts } from './station-parts.ts';

/** Asks the edge of this kiosk. */
export class RoundQuestions implements Questions {
  readonly #desk: Desk;
  readonly #parts: StationParts;
  readonly #names: StaffNames;

  constructor(desk: Desk, parts: StationParts) {
    this.#desk = desk;
    this.#parts = parts;
    this.#names = new StaffNames(desk);
  }

  get tubePattern(): TubePattern | null {
    const round = this.#desk.duty.round?.round;
    return this.#parts.tubePatterns().find((told) => told.round === round)?.pattern ?? null;
  }

  async tubeUsed(code: string): Promise<UsedTube | 'unused' | null> {
    const { round, phase } = this.#desk.duty;
    return round === null || phase !== 'open'
      ? null
      : await this.#parts.askTubeUsed({ round: round.round, code });
  }

  tellName(swipe: EventId, key: CredentialKey): void {
    const round = this.#desk.duty.round?.round;
    if (round !== undefined) void this.#names.tell(swipe, this.#parts.askRosterName({ round, key }));
  }

  stop(): void {
    this.#names.stop();
  }
}
