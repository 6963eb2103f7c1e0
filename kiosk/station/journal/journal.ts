import { wordsOf } from '#shared/error-words.ts';
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, batchItemBytes } from '#shared/event/batch.ts';
import { bytesToHex } from '#shared/bytes.ts';
import { EMPTY_HEAD, linkHash, type Head } from '#shared/event/chain.ts';
import { encodeBody, parseBody, type EventBody, type EventBytes } from '#shared/event/event.ts';
import { eventId, splitEventId, type EventId, type InstallId } from '#shared/ids.ts';
import { SEQUENCE_SPAN, isDiskFull, isSqliteError, type Database, type Statement } from '../disk/database.ts';
import { sha256 } from '#shared/node/sha256.ts';
import { renameEvents } from '#shared/event/event-table.ts';

/** A body to be appended, with its sealed part. */
export interface Draft {
  body: EventBody;
  sealed: Uint8Array | null;
}
export type AppendResult =
  | { ok: true; events: EventBytes[] }
  | { ok: false; reason: 'disk-full' | 'journal-fault'; detail: string };

/** One install of this file. `base`: the last sequence it shares with its child; null for the current one. */
export interface Installation {
  number: number;
  install: InstallId;
  parent: { install: InstallId; sequence: number } | null;
  reason: string;
  base: number | null;
}

type Row = { id: number; hash: Uint8Array; body: Uint8Array; sealed: Uint8Array | null };

/**
 * The append-only, gap-free, hash-chained log of this kiosk's events. Several installs may lie in one file: the current
 * one and its parents, each numbered on its own.
 */
export class Journal {
  readonly #db: Database;
  readonly #makeRoom: () => boolean;
  readonly #insert: Statement<[number, Uint8Array, Uint8Array, Uint8Array | null], unknown>;
  readonly #select: Statement<[number, number], Row>;
  readonly #selectHash: Statement<[number], { hash: Uint8Array }>;
  #lineage: Installation[];
  #head: Head;

