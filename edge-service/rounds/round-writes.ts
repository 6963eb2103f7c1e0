import { randomUUID } from 'node:crypto';
import { bytesToHex } from '#shared/bytes.ts';
import { maskName } from '#shared/id-number.ts';
import type { CredentialKey, EventId, InstallId, RoundId } from '#shared/ids.ts';
import { stationAsking, writtenReason } from '#shared/opening-reason.ts';
import { NEXT_STATES, plansStation, type NewRound, type RoundState } from '#shared/round.ts';
import { barsOf } from './closing.ts';
import type { WriteContext } from '../ledger/contexts.ts';
import type { Store } from '../store/database.ts';
import { readMeta, writeMeta } from '../store/meta.ts';
import { rosterMoved } from './roster-moved.ts';
import { recreatedDefinition } from './recreated-round.ts';
import { reconcileRound } from '../reconcile/reconcile-round.ts';
import { demandSense, type RoundDecision } from './round-decisions.ts';
import {
  type PackedRoster,
  rosterKeysHash,
  staffOnRoster,
  storedRoster,
  unpackRoster,
} from '../roster/roster-store.ts';
import { Refusal } from '../ledger/refusal.ts';
import { isAmendment, knownRound, readRound, type StoredRound } from '../ledger/stored-round.ts';

/** Who asks, by account name. */
interface Asked {
  round: RoundId;
  by: string;
}

