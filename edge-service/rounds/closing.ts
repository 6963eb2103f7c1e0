import type { RowError } from '#shared/contract/http.ts';
import { STATION_MAX, type InstallId } from '#shared/ids.ts';
import type { RoundDefinition } from '#shared/round.ts';
import { dayAndTime } from '#shared/site-time.ts';
import type { Words } from '#shared/words.ts';
import { roundContact, type RoundContact } from '../counting/completeness.ts';
import type { StoredRound } from '../ledger/stored-round.ts';
import type { Store } from '../store/database.ts';
import { notBegun } from '../counting/sessions-over.ts';
import { lackingWords } from '../counting/ladder-words.ts';

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
      return bar(placeOf(station, install), missing === null ? 'not-ended' : 'not-arrived', {
        zh: `${missing === null ? '没有收工' : `${lackingWords(missing).zh}没有到`}:等它联网收工;不会再来,就在“各机记录”填写例外`,
        en: `${missing === null ? 'has not ended the round' : `${lackingWords(missing).en} have not arrived`}: wait for it, or write an exception under Installs.`,
      });
    }),
    ...contact.unheardStations
      .filter((station) => !named.has(station))
      .map((station) =>
        bar(placeOf(station, null), 'never-heard', {
          zh: `从未联系过:没有用这一台,就在归档的理由里写明“${station}号台”`,
          en: `was never heard of: if it was not used, name it in the reason ("station ${station}").`,
        }),
      ),
    ...(open.quarantined > 0
      ? [
          bar(null, 'quarantine', {
            zh: `${open.quarantined} 条记录不能用:请在“各机记录”逐条处理`,
            en: `${open.quarantined} records cannot be used: settle each under Installs.`,
          }),
        ]
      : []),
    ...(open.strayed > 0
      ? [
          bar(null, 'unknown-round', {
            zh: `${open.strayed} 条打卡属于主机不认识的轮次:请在“各机记录”归入本轮,或恢复那一轮`,
            en: `${open.strayed} swipes are of a round this edge does not know: file them under Installs, or recreate that round.`,
          }),
        ]
      : []),
    ...(open.unreviewedForks.length > 0
      ? [
          bar(null, 'forks', {
            zh: '有分叉的记录:请在“各机记录”查看',
            en: 'Journals have forked: look at them under Installs.',
          }),
        ]
      : []),
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
      bar(name, 'session-not-begun', {
        zh: `${dayAndTime(from)} 才开始:不再进行,就在归档的理由里写明“${name}”`,
        en: `begins at ${dayAndTime(from)}: if it will not be held, name it in the reason.`,
      }),
    );

const bar = (column: string | null, code: string, words: Words): RowError => ({
  row: 0,
  column,
  code,
  sheet: null,
  ...words,
});

const placeOf = (station: number | null, install: InstallId | null): string =>
  `${station ?? '?'}号台${install === null ? '' : ` ${install.slice(0, 8)}`}`;

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
