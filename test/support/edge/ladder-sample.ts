import type { LadderReport } from '#shared/counting/ladder.ts';

/** 24 January 2021, 09:12 in China. */
export const AT_0912 = Date.UTC(2021, 0, 24, 1, 12);

/** A ladder in the middle of a round, final up to then. */
export const LADDER: LadderReport = {
  swipes: 1012,
  voided: 3,
  repeats: 37,
  people: 972,
  onRoster: 960,
  walkIns: 12,
  roster: 997,
  excused: 12,
  expected: 985,
  missing: 25,
  untested: 37,
  toVerify: 10,
  sampledWithoutCard: 0,
  withoutTube: 0,
  complete: false,
  finalUpTo: AT_0912,
  rosterAmended: null,
};
