import type { HttpLink, Links } from '#shared/contract/http-identity.ts';
import type { CredentialKey, EventId, RoundId } from '#shared/ids.ts';
import { httpTime } from '#shared/site-time.ts';
import type { ReportContext } from '../ledger/contexts.ts';
import { Copies } from '../projection/copies.ts';
import { joinRound, rosterRows } from '../projection/joined-round.ts';
import { References } from '../projection/references.ts';
import { is, type PlacedEvent } from '../projection/placed-event.ts';
import { Refusal } from '../ledger/refusal.ts';
import { readRound } from '../ledger/stored-round.ts';
import { type KnownCredential, knownPeople } from './known-people.ts';

interface LinkRow {
  event: EventId;
  credentials: string;
  undone: 0 | 1;
  decision: 'accepted' | 'refused' | null;
}

export const linkReports = {
  /** Every link of the round, the newest first, and the questions of those that are held back. */
  'round.links': (context: ReportContext, { round }: { round: RoundId }): Links =>
    context.db.transaction(() => linksOf(context, round))(),
};

function linksOf(context: ReportContext, round: RoundId): Links {
  const { db } = context;
  if (readRound(db, round) === null) throw new Refusal('no-round', 'no such round');
  const rows = db
    .prepare<[RoundId], LinkRow>('SELECT event, credentials, undone, decision FROM link WHERE round = ?')
    .all(round);
  if (rows.length === 0) return { links: [], held: [] };
  const { held } = joinRound(db, round, rosterRows(db, round));
  const keysOf = (row: LinkRow): CredentialKey[] => JSON.parse(row.credentials) as CredentialKey[];
  const persons = held.flatMap((group) => group.persons as CredentialKey[]);
  const known = knownPeople(context, round, [...rows.flatMap(keysOf), ...persons]);
  const waiting = new Set(held.flatMap(({ links }) => links));
  const references = new References(db, new Copies(db));
  const links = rows.flatMap((row) => {
    const event = references.event(row.event);
    if (event === null || !is(event, 'link')) return [];
    return {
      time: event.time,
      link: {
        id: row.event,
        station: event.body.station,
        by: event.body.by,
        time: httpTime(event.time),
        reason: event.body.reason ?? null,
        credentials: keysOf(row).map(known),
        state: stateOf(row, waiting),
        decided: decidedOf(references.naming(row.event)),
      } satisfies HttpLink,
    };
  });
  return {
    links: links.toSorted((a, b) => b.time - a.time).map(({ link }) => link),
    held: held.map((group) => ({
      links: [...group.links],
      people: (group.persons as CredentialKey[]).map((key) => personOf(known(key))),
    })),
  };
}

function stateOf(row: LinkRow, waiting: ReadonlySet<EventId>): HttpLink['state'] {
  if (row.undone === 1) return 'undone';
  if (row.decision === 'refused') return 'refused';
  return waiting.has(row.event) ? 'held' : 'applied';
}

/** What was said of a link last; that it was undone outweighs the rest. */
function decidedOf(naming: readonly PlacedEvent[]): HttpLink['decided'] {
  const undone = naming.findLast((n) => is(n, 'unlink'));
  if (undone !== undefined)
    return { state: 'undone', by: undone.body.by, time: httpTime(undone.time), reason: null };
  const last = naming.findLast((n) => is(n, 'link-decided'));
  if (last?.body.type !== 'link-decided') return null;
  const { state, by, reason } = last.body;
  return { state, by, time: httpTime(last.time), reason };
}

const personOf = ({ kind: _, ...person }: KnownCredential): Links['held'][number]['people'][number] => person;
