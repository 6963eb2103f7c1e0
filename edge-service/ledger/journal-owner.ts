import { EMPTY_HEAD } from '#shared/event/chain.ts';
import { bytesToHex } from '#shared/bytes.ts';
import type { InstallId } from '#shared/ids.ts';
import type { Hello, HelloReply } from '#shared/contract/wire.ts';
import type { Store } from '../store/database.ts';
import type { WriteContext } from './contexts.ts';
import { edgeAnswer } from './edge-answer.ts';
import type { InstallState } from './installs.ts';

/** Told to a kiosk that says hello for a journal of another pairing and has asked to go on with it. */
const UNPROVEN = edgeAnswer('edge-answer.unproven');
const NOTHING_TOLD = { sequence: EMPTY_HEAD.sequence, hash: bytesToHex(EMPTY_HEAD.hash) };

/** True while the token of the pairing is good. A pairing that a restore forgot is not. */
export function isPaired(db: Store, pairing: string): boolean {
  const good = 'SELECT 1 FROM pairing WHERE pairing = ? AND redeemed_at IS NOT NULL AND revoked_at IS NULL';
  return db.prepare(good).get(pairing) !== undefined;
}

/** True once the pairing was revoked, or another one has taken its place. */
export function isEnded({ db }: WriteContext, pairing: string): boolean {
  return (
    db.prepare('SELECT 1 FROM pairing WHERE pairing = ? AND revoked_at IS NOT NULL').get(pairing) !==
    undefined
  );
}

/** The token is worth nothing from now on. Returns whether there is such a pairing. */
export function endPairing(context: WriteContext, pairing: string): boolean {
  const { changes } = context.db
    .prepare('UPDATE pairing SET revoked_at = coalesce(revoked_at, ?) WHERE pairing = ?')
    .run(context.wall(), pairing);
  return changes > 0;
}

/** The journal goes on under another pairing. */
export function handOver(context: WriteContext, install: InstallId, to: string): void {
  const state = context.installs.get(install);
  if (state?.kind !== 'kiosk') throw new Error('a journal that no kiosk wrote is handed over');
  context.installs.save({ ...state, pairing: to });
  context.changes.installs.add(install);
}

/**
 * A forked kiosk says hello for its parent only to send there what a restored edge lost; it lives under the child. The
 * parent's last contact stays as it was, because it tells whether anybody still writes under it (completeness.ts). Who names
 * more than the child shares with its parent is a copy of the kiosk that writes on.
 */
export function isDelivery(context: WriteContext, { install, head }: Hello, pairing: string): boolean {
  return (
    context.db
      .prepare('SELECT 1 FROM install WHERE parent = ? AND pairing = ? AND parent_sequence >= ? LIMIT 1')
      .get(install, pairing, head.sequence) !== undefined
  );
}

/**
 * Answers a kiosk that says hello for a journal of another pairing, be its owner on line or not: nothing is appended to that,
 * and nothing of it is told. The kiosk begins anew, which loses nothing, because it copies all it has. Where it named an
 * earlier token that this edge does not know or has ended, it waits instead until a person has answered its claim.
 */
export function helloToForeign(
  context: WriteContext,
  args: { hello: Hello; state: Readonly<InstallState>; pairing: string; secondConnection: boolean },
): HelloReply {
  const { hello, state, pairing } = args;
  const { install } = hello;
  const isParent = isDelivery(context, hello, pairing);
  const previous = previousOf(context.db, pairing);
  // What a kiosk shares with its parent may be here no more: then it holds what the edge lacks.
  const wants = isParent
    ? hello.head.sequence > state.watermark
    : previous === 'ended' || previous === 'unknown';
  const claims = wants && !args.secondConnection && !isDeclined(context.db, install, pairing);
  if (claims)
    context.db
      .prepare('INSERT INTO install_claim(install, pairing, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(install, pairing, context.wall());
  else
    context.db.prepare('DELETE FROM install_claim WHERE install = ? AND pairing = ?').run(install, pairing);
  if (claims && !isParent) return { outcome: 'refused', code: 'unproven', message: UNPROVEN };
  if (!isParent && state.trouble !== 'forked') {
    // Two machines were seen with one journal: a person must look.
    context.installs.save({ ...state, trouble: 'forked' });
    context.changes.installs.add(install);
  }
  return {
    outcome: 'fork',
    reason: previous === null ? 'second-connection' : 'other-pairing',
    watermark: NOTHING_TOLD,
  };
}

/** A kiosk that was welcomed under another journal waits no more, but for what it shares with parents. */
export function claimsNoMore(context: WriteContext, pairing: string): void {
  context.db
    .prepare(
      `DELETE FROM install_claim WHERE pairing = :pairing AND NOT EXISTS
       (SELECT 1 FROM install c WHERE c.parent = install_claim.install AND c.pairing = :pairing)`,
    )
    .run({ pairing });
}

/** What the earlier token proved that came with the redeeming; null: none came. */
function previousOf(db: Store, pairing: string): 'proved' | 'ended' | 'unknown' | null {
  const read = db.prepare<[string], 'proved' | 'ended' | 'unknown' | null>(
    'SELECT previous FROM pairing WHERE pairing = ?',
  );
  return read.pluck().get(pairing) ?? null;
}

/** A person has said that this pairing does not go on with the journal. */
function isDeclined(db: Store, install: InstallId, pairing: string): boolean {
  const declined = 'SELECT 1 FROM claim_decision WHERE install = ? AND pairing = ? AND continues = 0 LIMIT 1';
  return db.prepare(declined).get(install, pairing) !== undefined;
}
