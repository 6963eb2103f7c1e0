import { type EventBody, parseBody } from '#shared/event/event.ts';
import type { InstallId, RoundId } from '#shared/ids.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { unknownRounds } from '../ledger/unknown-rounds.ts';
import { shownTime } from '../projection/bounded-times.ts';
import type { Store } from '../store/database.ts';

/**
 * An uninterrupted run of swipes of one kiosk that stand in no ladder: tests, swipes of no round, and swipes of a round that
 * this edge does not know. From the first to the last number lies nothing that counts elsewhere, so the whole may be filed.
 */
export interface UnfiledRun {
  install: InstallId;
  station: number | null;
  round: RoundId | null;
  phase: 'test' | 'unfiled' | 'unknown-round';
  from: number;
  to: number;
  swipes: number;
  unreadables: number;
  firstTime: number;
  lastTime: number;
  /** Whether this edge has the round; false where there is none. */
  roundKnown: boolean;
  /** Whether the round's key file lies in the key directory; null where there is no round. */
  roundKeys: 'held' | 'gone' | null;
}

/** An event with a place in a round (or in none) that no ladder takes in. */
export interface Stray {
  install: InstallId;
  sequence: number;
  time: number;
  receivedAt: number;
  body: EventBody;
  /** The round it was filed to or taken for, test or not; null for none. */
  round: RoundId | null;
  phase: UnfiledRun['phase'];
}

/** What has a place in a round: a run takes its tubes and its end along. */
const PLACED = "('swipe', 'unreadable', 'tube-opened', 'round-ended')";
const STRAYS = `
SELECT p.install, p.sequence, p.round, ${shownTime('e')} AS time, e.received_at AS receivedAt, e.body FROM (
  SELECT install, sequence, round FROM swipe
  UNION ALL SELECT install, sequence, round FROM unreadable
  UNION ALL SELECT install, sequence, round FROM round_end
  UNION ALL SELECT install, CAST(substr(opened, 38) AS INTEGER), round FROM tube
) p JOIN event e ON e.install = p.install AND e.sequence = p.sequence
WHERE p.round IS NULL OR p.round IN (SELECT value FROM json_each(?))
ORDER BY p.install, p.sequence`;

/** Strays by journal and number; their tubes and ends of rounds among them. */
export function straysOf(db: Store): Stray[] {
  type Row = Pick<Stray, 'install' | 'sequence' | 'time' | 'receivedAt' | 'round'> & { body: Uint8Array };
  const rows = db.prepare<[string], Row>(STRAYS).all(JSON.stringify(unknownRounds(db)));
  return rows.flatMap((row): Stray[] => {
    const parsed = parseBody(row.body);
    if (!parsed.ok) return []; // it has a row: it was read before
    const { body } = parsed;
    const phase = row.round !== null ? 'unknown-round' : body.phase === 'test' ? 'test' : 'unfiled';
    return [{ ...row, body, round: row.round ?? body.round, phase }];
  });
}

/** Every swipe and unreadable that stands in no ladder, in runs, by journal and number. */
export function unfiledRuns({ db, keys }: Pick<ReportContext, 'db' | 'keys'>): UnfiledRun[] {
  const between = db
    .prepare<[number, number, InstallId], 1>(
      `SELECT 1 FROM event WHERE sequence > ? AND sequence < ? AND install = ? AND status = 'valid' AND type IN ${PLACED} LIMIT 1`,
    )
    .pluck();
  const known = new Set(db.prepare<[], RoundId>('SELECT round FROM round').pluck().all());
  const keysOf = new Map<RoundId, 'held' | 'gone'>();
  const keysFor = (round: RoundId): 'held' | 'gone' => {
    const asked = keysOf.get(round) ?? (keys.round(round) === null ? 'gone' : 'held');
    keysOf.set(round, asked);
    return asked;
  };
  const runs: UnfiledRun[] = [];
  for (const { body, time, round, phase, ...stray } of straysOf(db)) {
    const isOne = { swipes: Number(body.type === 'swipe'), unreadables: Number(body.type === 'unreadable') };
    const last = runs.at(-1);
    if (
      last?.install === stray.install &&
      last.phase === phase &&
      last.round === round &&
      last.station === body.station &&
      between.get(last.to, stray.sequence, stray.install) === undefined
    )
      extend(last, { ...isOne, sequence: stray.sequence, time });
    else
      runs.push({
        install: stray.install,
        station: body.station,
        round,
        phase,
        from: stray.sequence,
        to: stray.sequence,
        ...isOne,
        firstTime: time,
        lastTime: time,
        roundKnown: round !== null && known.has(round),
        roundKeys: round === null ? null : keysFor(round),
      });
  }
  return runs.filter((run) => run.swipes + run.unreadables > 0);
}

function extend(
  run: UnfiledRun,
  by: { sequence: number; time: number; swipes: number; unreadables: number },
): void {
  const isFirst = run.swipes + run.unreadables === 0;
  run.to = by.sequence;
  run.swipes += by.swipes;
  run.unreadables += by.unreadables;
  if (by.swipes + by.unreadables === 0) return;
  // A tube opened hours before its first swipe is no time of a swipe.
  if (isFirst) run.firstTime = by.time;
  run.lastTime = by.time;
}
