/**
 * The socket contract of the board: namespace `/board`, session cookie. `watch` {round} answers a snapshot; then numbered
 * changes follow after commit, at most five a second; a jump in the numbers means: watch again. Times are ms since 1970 UTC,
 * edge clock. What the socket brings is parsed; members a page does not know yet are dropped.
 */
import { z } from 'zod';
import { ladderReportSchema } from '../counting/ladder.ts';
import { eventIdSchema, installIdSchema, roundIdSchema, stationSchema } from '../ids.ts';
import { ROUND_STATES, standSchema } from '../round.ts';

const count = z.int().min(0);
const time = z.number();

/** One kiosk's journal: what is stored of it and what its last heartbeat said. */
export const installRowSchema = z.object({
  install: installIdSchema,
  station: stationSchema.nullable(),
  device: z.string().nullable(),
  connected: z.boolean(),
  lastContact: time.nullable(),
  watermark: count,
  head: count,
  /** Events the kiosk says it still holds: 还有 3 条未到. */
  waiting: count,
  reader: z.enum(['ready', 'gone', 'none', 'fault']).nullable(),
  readerSince: time.nullable(),
  /** How often something else than a card or a tube code was given there in this round. */
  wrongObjects: count,
  /** False: a copy of its disk can speak as this kiosk. Null: it has not said, or not since the edge started. */
  tokenBound: z.boolean().nullable(),
  settled: z.boolean(),
  /** Swipes of the round whose time its clock told so wrong that it is shown as the latest it can have been. */
  doubtfulTimes: count,
  /** A lead has answered for what of it will never come. */
  excepted: z.boolean(),
  parent: z.string().nullable(),
  trouble: z.enum(['forked', 'broken', 'version', 'quarantine']).nullable(),
});
export type InstallRow = z.infer<typeof installRowSchema>;

/** A station with its kiosks. */
export const stationRowSchema = z.object({
  station: stationSchema,
  stand: standSchema.nullable(),
  people: count,
  swipes: count,
  openTube: z.object({ code: z.string().nullable(), count }).nullable(),
  installs: z.array(installRowSchema),
});
export type StationRow = z.infer<typeof stationRowSchema>;

/** A tube, counted, with what the laboratory booked. `opened`: the id of its opened event. */
export const tubeRowSchema = z.object({
  opened: eventIdSchema,
  code: z.string().nullable(),
  batch: z.string().nullable(),
  station: stationSchema.nullable(),
  openedAt: time.nullable(),
  sealedAt: time.nullable(),
  people: count,
  places: count,
  capacity: count.nullable(),
  swabbed: count.nullable(),
  /** Null: not on any list yet (未回). */
  booked: count.nullable(),
});
export type TubeRow = z.infer<typeof tubeRowSchema>;

/** A closed round stays as it was then. `notBegun`: sessions nobody had come to yet, by name. Null: not closed. */
const closingSchema = z.object({ at: time, notBegun: z.array(z.string()) }).nullable();

/** `toIdentify`: those of them who may stand among the walk-ins (身份待核对). */
const missingFromSchema = z.array(z.object({ at: time, people: count, toIdentify: count.optional() }));

export const snapshotSchema = z.object({
  number: count,
  round: roundIdSchema,
  name: z.string(),
  state: z.enum(ROUND_STATES),
  closing: closingSchema,
  expectedBasis: z.enum(['roster', 'roster-minus-excused']),
  ladder: ladderReportSchema,
  /** The ladder's missing by the time from which on they may be called so: before their sessions are over nobody is 漏检. */
  missingFrom: missingFromSchema,
  seenAtSeveralStations: count,
  stations: z.array(stationRowSchema),
  tubes: z.array(tubeRowSchema),
  /** Rises when the missing list or the discrepancies may have changed: fetch them again over HTTP. */
  listsVersion: count,
});
export type BoardSnapshot = z.infer<typeof snapshotSchema>;

/** Only what changed since the number before; rows replace rows of the same station or tube. */
export const changeSchema = z.object({
  number: count,
  round: roundIdSchema,
  state: z.enum(ROUND_STATES).nullable(),
  closing: closingSchema,
  ladder: ladderReportSchema.nullable(),
  missingFrom: missingFromSchema.nullable(),
  seenAtSeveralStations: count.nullable(),
  stations: z.array(stationRowSchema),
  tubes: z.array(tubeRowSchema),
  listsVersion: count,
});
export type BoardChange = z.infer<typeof changeSchema>;

/** Applies a change; null means a number was jumped: watch again. */
export function applyChange(snapshot: BoardSnapshot, change: BoardChange): BoardSnapshot | null {
  if (change.round !== snapshot.round || change.number !== snapshot.number + 1) return null;
  const replace = <Row, Id>(rows: Row[], changed: Row[], id: (row: Row) => Id): Row[] => {
    const byId = new Map([...rows, ...changed].map((row) => [id(row), row]));
    return [...byId.values()];
  };
  return {
    ...snapshot,
    number: change.number,
    state: change.state ?? snapshot.state,
    closing: change.closing ?? snapshot.closing,
    ladder: change.ladder ?? snapshot.ladder,
    missingFrom: change.missingFrom ?? snapshot.missingFrom,
    seenAtSeveralStations: change.seenAtSeveralStations ?? snapshot.seenAtSeveralStations,
    stations: replace(snapshot.stations, change.stations, (row) => row.station),
    tubes: replace(snapshot.tubes, change.tubes, (row) => row.opened),
    listsVersion: change.listsVersion,
  };
}
