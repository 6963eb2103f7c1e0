import type { RoundId, CredentialKey } from '#shared/ids.ts';
import { SwipesRead, type Gathered } from '../store/kept-reading.ts';
import { prepared, type Store } from '../store/database.ts';

/** Slots at first: enough for a factory of 4,000 before they are doubled. */
const SLOTS_MIN = 8192;
/** Beyond this share of full slots a look walks too far. */
const FILL_MAX = 0.7;
/** Hex digits of a key that are its mark. Keys are halves of a MAC: their own digits are as good as any hash of them. */
const MARK_DIGITS = 8;
/** SQLite's row ids begin at 1. */
const EMPTY = 0;

/**
 * Which rows of `swipe` may hold a credential key of one round: eight bytes a swipe, in memory. An index of keys on the disk
 * was 60 % of what a commit wrote, because keys come in no order and each lands on a page of its own (docs/performance.md).
 * It tells too much rather than too little (a row that was taken back, half a key that is the same by chance): whoever asks
 * reads the row and looks at its key.
 */
export class KeyRows implements Gathered {
  #marks = new Uint32Array(SLOTS_MIN);
  #rows = new Uint32Array(SLOTS_MIN);
  #held = 0;
  readonly #swipesRead = new SwipesRead();

  /** Takes in the swipes that came after the last one looked at. */
  read(db: Store, round: RoundId): void {
    const after = this.#swipesRead.next(db, round);
    if (after === null) return;
    const rows = prepared<[number, RoundId], [number, CredentialKey]>(
      db,
      'SELECT rowid, key FROM swipe NOT INDEXED WHERE rowid > ? AND round = ? AND key IS NOT NULL',
    ).raw();
    for (const [row, key] of rows.iterate(after, round)) this.add(key, row);
  }

  add(key: CredentialKey, row: number): void {
    if (this.#held >= this.#rows.length * FILL_MAX) this.#grow();
    this.#put(markOf(key), row);
  }

  /** Row ids, in no order. */
  rowsOf(key: CredentialKey): number[] {
    const mark = markOf(key);
    const found: number[] = [];
    const last = this.#rows.length - 1;
    for (let at = mark & last; this.#rows[at] !== EMPTY; at = (at + 1) & last)
      if (this.#marks[at] === mark) found.push(this.#rows[at]!);
    return found;
  }

  #put(mark: number, row: number): void {
    const last = this.#rows.length - 1;
    let at = mark & last;
    while (this.#rows[at] !== EMPTY) {
      if (this.#rows[at] === row && this.#marks[at] === mark) return;
      at = (at + 1) & last;
    }
    this.#marks[at] = mark;
    this.#rows[at] = row;
    this.#held++;
  }

  #grow(): void {
    const [marks, rows] = [this.#marks, this.#rows];
    this.#marks = new Uint32Array(rows.length * 2);
    this.#rows = new Uint32Array(rows.length * 2);
    this.#held = 0;
    for (let at = 0; at < rows.length; at++) if (rows[at] !== EMPTY) this.#put(marks[at]!, rows[at]!);
  }
}

/** Four bytes of the key. */
const markOf = (key: CredentialKey): number => parseInt(key.slice(0, MARK_DIGITS), 16);

/** Rounds remembered: one is open, some are being filed; one forgotten is read again. */
const ROUNDS_MAX = 8;

/** The key rows of the writer, who knows of each row it writes. */
export class WrittenKeyRows {
  readonly #db: Store;
  readonly #rounds = new Map<RoundId, KeyRows>();

  constructor(db: Store) {
    this.#db = db;
  }

  of(round: RoundId): KeyRows {
    const known = this.#rounds.get(round);
    if (known !== undefined) return known;
    const made = new KeyRows();
    made.read(this.#db, round);
    const [oldest] = this.#rounds.keys();
    if (this.#rounds.size >= ROUNDS_MAX && oldest !== undefined) this.#rounds.delete(oldest);
    this.#rounds.set(round, made);
    return made;
  }
}