  /** `makeRoom` is called when the disk is full and says whether trying again is worth it. */
  constructor(db: Database, makeRoom: () => boolean) {
    this.#db = db;
    this.#makeRoom = makeRoom;
    this.#insert = db.prepare('INSERT INTO event (id, hash, body, sealed) VALUES (?, ?, ?, ?)');
    this.#select = db.prepare(
      'SELECT id, hash, body, sealed FROM event WHERE id >= ? AND id <= ? ORDER BY id',
    );
    this.#selectHash = db.prepare('SELECT hash FROM event WHERE id = ?');
    this.#lineage = readLineage(db);
    const current = this.#lineage.at(-1);
    this.#head = current === undefined ? EMPTY_HEAD : this.#readHead(current);
  }

  /** Null only before the first install has begun. */
  get current(): Installation | null {
    return this.#lineage.at(-1) ?? null;
  }

  get install(): InstallId {
    const current = this.current;
    if (current === null) throw new Error('no install has begun');
    return current.install;
  }

  /** Head of the current install. */
  get head(): Head {
    return this.#head;
  }

  /** Every install of this file, the first one first. */
  get lineage(): readonly Installation[] {
    return this.#lineage;
  }

  /** Appends in one transaction, synced when this returns `ok`; nothing is appended otherwise. */
  append(drafts: readonly Draft[]): AppendResult {
    const current = this.current;
    if (current === null) throw new Error('no install has begun');
    const write = (): EventBytes[] => {
      const { events, head } = this.#write(current, this.#head, drafts);
      this.#head = head;
      return events;
    };
    return this.#attempt(write);
  }

  /** Begins the very first install of this file; `parent` names one that is no longer in the file. */
  begin(install: InstallId, reason: string, installed: Draft): AppendResult {
    const { body } = installed;
    if (body.type !== 'installed') throw new Error('a journal begins with its installed event');
    return this.#attempt(() => {
      const fresh = this.#addInstall({ install, parent: body.parent, reason });
      const { events, head } = this.#write(fresh, EMPTY_HEAD, [installed]);
      this.#lineage = readLineage(this.#db);
      this.#head = head;
      return events;
    });
  }

  /**
   * Begins a child of the current install in one transaction: its `installed` event, then what came after `base`, with
   * origin kept and references mapped. Returns which event became which.
   */
  beginChild(
    install: InstallId,
    birth: { base: Head; reason: string; inherited: readonly EventBytes[]; installed: Draft },
  ): { result: AppendResult; renamed: Map<EventId, EventId> } {
    const parent = this.install;
    const renamed = new Map<EventId, EventId>();
    const drafts: Draft[] = [birth.installed];
    for (const event of birth.inherited) {
      const parsed = parseBody(event.body);
      if (!parsed.ok || parsed.body.type === 'installed') continue;
      renamed.set(eventId(parent, event.sequence), eventId(install, drafts.length + 1));
      const origin = parsed.body.origin ?? {
        event: eventId(parent, event.sequence),
        hash: bytesToHex(event.hash),
      };
      drafts.push({
        body: { ...renameEvents(parsed.body, (id) => renamed.get(id) ?? id), origin },
        sealed: event.sealed,
      });
    }
    const result = this.#attempt(() => {
      const child = this.#addInstall({
        install,
        parent: { install: parent, sequence: birth.base.sequence },
        reason: birth.reason,
      });
      const { events, head } = this.#write(child, EMPTY_HEAD, drafts);
      this.#lineage = readLineage(this.#db);
      this.#head = head;
      return events;
    });
    return { result, renamed };
  }

  /** Consecutive events from `first`, at most one batch; empty behind the end. */
  readBatch(installation: Installation, first: number): EventBytes[] {
    const last = Math.min(installation.base ?? this.#head.sequence, first + BATCH_EVENTS_MAX - 1);
    const batch: EventBytes[] = [];
    let bytes = 0;
    for (const event of this.#rows(installation, first, last)) {
      bytes += batchItemBytes(event);
      if (bytes > BATCH_BYTES_MAX) break;
      batch.push(event);
    }
    return batch;
  }

  /** Every event of an install, as it lies on the disk, from `first` on. */
  read(installation: Installation, first: number): Iterable<EventBytes> {
    return this.#rows(installation, first, SEQUENCE_SPAN - 1);
  }

  /** One event as it lies on the disk; null where this file does not hold it. */
  find(id: EventId): EventBytes | null {
    const { install, sequence } = splitEventId(id);
    const installation = this.#lineage.find((one) => one.install === install);
    if (installation === undefined) return null;
    const [event] = this.#rows(installation, sequence, sequence);
    return event ?? null;
  }

  /** The events that make up this kiosk's history: of each parent those it shares, then the current install's. */
  *history(): Iterable<{ id: EventId; event: EventBytes }> {
    for (const installation of this.#lineage)
      for (const event of this.#rows(installation, 1, installation.base ?? SEQUENCE_SPAN - 1))
        yield { id: eventId(installation.install, event.sequence), event };
  }

  /** The hash at a sequence of an install, or null where this file holds none. Sequence 0 is genesis. */
  hashAt(installation: Installation, sequence: number): Uint8Array | null {
    if (sequence === 0) return EMPTY_HEAD.hash;
    return this.#selectHash.get(installation.number * SEQUENCE_SPAN + sequence)?.hash ?? null;
  }

  *#rows(installation: Installation, first: number, last: number): Iterable<EventBytes> {
    const start = installation.number * SEQUENCE_SPAN;
    for (const row of this.#select.iterate(start + first, start + last))
      yield { sequence: row.id - start, hash: row.hash, body: row.body, sealed: row.sealed };
  }

  #readHead(installation: Installation): Head {
    const start = installation.number * SEQUENCE_SPAN;
    const row = this.#db
      .prepare<[number, number], Row>(
        'SELECT id, hash FROM event WHERE id > ? AND id < ? ORDER BY id DESC LIMIT 1',
      )
      .get(start, start + SEQUENCE_SPAN);
    return row === undefined ? EMPTY_HEAD : { sequence: row.id - start, hash: row.hash };
  }

  #addInstall(install: {
    install: InstallId;
    parent: { install: InstallId; sequence: number } | null;
    reason: string;
  }): Installation {
    const number = 1 + Math.max(0, ...this.#lineage.map((known) => known.number));
    this.#db
      .prepare(
        'INSERT INTO installation (number, install, parent, parent_sequence, reason) VALUES (?, ?, ?, ?, ?)',
      )
      .run(
        number,
        install.install,
        install.parent?.install ?? null,
        install.parent?.sequence ?? null,
        install.reason,
      );
    return { ...install, number, base: null };
  }

  #write(
    installation: Installation,
    from: Head,
    drafts: readonly Draft[],
  ): { events: EventBytes[]; head: Head } {
    let head = from;
    const events = drafts.map(({ body, sealed }) => {
      const bytes = encodeBody(body);
      const sequence = head.sequence + 1;
      const link = { previous: head.hash, install: installation.install, sequence, body: bytes };
      head = { sequence, hash: linkHash(sha256, link) };
      this.#insert.run(installation.number * SEQUENCE_SPAN + sequence, head.hash, bytes, sealed);
      return { sequence, hash: head.hash, body: bytes, sealed };
    });
    return { events, head };
  }

  /** Runs one transaction; on a full disk once more after room was made. */
  #attempt(write: () => EventBytes[]): AppendResult {
    const before = { lineage: this.#lineage, head: this.#head };
    for (let triedAgain = false; ; triedAgain = true) {
      try {
        return { ok: true, events: this.#db.transaction(write).immediate() };
      } catch (error) {
        this.#lineage = before.lineage;
        this.#head = before.head;
        if (!isSqliteError(error)) throw error;
        if (isDiskFull(error) && !triedAgain && this.#makeRoom()) continue;
        const detail = wordsOf(error);
        return { ok: false, reason: isDiskFull(error) ? 'disk-full' : 'journal-fault', detail };
      }
    }
  }
}

function readLineage(db: Database): Installation[] {
  type Known = {
    number: number;
    install: InstallId;
    parent: InstallId | null;
    parent_sequence: number | null;
    reason: string;
  };
  const rows = db.prepare<[], Known>('SELECT * FROM installation ORDER BY number').all();
  return rows.map((row, i) => {
    const child = rows[i + 1];
    const base = child === undefined ? null : child.parent === row.install ? (child.parent_sequence ?? 0) : 0;
    const parent = row.parent === null ? null : { install: row.parent, sequence: row.parent_sequence ?? 0 };
    return { number: row.number, install: row.install, parent, reason: row.reason, base };
  });
}
