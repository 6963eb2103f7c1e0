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

/** The ladder with how far it can be trusted. Times are ms since 1970 UTC. */
export const ladderReportSchema = ladderFiguresSchema.extend({
  /** All installs settled, no gap, nothing unresolved in quarantine. Says nothing about who is missing. */
  complete: z.boolean(),
  finalUpTo: z.number().nullable(),
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
