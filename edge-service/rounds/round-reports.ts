import { bytesToHex } from '#shared/bytes.ts';
import type { RoundId } from '#shared/ids.ts';
import { plansStation, type RoundInfo } from '#shared/round.ts';
import type { RoundsMessage, TubePatternsMessage } from '#shared/contract/wire.ts';
import type { TubeRow } from '#shared/contract/board.ts';
import { shownTubeTimes } from '../projection/bounded-times.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { countTubes, type TubeCountRow } from '../counting/round-counts.ts';
import { bookedByCode, type BookedLine, bookedLines, bookedTubes } from '../lab/lab-store.ts';
import { readMeta } from '../store/meta.ts';
import { rosterKeysBytes } from '../roster/roster-store.ts';
import type { Store } from '../store/database.ts';
import { unfiledRuns, type UnfiledRun } from './unfiled-runs.ts';
import {
  readRound,
  ROUNDS,
  type RoundTableRow,
  storedRound,
  type StoredRound,
} from '../ledger/stored-round.ts';

/** Reports of rounds. */
export const roundReports = {
  /** Newest number first. */
  'round.list': ({ db }: ReportContext, _: Record<string, never>): StoredRound[] =>
    db.prepare<[], RoundTableRow>(`${ROUNDS} ORDER BY number DESC`).all().map(storedRound),

  'round.get': ({ db }: ReportContext, { round }: { round: RoundId }): StoredRound | null =>
    readRound(db, round),

  /** What kiosks are told: rounds planned, open and settling, with their keys. Rounds whose keys were purged are left out. */
  'kiosk.rounds': ({ db, keys }: ReportContext, _: Record<string, never>): RoundsMessage => {
    const rows = db
      .prepare<[], RoundTableRow>(`${ROUNDS} WHERE state <> 'closed' ORDER BY number DESC`)
      .all();
    const rounds = rows.map(storedRound).flatMap((r): RoundsMessage['rounds'] => {
      const roundKeys = keys.round(r.round);
      if (roundKeys === null) return [];
      const { tubePattern: _byItself, ...definition } = r.definition;
      const info: RoundInfo = {
        round: r.round,
        state: r.state,
        definition,
        publicKey: r.publicKey,
        wrappedKey: roundKeys.wrapped,
        rosterKeys: r.rosterKeys,
      };
      return [{ info, key: bytesToHex(roundKeys.key) }];
    });
    return { rounds, site: readMeta(db, 'site') ?? '' };
  },

  /** How the tube codes of rounds that are not closed look, where the site lead fixed it. */
  'kiosk.tube-patterns': ({ db }: ReportContext, _: Record<string, never>): TubePatternsMessage => ({
    patterns: db
      .prepare<[], RoundTableRow>(`${ROUNDS} WHERE state <> 'closed'`)
      .all()
      .map(storedRound)
      .flatMap(({ round, definition: { tubePattern: pattern } }) =>
        pattern === null ? [] : [{ round, pattern }],
      ),
  }),

  /** The snapshot of roster keys with this SHA-256, 16 bytes a key; null when no round has it (any more). */
  'roster.keys': ({ db }: ReportContext, { hash }: { hash: string }): Uint8Array | null =>
    rosterKeysOf(db, withRosterKeys(db, hash)[0] ?? null),

  /** The same for a kiosk: of a round that plans its station and is not closed; null of any other. */
  'kiosk.roster-keys': (
    { db }: ReportContext,
    { hash, station }: { hash: string; station: number },
  ): Uint8Array | null =>
    rosterKeysOf(
      db,
      withRosterKeys(db, hash).find((r) => r.state !== 'closed' && plansStation(r.definition, station)) ??
        null,
    ),

  /** Tubes with what the lab booked, in order of station and opening. */
  'round.tubes': ({ db }: ReportContext, { round }: { round: RoundId }): TubeRow[] => {
    return tubeRows(db, round, countTubes(db, round));
  },

  /** What is booked; with `onlyBy` a person's own entries and nothing else. */
  'lab.lines': (
    { db }: ReportContext,
    { round, onlyBy }: { round: RoundId; onlyBy: string | null },
  ): BookedLine[] => bookedTubes(bookedLines(db, round, onlyBy)).flatMap((t) => [...t.lines, ...t.contrary]),

  /** Swipes that stand in no ladder, for the lead to file. */
  'round.unfiled': (context: ReportContext, _: Record<string, never>): UnfiledRun[] => unfiledRuns(context),
};

const withRosterKeys = (db: Store, hash: string): StoredRound[] =>
  db.prepare<[string], RoundTableRow>(`${ROUNDS} WHERE r.roster_keys = ?`).all(hash).map(storedRound);

function rosterKeysOf(db: Store, found: StoredRound | null): Uint8Array | null {
  if (found === null) return null;
  const credentials = db
    .prepare<[string, number], string>('SELECT credentials FROM roster_row WHERE round = ? AND version = ?')
    .pluck()
    .all(found.round, found.rosterVersion);
  return rosterKeysBytes(credentials.flatMap((c) => JSON.parse(c) as string[]));
}

/** Tubes as boards and HTTP show them: counted, with what the laboratory booked. */
export function tubeRows(db: Store, round: RoundId, tubes: readonly TubeCountRow[]): TubeRow[] {
  const booked = bookedByCode(db, round);
  const shown = shownTubeTimes(db, round);
  return tubes.map((t) => ({
    opened: t.opened,
    code: t.code,
    batch: t.batch,
    station: t.station,
    openedAt: shown.get(t.opened)?.openedAt ?? t.openedAt,
    sealedAt: shown.get(t.opened)?.sealedAt ?? t.sealedAt,
    people: t.people,
    places: t.places,
    capacity: t.capacity,
    swabbed: t.swabbed,
    booked: t.code === null ? null : (booked.get(t.code) ?? null),
  }));
}
