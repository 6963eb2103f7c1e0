import { EMPTY_HEAD, type Head } from '#shared/event/chain.ts';
import { bytesToHex } from '#shared/bytes.ts';
import { EVENT_VERSION } from '#shared/event/envelope.ts';
import { type EventBody, type EventBytes } from '#shared/event/event.ts';
import type { EventId, InstallId } from '#shared/ids.ts';
import type { Database } from '../disk/database.ts';
import { checkJournal } from './journal-check.ts';
import { Journal, type Draft } from './journal.ts';
import type { KnownFacts } from '../disk/known-facts.ts';
import type { Log } from '../disk/log.ts';
import { randomInstallId, type Random } from '#shared/random.ts';

/** Times as every event carries them. */
export type Stamp = Pick<EventBody, 'wallTime' | 'monotonicTime' | 'bootId' | 'clockOffset'>;

export interface JournalParts {
  db: Database;
  known: KnownFacts;
  random: Random;
  stamp: () => Stamp;
  /** Name of this machine as the board shows it. */
  device: string;
  makeRoom: () => boolean;
  log: Log;
}

/** The install's first event. */
function installedDraft(
  parts: { stamp: () => Stamp; device: string },
  parent: { install: InstallId; head: Head } | null,
): Draft {
  return {
    sealed: null,
    body: {
      type: 'installed',
      version: EVENT_VERSION,
      round: null,
      station: null,
      stand: null,
      phase: 'unfiled',
      tube: null,
      ...parts.stamp(),
      by: null,
      origin: null,
      device: parts.device,
      parent:
        parent === null
          ? null
          : { install: parent.install, sequence: parent.head.sequence, hash: bytesToHex(parent.head.hash) },
    },
  };
}

/**
 * Opens the journal and checks it. A journal that fails its own check stays as it is, and a new install begins that
 * names it as its parent: it shares what is good and acknowledged, and what verified after that is appended anew.
 * `rememberedInstall` names the parent of a journal that is gone altogether. Throws when nothing can be written.
 */
export function openJournal(parts: JournalParts, rememberedInstall: InstallId | null): Journal {
  const { db, known, log } = parts;
  const journal = new Journal(db, parts.makeRoom);
  const current = journal.current;
  if (current === null) {
    const parent = rememberedInstall === null ? null : { install: rememberedInstall, head: EMPTY_HEAD };
    const begun = journal.begin(
      randomInstallId(parts.random),
      parent === null ? 'new' : 'journal-gone',
      installedDraft(parts, parent),
    );
    if (!begun.ok) throw new Error(`无法建立本机记录 cannot begin a journal: ${begun.detail}`);
    if (parent !== null) log({ code: 'journal-damaged', detail: `the journal of ${parent.install} is gone` });
    return journal;
  }

  const check = checkJournal(current.install, journal.read(current, 1));
  if (check.whole && check.good.sequence > 0) return journal;
  log({
    code: 'journal-damaged',
    detail: `${current.install} verifies up to ${check.good.sequence}; lost ${check.lost.join(', ') || 'nothing'}`,
  });
  // Only what the edge has acknowledged need not be appended anew: nobody may ask a damaged journal for the rest later.
  const acknowledged = Math.min(known.acknowledged(current.install), check.good.sequence);
  const base: Head = {
    sequence: acknowledged,
    hash: journal.hashAt(current, acknowledged) ?? EMPTY_HEAD.hash,
  };
  const inherited: EventBytes[] = [];
  for (const event of journal.read(current, acknowledged + 1))
    if (event.sequence <= check.good.sequence) inherited.push(event);
  inherited.push(...check.keptAfter);
  beginChild(parts, journal, { base, reason: 'journal-damaged', inherited });
  return journal;
}

/** The journal could not take a new install: the disk is full or failing. */
export class JournalRefusal extends Error {}

/** Begins a child install; throws `JournalRefusal` when nothing can be written. Returns which event became which. */
export function beginChild(
  parts: JournalParts,
  journal: Journal,
  birth: { base: Head; reason: string; inherited: readonly EventBytes[] },
): Map<EventId, EventId> {
  const installed = installedDraft(parts, { install: journal.install, head: birth.base });
  const { result, renamed } = journal.beginChild(randomInstallId(parts.random), { ...birth, installed });
  if (!result.ok)
    throw new JournalRefusal(`无法建立新的本机记录 cannot begin a new install: ${result.detail}`);
  parts.log({
    code: 'forked',
    detail: `${birth.reason}: ${journal.install} shares ${birth.base.sequence} events with its parent`,
  });
  return renamed;
}