/** Writes of rounds and rosters, and what site lead and HR decide. All of it is in the edge's journal too. */
export const roundWrites = {
  /** Stores the site's name, unless none was given; returns the name in force. */
  'site.name': ({ db }: WriteContext, { name }: { name: string }): string => {
    if (name !== '') writeMeta(db, 'site', name);
    return readMeta(db, 'site') ?? '';
  },

  /** Makes a round in state draft, with keys of its own. */
  'round.create': (context: WriteContext, args: { definition: NewRound; by: string }): StoredRound => {
    const { db, keys } = context;
    const round = randomUUID() as RoundId;
    const roundKeys = keys.createRound(round);
    const definition = JSON.stringify(args.definition);
    db.prepare(
      `INSERT INTO round(round, number, definition, state, public_key, created_at) VALUES (?, ?, ?, 'draft', ?, ?)`,
    ).run(round, nextNumber(db), definition, bytesToHex(roundKeys.publicKey), context.wall());
    context.decide({ type: 'round-defined', definition, round, by: args.by });
    return roundChanged(context, round);
  },

  /**
   * Makes a round again that this edge has forgotten, under the id its swipes name and with the keys that still lie there:
   * they count from now on. Where the keys are gone it is a round whose personal data is gone: how many, never who.
   * Refused: `round-known`, and `no-round` when nothing of it is here.
   */
  'round.recreate': (
    context: WriteContext,
    { round, name, reason, by }: Asked & { name: string | null; reason: string },
  ): StoredRound => {
    const { db, keys } = context;
    if (readRound(db, round) !== null) throw new Refusal('round-known', 'the round is there');
    const made = recreatedDefinition(db, { round, name });
    if (made === null) throw new Refusal('no-round', 'no event names such a round');
    const definition = JSON.stringify(made.definition);
    const publicKey = keys.round(round)?.publicKey ?? new Uint8Array(0);
    db.prepare(
      `INSERT INTO round(round, number, definition, state, public_key, created_at, opened_at)
       VALUES (:round, :number, :definition, 'settling', :publicKey, :from, :from)`,
    ).run({
      round,
      number: nextNumber(db),
      definition,
      publicKey: bytesToHex(publicKey),
      from: made.from,
    });
    context.decide({ type: 'round-defined', definition, round, by });
    context.decide({ type: 'round-state', state: 'settling', reason, round, by });
    context.projection.persons.refresh(round, context.changes);
    return roundChanged(context, round);
  },

  /**
   * Moves a round on. Refused: `round-state` (not the next one), `not-complete` and `discrepancies-open` (closing wants
   * everything here or answered for (closing.ts), and every discrepancy explained or accepted).
   */
  'round.state': (
    context: WriteContext,
    args: Asked & { state: RoundState; reason: string | null },
  ): StoredRound => {
    const { db } = context;
    const before = knownRound(context, args.round);
    if (!NEXT_STATES[before.state].includes(args.state))
      throw new Refusal('round-state', `${before.state} → ${args.state}`);
    if (args.state === 'closed') {
      if (barsOf(db, before, { reason: args.reason, now: context.wall() }).length > 0)
        throw new Refusal('not-complete', 'installs are neither settled nor excepted');
      const undecided = reconcileRound(context, args.round).filter((d) => d.state === 'open').length;
      if (undecided > 0) throw new Refusal('discrepancies-open', `${undecided}`);
    }
    const now = context.wall();
    db.prepare(
      'UPDATE round SET state = :state, opened_at = coalesce(opened_at, :opened), closed_at = :closed WHERE round = :round',
    ).run({
      round: args.round,
      state: args.state,
      opened: args.state === 'open' ? now : null,
      closed: args.state === 'closed' ? now : null,
    });
    context.decide({
      type: 'round-state',
      state: args.state,
      reason: args.reason,
      round: args.round,
      by: args.by,
    });
    // The first time a round counts, it is with this roster; what comes later amends it.
    if (before.openedAt === null && args.state === 'open' && before.rosterVersion > 0)
      rosterMoved(context, {
        before: { ...before, rosterVersion: 0 },
        version: before.rosterVersion,
        rows: storedRoster(db, args.round),
        by: args.by,
        reason: null,
      });
    return roundChanged(context, args.round);
  },

  /**
   * Stores a new version of the roster and makes it the current one. `base`: the version it was made on, whose file HR goes on
   * getting back, and which must still be the current one (else `roster-changed`); null for a roster of its own. `hash`:
   * SHA-256 of the file as it came, hex.
   */
  'roster.store': (
    context: WriteContext,
    args: Asked & {
      rows: PackedRoster;
      file: Uint8Array | null;
      base: number | null;
      hash: string;
      reason: string | null;
    },
  ): { version: number } => {
    const { db } = context;
    const before = knownRound(context, args.round);
    if (before.state === 'closed') throw new Refusal('round-closed', 'the round is closed');
    if (args.base !== null && args.base !== before.rosterVersion)
      throw new Refusal('roster-changed', 'another roster was stored meanwhile');
    if (isAmendment(before) && args.reason === null)
      throw new Refusal('roster-amends', 'the round counts already');
    const version = before.rosterVersion + 1;
    const insert = db.prepare(
      'INSERT INTO roster_row(round, version, row, person, credentials, workshop, team, shift, leader, to_correct, identified, box) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    );
    const rows = unpackRoster(args.rows);
    for (const r of rows)
      insert.run(
        args.round,
        version,
        r.row,
        r.person,
        JSON.stringify(r.credentials),
        r.workshop,
        r.team,
        r.shift,
        Number(r.leader),
        Number(r.toCorrect),
        Number(r.identified),
        r.box,
      );
    if (args.base !== null && args.base > 0)
      db.prepare(
        'INSERT INTO roster_file(round, version, box) SELECT round, :version, box FROM roster_file WHERE round = :round AND version = :base',
      ).run({ round: args.round, version, base: args.base });
    else if (args.file !== null)
      db.prepare('INSERT INTO roster_file(round, version, box) VALUES (?, ?, ?)').run(
        args.round,
        version,
        args.file,
      );
    db.prepare('UPDATE round SET roster_version = ?, roster_keys = ? WHERE round = ?').run(
      version,
      rosterKeysHash(rows.flatMap((r) => r.credentials)),
      args.round,
    );
    context.decide({
      type: 'roster-stored',
      rosterVersion: version,
      hash: args.hash,
      people: rows.length,
      round: args.round,
      by: args.by,
    });
    if (before.openedAt !== null)
      rosterMoved(context, { before, version, rows, by: args.by, reason: args.reason });
    // Another roster became current: the round's persons are joined anew.
    context.projection.persons.refresh(args.round, context.changes);
    roundChanged(context, args.round);
    return { version };
  },

  /** A decision of a person about a round, as an event of the edge's journal; the projections follow from the event. */
  'round.decide': (
    context: WriteContext,
    args: Asked & { decision: RoundDecision },
  ): { event: EventId; time: number } => {
    demandSense(context, knownRound(context, args.round), args.decision);
    const event = context.decide({ ...args.decision, round: args.round, by: args.by });
    context.changes.rounds.add(args.round);
    return { event, time: context.wall() };
  },

  /** A person has taken note of decisions lost in a restore (`no-loss`). */
  'restore-loss.acknowledge': (
    context: WriteContext,
    args: { install: InstallId; from: number; reason: string; by: string },
  ): { event: EventId; time: number } => {
    const { install, from, reason, by } = args;
    const at = context.wall();
    const loss = context.db
      .prepare<[InstallId, number], { to: number }>(
        'SELECT to_sequence AS "to" FROM restore_loss WHERE install = ? AND from_sequence = ?',
      )
      .get(install, from);
    if (loss === undefined) throw new Refusal('no-loss', 'nothing is lost there');
    context.db
      .prepare(
        'UPDATE restore_loss SET acknowledged_by = ?, acknowledged_at = ? WHERE install = ? AND from_sequence = ?',
      )
      .run(by, at, install, from);
    const lost = { install, from, to: loss.to, reason, round: null, by };
    return { event: context.decide({ type: 'restore-loss-acknowledged', ...lost }), time: at };
  },

  /**
   * Surname and last character of whom a staff number names, for the kiosk that has just counted them; the opening is an event.
   * Null, and no event, for what is no staff number of the roster of a round that counts at this station.
   */
  'kiosk.roster-name': (
    context: WriteContext,
    { round, key, station }: { round: RoundId; key: CredentialKey; station: number },
  ): string | null => {
    const stored = readRound(context.db, round);
    const roundKeys = context.keys.round(round);
    if (roundKeys === null || (stored?.state !== 'open' && stored?.state !== 'settling')) return null;
    if (!plansStation(stored.definition, station)) return null;
    const person = staffOnRoster(context.db, roundKeys, { round, key });
    if (person === null) return null;
    context.decide({
      type: 'personal-data-opened',
      what: `name ${key}`,
      reason: writtenReason('opening.reason-staff-number'),
      people: 1,
      round,
      by: stationAsking(station),
    });
    return maskName(person.name);
  },

  /** Personal data was opened, maybe of several rounds at once: an event for each. Null: of no round. `people`: how many were shown. */
  'people.opened': (
    context: WriteContext,
    args: {
      by: string;
      reason: string;
      opened: readonly { round: RoundId | null; what: string; people: number }[];
    },
  ): void => {
    const { by, reason } = args;
    for (const { round, what, people } of args.opened)
      context.decide({ type: 'personal-data-opened', what, reason, people, round, by });
  },
};

const nextNumber = (db: Store): number =>
  db.prepare<[], number>('SELECT coalesce(max(number), 0) + 1 FROM round').pluck().get() ?? 1;

function roundChanged(context: WriteContext, round: RoundId): StoredRound {
  context.changes.rounds.add(round);
  context.changes.roundsChanged = true;
  return knownRound(context, round);
}
