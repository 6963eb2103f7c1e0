import { z } from 'zod';
import type { BoardChange, BoardSnapshot, InstallRow, StationRow, TubeRow } from '#shared/contract/board.ts';
import type { LadderReport } from '#shared/counting/ladder.ts';
import { ROUND_STATES } from '#shared/round.ts';

/** What the socket brings is parsed like everything at a border; the types of shared/contract/board.ts keep these in step. */
const count = z.int();
const time = z.number().nullable();

export const ladderSchema: z.ZodType<LadderReport> = z.object({
  swipes: count,
  voided: count,
  repeats: count,
  people: count,
  onRoster: count,
  walkIns: count,
  roster: count,
  excused: count,
  expected: count,
  missing: count,
  untested: count,
  toVerify: count,
  sampledWithoutCard: count,
  withoutTube: count,
  complete: z.boolean(),
  finalUpTo: time,
});

const installSchema: z.ZodType<InstallRow> = z.object({
  install: z.string(),
  station: z.int().nullable(),
  device: z.string().nullable(),
  connected: z.boolean(),
  lastContact: time,
  watermark: count,
  head: count,
  waiting: count,
  reader: z.enum(['ready', 'gone', 'none', 'fault']).nullable(),
  readerSince: time,
  wrongObjects: count,
  settled: z.boolean(),
  excepted: z.boolean(),
  parent: z.string().nullable(),
  trouble: z.enum(['forked', 'broken', 'version', 'quarantine']).nullable(),
});

const stationSchema: z.ZodType<StationRow> = z.object({
  station: z.int(),
  stand: z.enum(['before', 'after']).nullable(),
  people: count,
  swipes: count,
  openTube: z.object({ code: z.string().nullable(), count }).nullable(),
  installs: z.array(installSchema),
});

export const tubeSchema: z.ZodType<TubeRow> = z.object({
  opened: z.string(),
  code: z.string().nullable(),
  batch: z.string().nullable(),
  station: z.int().nullable(),
  openedAt: time,
  sealedAt: time,
  people: count,
  places: count,
  capacity: z.int().nullable(),
  swabbed: z.int().nullable(),
  booked: z.int().nullable(),
});

const missingFromSchema = z.array(z.object({ at: z.number(), people: count }));

export const snapshotSchema: z.ZodType<BoardSnapshot> = z.object({
  number: count,
  round: z.string(),
  name: z.string(),
  state: z.enum(ROUND_STATES),
  expectedBasis: z.enum(['roster', 'roster-minus-excused']),
  ladder: ladderSchema,
  missingFrom: missingFromSchema,
  seenAtSeveralStations: count,
  stations: z.array(stationSchema),
  tubes: z.array(tubeSchema),
  listsVersion: count,
});

export const changeSchema: z.ZodType<BoardChange> = z.object({
  number: count,
  round: z.string(),
  state: z.enum(ROUND_STATES).nullable(),
  ladder: ladderSchema.nullable(),
  missingFrom: missingFromSchema.nullable(),
  seenAtSeveralStations: count.nullable(),
  stations: z.array(stationSchema),
  tubes: z.array(tubeSchema),
  listsVersion: count,
});
