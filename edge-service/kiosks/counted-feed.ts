import type { Cancel, Clock } from '#shared/clock.ts';
import type { RoundId, CredentialKey } from '#shared/ids.ts';
import type { CountedMessage } from '#shared/contract/wire.ts';
import { appendRun, type CommitNotice, type RowRun } from '../projection/commit-changes.ts';
import type { PackedCounted, Told } from '../counting/counted-entries.ts';

/** Kiosks hear at most twice a second. */
const FEED_EVERY_MS = 500;
/**
 * Keys per batch: 4,000 people a second is ten times a site of 100 kiosks in its rush, and 56 KB are no burden for the
 * slowest laptop. What is more waits for the next batch.
 */
const FEED_KEYS_MAX = 2000;
/** Batches kept for kiosks that come back after a short break; older ones get everything. A minute at full rate. */
const FEED_BATCHES_KEPT = 120;

/** One kiosk's end of the feed. */
export type CountedListener = (message: CountedMessage) => void;

/** Where the feed reads from; both answer from a state that holds at least every commit told so far. */
export interface CountedSource {
  entries(round: RoundId, of: Told): Promise<PackedCounted>;
  all(round: RoundId): Promise<PackedCounted>;
  epoch(): Promise<string>;
}

interface Feed {
  /** Number of the last batch sent. */
  number: number;
  kept: CountedMessage[];
  dirty: { keys: Set<CredentialKey>; rows: RowRun[] };
  listeners: Set<CountedListener>;
  /** Everything about one round happens in this order, so that no batch overtakes the snapshot it follows. */
  order: Promise<void>;
  timer: Cancel | null;
}

/**
 * Tells kiosks who has been counted, as numbered batches per round with removals. Numbers begin at the wall clock's ms at
 * start, so that a number of an earlier life of the edge is never taken for one of this life.
 */
export class CountedFeed {
  readonly #source: CountedSource;
  readonly #clock: Clock;
  readonly #fault: (error: unknown) => void;
  readonly #firstNumber: number;
  readonly #feeds = new Map<RoundId, Feed>();
  #stopped = false;

  constructor(parts: { source: CountedSource; clock: Clock; fault: (error: unknown) => void }) {
    this.#source = parts.source;
    this.#clock = parts.clock;
    this.#fault = parts.fault;
    this.#firstNumber = Math.max(0, parts.clock.wall());
  }

  /** Takes in what a commit changed. */
  note(notice: CommitNotice): void {
    for (const { round, keys, rows } of notice.counted) {
      const feed = this.#feeds.get(round);
      if (!feed) continue; // nobody listens: whoever comes gets everything
      mark(feed, { keys, rows });
      this.#schedule(round, feed);
    }
    for (const round of notice.renewed) {
      const feed = this.#feeds.get(round);
      if (feed) void this.#inOrder(feed, () => this.#renew(round, feed));
    }
  }

  /** Brings a kiosk up to date and keeps it so until `leave`. `since` is null when it knows nothing of this round. */
  async join(
    round: RoundId,
    listener: CountedListener,
    since: { epoch: string; number: number } | null,
  ): Promise<void> {
    const feed = this.#feed(round);
    await this.#inOrder(feed, async () => {
      const missing =
        since === null || since.epoch !== (await this.#source.epoch()) ? null : keptAfter(feed, since.number);
      for (const message of missing ?? [await this.#snapshot(round, feed)]) listener(message);
      feed.listeners.add(listener);
    });
  }

  leave(listener: CountedListener): void {
    for (const round of this.#feeds.keys()) this.leaveRound(round, listener);
  }

  /** Leaves one round, and stays with the others. */
  leaveRound(round: RoundId, listener: CountedListener): void {
    const feed = this.#feeds.get(round);
    if (!feed) return;
    feed.listeners.delete(listener);
    if (feed.listeners.size > 0) return;
    feed.timer?.();
    this.#feeds.delete(round);
  }

  stop(): void {
    this.#stopped = true;
    for (const feed of this.#feeds.values()) feed.timer?.();
    this.#feeds.clear();
  }

  #feed(round: RoundId): Feed {
    const known = this.#feeds.get(round);
    if (known) return known;
    const made: Feed = {
      number: Math.max(this.#firstNumber, this.#clock.wall()),
      kept: [],
      dirty: { keys: new Set(), rows: [] },
      listeners: new Set(),
      order: Promise.resolve(),
      timer: null,
    };
    this.#feeds.set(round, made);
    return made;
  }

  #schedule(round: RoundId, feed: Feed): void {
    if (feed.timer !== null || this.#stopped) return;
    feed.timer = this.#clock.timer(FEED_EVERY_MS, () => {
      feed.timer = null;
      void this.#inOrder(feed, () => this.#flush(round, feed));
    });
  }

  async #flush(round: RoundId, feed: Feed): Promise<void> {
    const told = taken(feed.dirty, FEED_KEYS_MAX);
    if (told.keys.length + told.rows.length === 0) return;
    let found: PackedCounted & { epoch: string };
    try {
      found = { ...(await this.#source.entries(round, told)), epoch: await this.#source.epoch() };
    } catch (error) {
      mark(feed, told); // told with the next batch
      this.#schedule(round, feed);
      throw error;
    }
    const message = { ...found, round, number: ++feed.number, full: false };
    feed.kept.push(message);
    if (feed.kept.length > FEED_BATCHES_KEPT) feed.kept.shift();
    for (const listener of feed.listeners) listener(message);
    if (feed.dirty.keys.size + feed.dirty.rows.length > 0) this.#schedule(round, feed);
  }

  /** Persons were joined or parted: entries of keys nobody swiped may have changed, so everybody gets everything. */
  async #renew(round: RoundId, feed: Feed): Promise<void> {
    feed.number++;
    feed.kept = [];
    const message = await this.#snapshot(round, feed);
    for (const listener of feed.listeners) listener(message);
  }

  async #snapshot(round: RoundId, feed: Feed): Promise<CountedMessage> {
    const packed = await this.#source.all(round);
    return { epoch: await this.#source.epoch(), round, number: feed.number, full: true, ...packed };
  }

  #inOrder(feed: Feed, step: () => Promise<void>): Promise<void> {
    feed.order = feed.order
      .then(() => (this.#stopped ? undefined : step()))
      .catch((error: unknown) => this.#fault(error));
    return feed.order;
  }
}

function mark({ dirty }: Feed, { keys, rows }: Told): void {
  for (const key of keys) dirty.keys.add(key);
  for (const run of rows) appendRun(dirty.rows, run);
}

/** Takes up to `max` keys and rows out of what is to be told. */
function taken(dirty: Feed['dirty'], max: number): Told {
  const keys = [...dirty.keys].slice(0, max);
  for (const key of keys) dirty.keys.delete(key);
  const rows: RowRun[] = [];
  for (let left = max - keys.length; left > 0 && dirty.rows[0] !== undefined;) {
    const [run] = dirty.rows;
    const to = Math.min(run.to, run.from + left - 1);
    rows.push({ from: run.from, to });
    left -= to - run.from + 1;
    if (to === run.to) dirty.rows.shift();
    else run.from = to + 1;
  }
  return { keys, rows };
}

/** The batches after this number, or null when they are not all kept. */
function keptAfter(feed: Feed, number: number): CountedMessage[] | null {
  if (number === feed.number) return [];
  const from = feed.kept.findIndex((m) => m.number === number + 1);
  return from === -1 ? null : feed.kept.slice(from);
}
