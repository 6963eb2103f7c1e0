import { z } from 'zod';

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

/** `开轮后增 3 减 1`; empty where nothing was amended. */
export function amendedWords(amended: RosterAmended | null): string {
  if (amended === null) return '';
  const { joined, left, changed, frozenKnown } = amended;
  const parts = [
    ...(joined > 0 ? [`增 ${joined}`] : []),
    ...(left > 0 ? [`减 ${left}`] : []),
    ...(changed > 0 ? [`改 ${changed}`] : []),
  ];
  const what = parts.length === 0 ? '重传花名册,人员未变' : parts.join(' ');
  return `开轮后${what}${frozenKnown ? '' : ',更早的修改没有记录'}`;
}

/** `其中 1 人打卡后移出花名册`; empty where there is none. */
export const leftSwipedWords = (amended: RosterAmended | null): string =>
  amended === null || amended.leftSwiped === 0 ? '' : `其中 ${amended.leftSwiped} 人打卡后移出花名册`;

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
