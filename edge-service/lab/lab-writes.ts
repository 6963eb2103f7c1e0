import type { RoundId } from '#shared/ids.ts';
import type { WriteContext } from '../ledger/contexts.ts';
import { sha256Hex } from '../keys/digest.ts';
import type { LabLine } from './lab-file.ts';
import { type OwnEntry, ownEntries } from './lab-entries.ts';
import { bookedLines, bookedTubes, SITE_TOTAL_CODE } from './lab-store.ts';
import { openedCodes } from './opened-codes.ts';
import { Refusal } from '../ledger/refusal.ts';
import { knownRound } from '../ledger/stored-round.ts';

interface Asked {
  round: RoundId;
  by: string;
}

/** What a person read off the laboratory's paper. `tube` null: a total of the whole site. */
export interface LabEntry {
  tube: string | null;
  count: number;
  batch: string | null;
  station: number | null;
  /** Whether the person could see no expected number. */
  blind: boolean;
}

/** Writes of lab counts: every one is a numbered version in the journal; lists before it stay stored. */
export const labWrites = {
  /**
   * Stores a list as a new version in place of the one before, or with `add` on top of it: then lines of a tube already listed
   * are replaced. `hash`: SHA-256 of the file as it came, hex.
   */
  'lab.store': (
    context: WriteContext,
    args: Asked & { lines: readonly LabLine[]; complete: boolean; add: boolean; hash: string },
  ): { version: number; lines: number } => {
    const { db } = context;
    const version = openRound(context, args.round) + 1;
    const fresh = new Set(args.lines.map((l) => l.tube));
    const kept = args.add
      ? db
          .prepare<[{ round: RoundId }], StoredLine>(
            'SELECT code, count, batch, station FROM lab_line WHERE round = :round AND version = (SELECT max(version) FROM lab_line WHERE round = :round) ORDER BY line',
          )
          .all({ round: args.round })
          .filter((l) => !fresh.has(l.code))
      : [];
    const lines: StoredLine[] = [
      ...kept,
      ...args.lines.map((l) => ({ code: l.tube, count: l.count, batch: l.batch, station: l.station })),
    ];
    const insert = db.prepare(
      'INSERT INTO lab_line(round, version, line, code, count, batch, station, ours) VALUES (?, ?, ?, ?, ?, ?, ?, 1)',
    );
    for (const [i, l] of lines.entries())
      insert.run(args.round, version, i + 1, l.code, l.count, l.batch, l.station);
    stored(context, { ...args, version });
    return { version, lines: lines.length };
  },

  /** Marks the list as it stands complete, or partial again. */
  'lab.complete': (
    context: WriteContext,
    args: Asked & { complete: boolean },
  ): { version: number; lines: number } => {
    const version = openRound(context, args.round) + 1;
    stored(context, { ...args, version, hash: bookedHash(context, args.round) });
    return { version, lines: knownRound(context, args.round).labLines };
  },

  /**
   * One tube by hand, its code completed as a list's is. Of a blind entry the code stays as it was typed, or the answer would
   * say which codes were opened here; it is completed where it is compared (`bookedLines`). A person's later entry for the
   * same tube replaces their own; another's is compared with it.
   */
  'lab.entry': (context: WriteContext, args: Asked & { entry: LabEntry }): OwnEntry => {
    const { db } = context;
    const { round, by, entry } = args;
    openRound(context, round);
    const code = entry.blind ? (entry.tube ?? SITE_TOTAL_CODE) : entryCode(context, round, entry.tube);
    db.prepare(
      `INSERT INTO lab_entry(round, code, by, count, batch, station, blind, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT(round, code, by) DO UPDATE SET count = excluded.count, batch = excluded.batch, station = excluded.station, blind = excluded.blind, at = excluded.at`,
    ).run(round, code, by, entry.count, entry.batch, entry.station, Number(entry.blind), context.wall());
    entriesStored(context, args);
    return ownEntry(context, { round, by, code });
  },

  /** Takes a person's own entry back. Refused once somebody else has entered the same: then it is final. */
  'lab.withdraw': (context: WriteContext, args: Asked & { tube: string | null }): null => {
    const { round, by } = args;
    openRound(context, round);
    const code = args.tube ?? SITE_TOTAL_CODE;
    if (ownEntry(context, { round, by, code }).final)
      throw new Refusal('entry-final', 'somebody else has entered the same');
    context.db.prepare('DELETE FROM lab_entry WHERE round = ? AND code = ? AND by = ?').run(round, code, by);
    entriesStored(context, args);
    return null;
  },
};

/** The tube a person means. */
function entryCode(context: WriteContext, round: RoundId, tube: string | null): string {
  if (tube === null) return SITE_TOTAL_CODE;
  const read = openedCodes(context.db, knownRound(context, round)).complete(tube);
  if (read.ok) return read.code;
  if (read.code === 'tube-ambiguous') throw new Refusal(read.code, 'the code means no single tube');
  throw new Error('a tube code came in that is none');
}

function ownEntry(context: WriteContext, of: Asked & { code: string }): OwnEntry {
  const found = ownEntries(context.db, of).find((e) => (e.tube ?? SITE_TOTAL_CODE) === of.code);
  if (found === undefined) throw new Refusal('no-entry', 'nothing of that tube was entered');
  return found;
}

interface StoredLine {
  code: string | null;
  count: number;
  batch: string | null;
  station: number | null;
}

/** The version before; refused for a closed round, whose comparison is frozen. */
function openRound(context: WriteContext, round: RoundId): number {
  const found = knownRound(context, round);
  if (found.state === 'closed') throw new Refusal('round-closed', 'the round is closed');
  return found.labVersion;
}

/** Entries have changed: a new version, whole or not as before. */
function entriesStored(context: WriteContext, { round, by }: Asked): void {
  const { labVersion, listComplete: complete } = knownRound(context, round);
  stored(context, { round, by, version: labVersion + 1, complete, hash: bookedHash(context, round) });
}

const bookedHash = ({ db }: WriteContext, round: RoundId): string =>
  sha256Hex(new TextEncoder().encode(JSON.stringify(bookedLines(db, round))));

function stored(
  context: WriteContext,
  args: Asked & { version: number; complete: boolean; hash: string },
): void {
  const { round, by, version, complete, hash } = args;
  context.db
    .prepare('UPDATE round SET lab_version = ?, list_complete = ? WHERE round = ?')
    .run(version, Number(complete), round);
  const tubes = bookedTubes(bookedLines(context.db, round)).filter((t) => t.tube !== null).length;
  context.decide({
    type: 'lab-counts-stored',
    labVersion: version,
    hash,
    tubes,
    listComplete: complete,
    round,
    by,
  });
  context.changes.rounds.add(round);
}
