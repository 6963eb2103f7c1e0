import { bytesToHex, sameBytes } from '#shared/bytes.ts';
import type { InstallId } from '#shared/ids.ts';
import { message, type Message } from '#shared/language/message.ts';
import type { Hello, HelloReply } from '#shared/contract/wire.ts';
import type { WriteContext } from './contexts.ts';
import { edgeAnswer } from './edge-answer.ts';
import { EventRows } from './event-rows.ts';
import { decideClaim, type ClaimAnswer, type DecidedClaim } from './journal-claims.ts';
import { claimsNoMore, helloToForeign, isDelivery, isEnded } from './journal-owner.ts';
import type { InstallState } from './installs.ts';
import { impossibleHead, isPossibleHead } from './possible-head.ts';

/** What a heartbeat said, gathered by the desk and stored every few seconds, or before its answer where it is news. Times in ms, edge clock. */
export interface Contact {
  install: InstallId;
  head: number;
  at: number;
}

/** Named writes of the ledger itself. */
export const ledgerWrites = {
  /** A kiosk's first words after connecting: compares the two histories and remembers who is behind the install. */
  'kiosk.hello': (
    context: WriteContext,
    args: { hello: Hello; pairing: string; station: number; secondConnection: boolean },
  ): HelloReply => {
    const { hello } = args;
    const now = context.wall();
    const state = context.installs.getOrNew(hello.install, 'kiosk');
    if (state.kind === 'edge') return refused('invalid', message('edge-answer.own-journal'));
    if (isEnded(context, args.pairing)) return refused('revoked', message('edge-answer.revoked'));
    const impossible = impossibleHeadOf(context, state, hello);
    if (impossible !== null) return refused('invalid', impossible);
    learnLoss(context, hello);
    if (state.pairing !== null && state.pairing !== args.pairing)
      return helloToForeign(context, { ...args, state });
    const watermark = { sequence: state.watermark, hash: bytesToHex(state.hash) };
    const fork = args.secondConnection ? 'second-connection' : forkOf(context, state, hello);
    const last_contact = isDelivery(context, hello, args.pairing) ? state.last_contact : now;
    const heard: InstallState = { ...state, last_contact };
    heard.pairing = args.pairing;
    // Whoever is told to begin anew has not shown that this journal is theirs: it stays where it was written.
    if (fork === null || state.pairing === null) heard.station = args.station;
    if (heard.trouble === 'version') heard.trouble = null;
    if (fork !== null) heard.trouble = 'forked';
    else {
      heard.head = Math.max(heard.head, hello.head.sequence);
      if (heard.watermark >= heard.head) heard.head_held_at = now;
    }
    context.installs.save(heard);
    context.changes.installs.add(hello.install);
    if (fork !== null) return { outcome: 'fork', reason: fork, watermark };
    claimsNoMore(context, args.pairing);
    const edge = context.installs.get(context.edgeInstall());
    if (edge === null) throw new Error('the edge has no journal of its own');
    return {
      outcome: 'welcome',
      epoch: context.epoch(),
      watermark,
      edgeTime: now,
      edgeHead: { install: edge.install, head: { sequence: edge.watermark, hash: bytesToHex(edge.hash) } },
      station: args.station,
    };
  },

  /** Heartbeats since the last time: who was heard when, and with which head. */
  'kiosk.contacts': (context: WriteContext, args: { contacts: readonly Contact[] }): null => {
    for (const { install, head, at } of args.contacts) {
      const state = context.installs.get(install);
      if (state === null) continue;
      const known = Math.max(state.head, head, state.watermark);
      // Heartbeats are gathered: a batch that came after this one has been stored before it.
      const heldAt = state.watermark >= known ? Math.max(state.head_held_at ?? at, at) : state.head_held_at;
      context.installs.save({
        ...state,
        head: known,
        last_contact: Math.max(state.last_contact ?? at, at),
        head_held_at: heldAt,
      });
      context.changes.installs.add(install);
    }
    return null;
  },

  /** A kiosk of another protocol version was refused: the board says so beside its station. */
  'kiosk.version-refused': (context: WriteContext, args: { pairing: string; station: number }): null => {
    const installs = context.db
      .prepare<[string], InstallId>('SELECT install FROM install WHERE pairing = ?')
      .pluck()
      .all(args.pairing);
    for (const install of installs) {
      const state = context.installs.get(install);
      if (state === null || state.trouble !== null) continue;
      context.installs.save({ ...state, trouble: 'version' });
      context.changes.installs.add(install);
    }
    return null;
  },

  /** A person's answer to a kiosk that says a journal of another pairing is its own (`no-claim`). */
  'claim.decide': (context: WriteContext, answer: ClaimAnswer): DecidedClaim => decideClaim(context, answer),

  /** After a restore from a backup: a new epoch, in which every kiosk sends again what the backup did not hold. */
  'edge.begin-epoch': (context: WriteContext, _args: Record<string, never>): { epoch: string } => ({
    epoch: context.beginEpoch(),
  }),
};

