import { rosterAmended } from './roster-amended.ts';
import type { LadderReport } from '#shared/counting/ladder.ts';
import { roundContact, type RoundContact } from './completeness.ts';
import { countBoard, type TubeCountRow } from './round-counts.ts';
import { missingFrom } from './sessions-over.ts';
import type { Store } from '../store/database.ts';
import { tallyRound, type Tally } from './tally.ts';
import { roundMoment, type StoredRound } from '../ledger/stored-round.ts';

/** The numbers of a round as files say them. */
export interface RoundFigures {
  ladder: LadderReport;
  contact: RoundContact;
  /** Of the ladder's missing, those whose session is not over: nobody may call them 漏检. */
  notYet: number;
  /** Of those who may be called 漏检, the ones who may stand among the walk-ins. */
  toIdentify: number;
  seenAtSeveralStations: number;
  tubes: readonly TubeCountRow[];
  tally: Tally;
}

/**
 * Counts a round for a file; `now` decides whose session is over, unless the round is closed. `uncertain`: how many of the
 * missing may stand among the walk-ins, by the time from which on they may be called missing.
 */
export function roundFigures(
  db: Store,
  stored: StoredRound,
  { now, uncertain }: { now: number; uncertain: readonly { at: number; people: number }[] },
): RoundFigures {
  const { round, definition } = stored;
  const moment = roundMoment(stored, now);
  const contact = roundContact(db, round);
  const tally = tallyRound(db, round);
  const { ladder, missingOfShift, seenAtSeveralStations, tubes } = countBoard(db, round, tally);
  const accusable = missingFrom(definition, { all: ladder.missing, ofShift: missingOfShift });
  return {
    ladder: {
      ...ladder,
      complete: contact.complete,
      finalUpTo: contact.finalUpTo,
      rosterAmended: rosterAmended(db, round),
    },
    contact,
    notYet: accusable.reduce((sum, { at, people }) => sum + (at > moment ? people : 0), 0),
    toIdentify: uncertain.reduce((sum, { at, people }) => sum + (at > moment ? 0 : people), 0),
    seenAtSeveralStations,
    tubes,
    tally,
  };
}
