/**
 * The one number, explained: the same ladder on every screen, export and API. For any history
 * swipes − voided − repeats = people = onRoster + walkIns, roster − excused = expected,
 * missing = expected − onRoster, untested = excused + missing.
 */
export interface Ladder {
  swipes: number;
  voided: number;
  repeats: number;
  /** 实检: distinct persons with a live swipe. */
  people: number;
  onRoster: number;
  walkIns: number;
  /** 在册 */
  roster: number;
  /** Roster persons with a live excuse and no live swipe. */
  excused: number;
  /** 应检 */
  expected: number;
  /** 漏检 */
  missing: number;
  /** 未检 */
  untested: number;
  /** 待核实: people of tubes in which the sampler counted fewer than swiped and nothing is explained yet. */
  toVerify: number;
  /** Unreadable cards whose owner was sampled all the same; stands beside the ladder. */
  sampledWithoutCard: number;
  /** People with a swipe before the swab and no tube; stands beside the ladder. */
  withoutTube: number;
}

/** The ladder with how far it can be trusted. Times are ms since 1970 UTC. */
export interface LadderReport extends Ladder {
  /** All installs settled, no gap, nothing unresolved in quarantine. Says nothing about who is missing. */
  complete: boolean;
  finalUpTo: number | null;
}

/** Returns the name of the first identity that does not hold, or null. */
export function brokenIdentity(l: Ladder): string | null {
  if (l.swipes - l.voided - l.repeats !== l.people) return 'swipes − voided − repeats = people';
  if (l.people !== l.onRoster + l.walkIns) return 'people = onRoster + walkIns';
  if (l.roster - l.excused !== l.expected) return 'roster − excused = expected';
  if (l.expected - l.onRoster !== l.missing) return 'expected − onRoster = missing';
  if (l.excused + l.missing !== l.untested) return 'excused + missing = untested';
  return null;
}
