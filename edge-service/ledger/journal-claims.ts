import type { EventId, InstallId } from '#shared/ids.ts';
import type { Store } from '../store/database.ts';
import type { WriteContext } from './contexts.ts';
import { endPairing, handOver, isPaired } from './journal-owner.ts';
import { Refusal } from './refusal.ts';

/** A kiosk that says a journal of another pairing is its own, and waits for a person. Times in ms. */
export interface JournalClaim {
  install: InstallId;
  pairing: string;
  station: number;
  device: string | null;
  at: number;
  /** Where the journal was heard last, and how many of its events are here. */
  wasStation: number | null;
  wasDevice: string | null;
  lastContact: number | null;
  events: number;
  /** The token of the pairing that the journal came by is good: its kiosk may be at work. */
  ownerPaired: boolean;
}

export interface ClaimAnswer {
  install: InstallId;
  pairing: string;
  continues: boolean;
  reason: string;
  by: string;
}

export interface DecidedClaim {
  event: EventId;
  time: number;
  /** The pairing that the journal was taken from, whose connections end; null: it stays where it was. */
  takenFrom: string | null;
}

/** Claims nobody has answered, of pairings that are good, oldest first. */
export function openClaims(db: Store): JournalClaim[] {
  return db
    .prepare<[], Omit<JournalClaim, 'ownerPaired'> & { ownerPaired: 0 | 1 }>(
      `SELECT c.install, c.pairing, c.at, p.station, p.device, i.station AS wasStation, i.device AS wasDevice,
         i.last_contact AS lastContact, i.watermark AS events,
         EXISTS (SELECT 1 FROM pairing o WHERE o.pairing = i.pairing AND o.redeemed_at IS NOT NULL AND o.revoked_at IS NULL)
           AS ownerPaired
       FROM install_claim c JOIN pairing p ON p.pairing = c.pairing JOIN install i ON i.install = c.install
       WHERE p.redeemed_at IS NOT NULL AND p.revoked_at IS NULL AND i.pairing IS NOT c.pairing
       ORDER BY c.at, c.install, c.pairing`,
    )
    .all()
    .map((row) => ({ ...row, ownerPaired: row.ownerPaired === 1 }));
}

/**
 * A person has answered a claim, by an event. With yes the journal goes on under the pairing that claims it, and an owner
 * left without one ends; what it forked from stays, because the other side of the fork may be at work. With no the kiosk
 * begins a new one at its next hello.
 */
export function decideClaim(context: WriteContext, answer: ClaimAnswer): DecidedClaim {
  const { install, pairing, continues, reason, by } = answer;
  const { db, installs } = context;
  const claim = openClaims(db).find((c) => c.install === install && c.pairing === pairing);
  const owner = installs.get(install)?.pairing ?? null;
  if (claim === undefined || owner === null) throw new Refusal('no-claim', 'nobody claims this journal');
  db.prepare('DELETE FROM install_claim WHERE install = ? AND pairing = ?').run(install, pairing);
  const decided = { type: 'claim-decided', install, pairing, continues, reason, round: null, by } as const;
  const event = context.decide(decided);
  const time = context.wall();
  if (!continues) return { event, time, takenFrom: null };
  handOver(context, install, pairing);
  const left = db.prepare('SELECT 1 FROM install WHERE pairing = ? LIMIT 1').get(owner);
  if (left === undefined && isPaired(db, owner)) endPairing(context, owner);
  return { event, time, takenFrom: owner };
}
