import type { RowError } from '#shared/contract/http.ts';
import { STATION_MAX, type InstallId } from '#shared/ids.ts';
import type { RoundDefinition } from '#shared/round.ts';
import { roundContact, type RoundContact } from '../counting/completeness.ts';
import type { StoredRound } from '../ledger/stored-round.ts';
import type { Store } from '../store/database.ts';
import { notBegun } from '../counting/sessions-over.ts';
import { lackingWords } from '../counting/ladder-words.ts';
import { message, type Message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';
import { sentence } from '#shared/language/sentence.ts';

/** All that keeps a round from being closed for this reason. */
export const barsOf = (
  db: Store,
  { round, definition }: StoredRound,
  asked: { reason: string | null; now: number },
): RowError[] => [...closingBars(roundContact(db, round), asked.reason), ...sessionBars(definition, asked)];

/**
 * What of its installs keeps a round from being closed. It need not be complete: what will never come is closed over once a person has
 * answered for it, by an exception that names the install, or for a planned station no kiosk of which was ever heard (an
 * exception could name nothing) by the reason of the closing itself. Empty: it may be closed.
 */
export function closingBars(contact: RoundContact, reason: string | null): RowError[] {
  if (contact.complete) return [];
  const { open, lacking } = contact;
  const named = stationsNamed(reason ?? '');
  return [
    ...open.unexcepted.map(({ install, station }) => {
      const missing = lacking.find((k) => k.install === install) ?? null;
      const at = placeOf(station, install);
      return missing === null
        ? bar(at, 'not-ended', message('closing.not-ended'))
        : bar(at, 'not-arrived', message('closing.not-arrived', { which: lackingWords(missing) }));
    }),
    ...contact.unheardStations
      .filter((station) => !named.has(station))
      .map((station) =>
        bar(placeOf(station, null), 'never-heard', message('closing.never-heard', { station })),
      ),
    ...(open.quarantined > 0
      ? [bar(null, 'quarantine', message('closing.quarantine', { n: open.quarantined }))]
      : []),
    ...(open.strayed > 0
      ? [bar(null, 'unknown-round', message('closing.unknown-round', { n: open.strayed }))]
      : []),
    ...(open.unreviewedForks.length > 0 ? [bar(null, 'forks', message('closing.forks'))] : []),
  ];
}

/** A session nobody has come to yet is closed over only by naming it: its people stay 未到场次 for good. */
const sessionBars = (
  definition: RoundDefinition,
  { reason, now }: { reason: string | null; now: number },
): RowError[] =>
  notBegun(definition, now)
    .filter(({ name }) => reason?.includes(name) !== true)
    .map(({ name, from }) =>
      bar(name, 'session-not-begun', message('closing.session-not-begun', { at: from, name })),
    );

/** `at`: the station in words, or the name of a session; null: of no place. */
function bar(at: Message | string | null, code: string, said: Message): RowError {
  const place =
    at === null || typeof at === 'string' ? { column: at } : { column: say('zh', at), where: sentence(at) };
  return { row: 0, ...place, code, sheet: null, ...sentence(said) };
}

function placeOf(station: number | null, install: InstallId | null): Message {
  const named = station ?? '?';
  return install === null
    ? message('station.numbered', { n: named })
    : message('closing.journal', { station: named, install: install.slice(0, 8) });
}

const NAMED = /(?<zh>\d[\d\s、,,和到至–~-]*)号台|stations?\s+(?<en>\d[\d\s,–-]*)/giu;
const RUN = /(\d+)(?:\s*[到至–~-]\s*(\d+))?/gu;

/** `2号台`, `2、5号台`, `2–9号台`, `station 2`. */
function stationsNamed(reason: string): Set<number> {
  const named = new Set<number>();
  for (const { groups } of reason.matchAll(NAMED))
    for (const [, from, to] of (groups?.['zh'] ?? groups?.['en'] ?? '').matchAll(RUN)) {
      const last = Math.min(Number(to ?? from), STATION_MAX);
      for (let station = Number(from); station <= last; station++) named.add(station);
    }
  return named;
}
