import { type CredentialKey, type EventId, type InstallId, type RoundId, splitEventId } from '#shared/ids.ts';
import type { Decision, WriteContext } from '../ledger/contexts.ts';
import type { InstallState } from '../ledger/installs.ts';
import { joinedPerson } from '../projection/person-keys.ts';
import { IN_QUARANTINE } from '../projection/quarantine.ts';
import type { PlacedEvent } from '../projection/placed-event.ts';
import { Refusal } from '../ledger/refusal.ts';
import { readRound, type StoredRound } from '../ledger/stored-round.ts';

type WithoutRound<D> = D extends Decision ? Omit<D, 'round' | 'by'> : never;
/** What site lead and HR may decide about a round over HTTP. */
export type RoundDecision = WithoutRound<
  Extract<
    Decision,
    {
      type:
        | 'void'
        | 'tube-corrected'
        | 'excuse'
        | 'excuse-withdrawn'
        | 'link'
        | 'unlink'
        | 'link-decided'
        | 'identity-decided'
        | 'walk-ins-described'
        | 'filed'
        | 'exception'
        | 'quarantine-settled'
        | 'fork-reviewed'
        | 'difference-decided';
    }
  >
>;

/**
 * Refuses what would become an event for ever and mean nothing: a decision about what does not exist, is not what the
 * decision takes it for, or is frozen since its round was closed.
 */
export function demandSense(context: WriteContext, round: StoredRound, decision: RoundDecision): void {
  demandOpen(round);
  switch (decision.type) {
    case 'void':
      return demandSwipe(context, round, decision.swipe);
    case 'tube-corrected':
      return demandTube(context, round, decision.opened);
    case 'excuse':
      return demandRosterPerson(context, round, decision.person);
    case 'excuse-withdrawn':
      return demandStanding(context, round, { event: decision.excuse, of: 'excuse' });
    case 'link':
      return demandCredentials(context, round, decision.credentials);
    case 'unlink':
      return demandStanding(context, round, { event: decision.link, of: 'link' });
    case 'link-decided':
      return demandStanding(context, round, { event: decision.link, of: 'link' });
    case 'identity-decided':
      return demandIdentity(context, round, decision);
    case 'walk-ins-described':
      return demandSwiped(context, round, decision.people);
    case 'filed':
      return demandRun(context, round, decision);
    case 'exception':
      if (decision.lastSequence < lastOf(kiosk(context, decision.install)))
        throw new Refusal('below-head', 'the install has said that it has more');
      return;
    case 'quarantine-settled':
      return demandQuarantined(context, decision.event);
    case 'fork-reviewed':
      return demandForked(context, kiosk(context, decision.install));
    case 'difference-decided':
      return; // decision-routes.ts has looked for it among those that stand
  }
}

function demandOpen(round: StoredRound): void {
  if (round.state === 'closed') throw new Refusal('round-closed', 'the round is closed');
}

function kiosk(context: WriteContext, install: InstallId): InstallState {
  const journal = context.installs.get(install);
  if (journal?.kind !== 'kiosk') throw new Refusal('no-install', 'no such install');
  return journal;
}

/** The highest number this journal is known to have. */
const lastOf = ({ head, watermark }: InstallState): number => Math.max(head, watermark);

/** A tube of this round; what is put right of one that counts elsewhere is that round's matter. */
function demandTube({ db }: WriteContext, { round }: StoredRound, opened: EventId): void {
  if (db.prepare('SELECT 1 FROM tube WHERE opened = ? AND round = ?').get(opened, round) === undefined)
    throw new Refusal('no-tube', 'no such tube');
}

/** A swipe that counts here, or nowhere yet; one still on its way may be voided too. */
function demandSwipe(context: WriteContext, round: StoredRound, id: EventId): void {
  const { install, sequence } = splitEventId(id);
  const journal = context.installs.get(install);
  if (journal?.kind !== 'kiosk') throw new Refusal('no-event', 'no such swipe');
  if (sequence > journal.watermark) return;
  const { references, filings } = context.projection;
  const event = references.event(id);
  if (event?.body.type !== 'swipe') throw new Refusal('not-a-swipe', 'the event is no swipe');
  demandHere(context, round, filings.roundOf(event));
}

/** Through the path of one round nothing of another one is changed. */
function demandHere(context: WriteContext, round: StoredRound, its: RoundId | null): void {
  if (its === null || its === round.round) return;
  const other = readRound(context.db, its);
  if (other !== null) demandOpen(other);
  throw new Refusal('other-round', 'it belongs to another round');
}

/** A run may be taken out of another round, as long as that one is not closed, and ends where its journal ends. */
function demandRun(
  context: WriteContext,
  { round: into }: StoredRound,
  run: { install: InstallId; from: number; to: number },
): void {
  if (run.to > lastOf(kiosk(context, run.install)))
    throw new Refusal('beyond-head', 'the journal does not reach so far');
  for (const id of context.projection.roundsOf(run)) {
    const round = readRound(context.db, id);
    if (round !== null) demandOpen(round);
  }
  if (takenFor(context, run).some((id) => id !== into && context.keys.round(id) === null))
    throw new Refusal('keys-gone', 'whose swipes they are cannot be known');
}