const refused = (code: 'invalid' | 'revoked', said: Message): HelloReply => ({
  outcome: 'refused',
  code,
  message: edgeAnswer(said),
});

/** Words for a head, its own or the edge's, that nobody can have come to; null: both can be. */
function impossibleHeadOf(
  context: WriteContext,
  state: Readonly<InstallState>,
  { head, edgeHead }: Hello,
): Message | null {
  if (!isPossibleHead(head.sequence, state.watermark)) return impossibleHead('hello.head', head.sequence);
  if (edgeHead === null) return null;
  const held = context.installs.get(edgeHead.install)?.watermark ?? 0;
  const told = edgeHead.head.sequence;
  return isPossibleHead(told, held) ? null : impossibleHead('hello.edgeHead.head', told);
}

/** A fork (docs/protocol.md 9): another hash at or below the kiosk's head, or more than its head. */
function forkOf(
  context: WriteContext,
  state: Readonly<InstallState>,
  hello: Hello,
): 'other-hash' | 'beyond-head' | null {
  const { head } = hello;
  if (head.sequence > state.watermark) return null; // the kiosk compares our watermark's hash with its own journal
  if (head.sequence > 0) {
    const held =
      head.sequence === state.watermark
        ? state.hash
        : new EventRows(context.db).hashAt(state.install, head.sequence);
    if (held === null || bytesToHex(held) !== head.hash) return 'other-hash';
  }
  return head.sequence < state.watermark ? 'beyond-head' : null;
}

/**
 * Kiosks remember the edge's head. One that knows more than the edge holds proves that the edge was set back: what it
 * decided since is lost, and by number. If nobody said `restore`, the edge notices here and begins its new epoch itself.
 */
function learnLoss(context: WriteContext, hello: Hello): void {
  const told = hello.edgeHead;
  if (told === null || told.head.sequence === 0) return;
  const state = context.installs.get(told.install);
  if (state !== null && state.kind !== 'edge') return;
  const held = state?.watermark ?? 0;
  const ours =
    told.head.sequence <= held ? new EventRows(context.db).hashAt(told.install, told.head.sequence) : null;
  if (ours !== null && sameBytes(ours, Buffer.from(told.head.hash, 'hex'))) return;
  const from = Math.min(held + 1, told.head.sequence);
  context.db
    .prepare(
      `INSERT INTO restore_loss(install, from_sequence, to_sequence, told_by, at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT(install, from_sequence) DO UPDATE SET to_sequence = MAX(to_sequence, excluded.to_sequence),
         told_by = excluded.told_by,
         acknowledged_by = CASE WHEN excluded.to_sequence > to_sequence THEN NULL ELSE acknowledged_by END,
         acknowledged_at = CASE WHEN excluded.to_sequence > to_sequence THEN NULL ELSE acknowledged_at END`,
    )
    .run(told.install, from, told.head.sequence, hello.install, context.wall());
  if (told.install === context.edgeInstall()) context.beginEpoch();
}
