import { z } from 'zod';
import { chained } from '../language/chain.ts';
import { message, type Message } from '../language/message.ts';

const count = z.int().min(0);

/**
 * The one number, explained: the same ladder on every screen, export and API, and each figure declared here alone. For any
 * history swipes − voided − repeats = people = onRoster + walkIns, roster − excused = expected,
 * missing = expected − onRoster, untested = excused + missing.
 */
export const ladderFiguresSchema = z.object({
  swipes: count,
  voided: count,
  repeats: count,
  /** 实检: distinct persons with a live swipe. */
  people: count,
  onRoster: count,
  walkIns: count,
  /** 在册 */
  roster: count,
  /** Roster persons with a live excuse and no live swipe. */
  excused: count,
  /** 应检 */
  expected: count,
  /** 漏检 */
  missing: count,
  /** 未检 */
  untested: count,
  /** 待核实: people of tubes in which the sampler counted fewer than swiped and nothing is explained yet. */
  toVerify: count,
  /** Unreadable cards whose owner was sampled all the same; stands beside the ladder. */
  sampledWithoutCard: count,
  /** People with a swipe before the swab and no tube; stands beside the ladder. */
  withoutTube: count,
});
export type Ladder = z.infer<typeof ladderFiguresSchema>;

/** What became of the roster since the round began to count. */
export const rosterAmendedSchema = z.object({
  amendments: count,
  joined: count,
  left: count,
  changed: count,
  /** Of those who left, who had swiped: they count as walk-ins now. */
  leftSwiped: count,
  /** False: the round was opened before 0.2.0, and what was changed before is not recorded. */
  frozenKnown: z.boolean(),
});
export type RosterAmended = z.infer<typeof rosterAmendedSchema>;

/** `开轮后增 3 减 1`; null where nothing was amended. */
export function amendedWords(amended: RosterAmended | null): Message | null {
  if (amended === null) return null;
  const { joined, left, changed, frozenKnown } = amended;
  const what =
    chained('count.and', [
      joined > 0 ? message('count.joined', { n: joined }) : null,
      left > 0 ? message('count.left', { n: left }) : null,
      changed > 0 ? message('count.changed', { n: changed }) : null,
    ]) ?? message('count.roster-sent-again');
  return message(frozenKnown ? 'count.amended' : 'count.amended-unrecorded', { what });
}

/** `其中 1 人打卡后移出花名册`; null where there is none. */
export const leftSwipedWords = (amended: RosterAmended | null): Message | null =>
  amended === null || amended.leftSwiped === 0
    ? null
    : message('count.left-swiped', { n: amended.leftSwiped });

/** The ladder with how far it can be trusted. Times are ms since 1970 UTC. */
export const ladderReportSchema = ladderFiguresSchema.extend({
  /** All installs settled, no gap, nothing unresolved in quarantine. Says nothing about who is missing. */
  complete: z.boolean(),
  finalUpTo: z.number().nullable(),
  /** Null: the roster is the one the round began with. */
  rosterAmended: rosterAmendedSchema.nullable(),
});
export type LadderReport = z.infer<typeof ladderReportSchema>;

/** Returns the name of the first identity that does not hold, or null. */
export function brokenIdentity(l: Ladder): string | null {
  if (l.swipes - l.voided - l.repeats !== l.people) return 'swipes − voided − repeats = people';
  if (l.people !== l.onRoster + l.walkIns) return 'people = onRoster + walkIns';
  if (l.roster - l.excused !== l.expected) return 'roster − excused = expected';
  if (l.expected - l.onRoster !== l.missing) return 'expected − onRoster = missing';
  if (l.excused + l.missing !== l.untested) return 'excused + missing = untested';
  return null;
}