/** The rounds that swipes of this run were taken for, whatever they are filed to. */
function takenFor({ db }: WriteContext, run: { install: InstallId; from: number; to: number }): RoundId[] {
  return db
    .prepare<[typeof run], RoundId>(
      `SELECT DISTINCT json_extract(CAST(body AS TEXT), '$.round') AS round FROM event
       WHERE install = :install AND sequence BETWEEN :from AND :to AND type = 'swipe' AND status = 'valid' AND round IS NOT NULL`,
    )
    .pluck()
    .all(run);
}

function demandRosterPerson({ db }: WriteContext, { round }: StoredRound, key: string): void {
  const found = db
    .prepare<[{ round: RoundId; key: string }]>(
      `SELECT 1 FROM roster_person WHERE round = :round
       AND person = COALESCE((SELECT person FROM person WHERE round = :round AND key = :key), :key)`,
    )
    .get({ round, key });
  if (found === undefined) throw new Refusal('no-person', 'nobody on the roster has this key');
}

/** Each once, and each of the roster, of an earlier link or of a swipe. */
function demandCredentials({ db }: WriteContext, { round }: StoredRound, keys: readonly string[]): void {
  if (new Set(keys).size < keys.length) throw new Refusal('same-credential', 'a key is named twice');
  const find = db.prepare<[{ round: RoundId; key: string }]>(
    `SELECT 1 FROM person WHERE round = :round AND key = :key
     UNION ALL SELECT 1 FROM roster_person WHERE round = :round AND person = :key
     UNION ALL SELECT 1 FROM swipe WHERE round = :round AND key = :key LIMIT 1`,
  );
  if (keys.some((key) => find.get({ round, key }) === undefined))
    throw new Refusal('no-credential', 'nobody of the round has this key');
}

/** Somebody with a swipe of their own, and somebody of the roster who is another person so far; what was said before may be taken back. */
function demandIdentity(
  context: WriteContext,
  round: StoredRound,
  said: { walkIn: CredentialKey; person: CredentialKey; state: 'same' | 'other' | 'open' },
): void {
  demandRosterPerson(context, round, said.person);
  demandSwiped(context, round, [said.walkIn]);
  if (said.state === 'open') return;
  const person = joinedPerson(context.db, round.round, said.walkIn) ?? said.walkIn;
  const listed = context.db
    .prepare<[RoundId, string]>('SELECT 1 FROM roster_person WHERE round = ? AND person = ?')
    .get(round.round, person);
  if (listed !== undefined) throw new Refusal('on-roster', 'counts as somebody of the roster already');
}

/** Keys under each of which somebody of the round swiped. */
function demandSwiped({ db }: WriteContext, { round }: StoredRound, keys: readonly string[]): void {
  const swiped = db
    .prepare<[RoundId, string], number>(
      'SELECT COUNT(DISTINCT key) FROM swipe WHERE round = ? AND key IN (SELECT value FROM json_each(?))',
    )
    .pluck()
    .get(round, JSON.stringify(keys));
  if (swiped !== new Set(keys).size) throw new Refusal('no-credential', 'nobody of the round has this key');
}

/** An excuse or a link of this round that has not been taken back. */
function demandStanding(
  context: WriteContext,
  round: StoredRound,
  named: { event: EventId; of: 'excuse' | 'link' },
): void {
  const { references, copies } = context.projection;
  const event: PlacedEvent | null = references.event(named.event);
  if (event?.body.type !== named.of) throw new Refusal('no-event', `no such ${named.of}`);
  demandHere(context, round, event.body.round);
  const back = named.of === 'excuse' ? 'withdrawn' : 'undone';
  const isBack = context.db
    .prepare<[EventId], 0 | 1>(`SELECT ${back} FROM ${named.of} WHERE event = ?`)
    .pluck()
    .get(copies.speakerOf(named.event));
  if (isBack === 1) throw new Refusal('taken-back', 'it has been taken back before');
}

function demandQuarantined({ db }: WriteContext, event: EventId): void {
  const { install, sequence } = splitEventId(event);
  const found = db
    .prepare<[InstallId, number]>(
      `SELECT 1 FROM event e WHERE e.install = ? AND e.sequence = ? AND ${IN_QUARANTINE}`,
    )
    .get(install, sequence);
  if (found === undefined) throw new Refusal('not-in-quarantine', 'the event is not in quarantine');
}

/** Either side of a fork, or where two histories were seen. */
function demandForked({ db }: WriteContext, { install, parent, trouble }: InstallState): void {
  const forked =
    trouble === 'forked' ||
    trouble === 'broken' ||
    parent !== null ||
    db.prepare('SELECT 1 FROM install WHERE parent = ?').get(install) !== undefined;
  if (!forked) throw new Refusal('no-fork', 'the install never forked');
}
