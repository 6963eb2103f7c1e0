import { bytesToUtf8 } from '#shared/bytes.ts';
import type { Opening, Openings } from '#shared/contract/http-openings.ts';
import type { EventOf } from '#shared/event/event.ts';
import { maskNumber } from '#shared/id-number.ts';
import { eventId, type InstallId, type RoundId } from '#shared/ids.ts';
import { type OpeningKind, readOpening } from '#shared/opening.ts';
import { httpTime } from '#shared/site-time.ts';
import { readRound } from '../ledger/stored-round.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import type { Store } from '../store/database.ts';

/** Answered at once to a page; a file holds all of them. */
export const OPENINGS_MAX = 500;

/** Which openings; null: everything fits. Times in ms, `to` excluded. */
export interface OpeningsAsked {
  by: string | null;
  what: OpeningKind | null;
  round: RoundId | null;
  from: number | null;
  to: number | null;
}

export const openingReports = {
  /** 谁看过: the newest openings of personal data that fit. */
  'openings.list': ({ db }: ReportContext, asked: OpeningsAsked): Openings => {
    const { openings, names } = openingsOf(db, asked);
    return { total: openings.length, openings: openings.slice(0, OPENINGS_MAX), names };
  },
};

/** Every opening that fits, the newest first, and all who ever opened anything. Reads journals alone, so a rebuild changes nothing. */
export function openingsOf(db: Store, asked: OpeningsAsked): { openings: Opening[]; names: string[] } {
  const openings: Opening[] = [];
  const names = new Set<string>();
  const rounds = roundNames(db);
  const codes = db.prepare<[string], string | null>('SELECT code FROM tube WHERE opened = ?').pluck();
  for (const { install, sequence, at, body } of journalRows(db)) {
    const { by, round, what, reason, people } = JSON.parse(
      bytesToUtf8(new Uint8Array(body)),
    ) as EventOf<'personal-data-opened'>;
    if (by !== null) names.add(by);
    const read = readOpening(what);
    const fits =
      (asked.by === null || by === asked.by) &&
      (asked.what === null || read.kind === asked.what) &&
      (asked.round === null || round === asked.round) &&
      (asked.from === null || at >= asked.from) &&
      (asked.to === null || at < asked.to);
    if (!fits) continue;
    openings.push({
      id: eventId(install, sequence),
      time: httpTime(at),
      by,
      round: round === null ? null : { id: round, name: rounds(round) },
      what: read.kind,
      headOnly: read.headOnly,
      tube: read.tube === null ? null : (codes.get(read.tube) ?? null),
      reason: reason.replace(LONG_NUMBER, maskNumber),
      people: people ?? read.people,
    });
  }
  return { openings, names: [...names].toSorted() };
}

/** An ID or a phone number that somebody typed as a reason. */
const LONG_NUMBER = /[0-9]{11,}[Xx]?/g;

interface Row {
  install: InstallId;
  sequence: number;
  at: number;
  body: Uint8Array;
}

/** The edge's own journals are short: each number is looked up, where a search would read every event of every kiosk. */
function journalRows(db: Store): Row[] {
  return db
    .prepare<[], Row>(
      `WITH RECURSIVE place(install, sequence) AS (
         SELECT install, watermark FROM install WHERE kind = 'edge' AND watermark > 0
         UNION ALL SELECT install, sequence - 1 FROM place WHERE sequence > 1)
       SELECT e.install, e.sequence, e.received_at AS at, e.body
       FROM place CROSS JOIN event e ON e.sequence = place.sequence AND e.install = place.install
       WHERE e.type = 'personal-data-opened' AND e.status = 'valid'
       ORDER BY e.received_at DESC, e.install, e.sequence DESC`,
    )
    .all();
}

function roundNames(db: Store): (round: RoundId) => string {
  const known = new Map<RoundId, string>();
  return (round) => {
    const name = known.get(round) ?? readRound(db, round)?.definition.name ?? '';
    known.set(round, name);
    return name;
  };
}
