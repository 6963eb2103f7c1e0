import { createHash } from 'node:crypto';
import { cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hexToBytes } from '#shared/bytes.ts';
import type { CountedMessage } from '#shared/contract/wire.ts';
import { encodeCounted } from '#shared/contract/counted-batch.ts';
import { keyHexSchema, type CredentialKey, type RoundId } from '#shared/ids.ts';
import { roundInfoSchema } from '#shared/round.ts';
import { CountedBook } from '../../../../kiosk/station/books/counted-book.ts';
import { RoundBook } from '../../../../kiosk/station/books/round-book.ts';
import { openDatabase, type Database } from '../../../../kiosk/station/disk/database.ts';
import { KeyStore } from '../../../../edge-service/keys/key-store.ts';
import { recordedReleases, unpackData } from '../../../releases/release-folder.ts';
import { foundIn, unplugged, type RoundSecrets } from '../../../support/kiosk/disk-secrets.ts';
import { makeRound, roundsMessage, temporaryDirectory } from '../../../support/kiosk/kiosk-fixture.ts';
import { NO_KEYRING } from '../../../support/kiosk/no-keyring.ts';
import { RealKiosk } from '../../../support/kiosk/real-kiosk.ts';

/** Enough for many pages of the database. */
const COUNTED = 1_500;
const BATCH = 50;
const keysOf = (round: RoundId): CredentialKey[] =>
  Array.from({ length: COUNTED }, (_, i) =>
    keyHexSchema.parse(createHash('md5').update(`${round} ${i}`).digest('hex')),
  );

let place: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  place = temporaryDirectory();
});
afterEach(() => place.remove());

const open = (directory: string): Database =>
  openDatabase({ file: path.join(directory, 'kiosk.db'), nativeBinding: null });

const pieces = (bytes: Uint8Array): Buffer[] =>
  Array.from({ length: bytes.length / 16 }, (_, i) => Buffer.from(bytes.subarray(i * 16, i * 16 + 16)));

/** What a kiosk of an old release holds: of rounds it is told, and of those before. */
function held(directory: string): {
  told: RoundSecrets;
  before: RoundSecrets;
  events: number;
  rounds: string[];
} {
  cpSync(directory, `${directory}-looked-at`, { recursive: true });
  const db = open(`${directory}-looked-at`);
  try {
    const infos = db.prepare<[], string>('SELECT info FROM round').pluck().all();
    const told = infos.map((text) => roundInfoSchema.parse(JSON.parse(text)));
    const rosters = db
      .prepare<[]>('SELECT hash, keys FROM roster_snapshot')
      .all()
      .map((row) => z.object({ hash: z.string(), keys: z.instanceof(Uint8Array) }).parse(row));
    const counted = db
      .prepare<[]>('SELECT round, key FROM counted')
      .all()
      .map((row) => z.object({ round: z.string(), key: z.instanceof(Uint8Array) }).parse(row));
    const isNamed = (hash: string): boolean => told.some((info) => info.rosterKeys === hash);
    const rounds = told.map(({ round }): string => round);
    const kept = [
      ...rosters.filter(({ hash }) => isNamed(hash)).flatMap(({ keys }) => pieces(keys)),
      ...counted.filter(({ round }) => rounds.includes(round)).map(({ key }) => Buffer.from(key)),
    ];
    const keptNames = new Set(kept.map((key) => key.toString('hex')));
    const gone = [
      ...rosters.filter(({ hash }) => !isNamed(hash)).flatMap(({ keys }) => pieces(keys)),
      ...counted.filter(({ round }) => !rounds.includes(round)).map(({ key }) => Buffer.from(key)),
    ].filter((key) => !keptNames.has(key.toString('hex')));
    return {
      told: { wrapped: told.map(({ wrappedKey }) => Buffer.from(wrappedKey.box)), people: kept },
      before: { wrapped: [], people: gone },
      events: Number(db.prepare('SELECT count(*) FROM event').pluck().get()),
      rounds,
    };
  } finally {
    db.close();
  }
}

describe('keys of rounds that are over', () => {
  it.each(
    recordedReleases().flatMap((version) =>
      ['kiosk-delivered', 'kiosk-tail', 'kiosk-forked', 'kiosk-no-round'].map((kiosk) => ({
        version,
        kiosk,
      })),
    ),
  )(
    'KS33 $kiosk of $version: what it kept of rounds that were over is gone with the first start, without a network',
    async ({ version, kiosk }) => {
      unpackData(version, place.directory);
      const image = unplugged(path.join(place.directory, kiosk));
      const was = held(image);
      const keys = new KeyStore(path.join(place.directory, 'edge-plain/keys'));
      const over = (was.rounds.length === 0 ? [] : rounds(place.directory)).filter(
        (id) => !was.rounds.includes(id),
      );
      was.before.wrapped.push(
        ...over.flatMap((id) => {
          const { box, salt } = keys.round(id as RoundId)!.wrapped;
          return [Buffer.from(box), Buffer.from(salt)];
        }),
      );
      expect(over).toHaveLength(1);
      expect(foundIn(image, was.before).people, 'the search finds them').toBeGreaterThan(40);
      const toldBefore = foundIn(image, was.told);
      const running = await RealKiosk.start(image, null, NO_KEYRING);
      await running.until((s) => s.lastSequence > 0, 'its state');
      await running.engine.stop();
      expect(foundIn(image, was.before)).toEqual({ wrapped: 0, people: 0 });
      expect(foundIn(image, was.told), 'what it is told stays').toEqual(toldBefore);
      expect(held(image)).toMatchObject({ events: was.events, rounds: was.rounds });
    },
  );

  it('KS33 an older program that ran in between, and left removed keys readable, is cleaned up after', async () => {
    const round = await makeRound(1);
    const start = (): void => {
      const db = open(place.directory);
      const book = new RoundBook(db, () => {});
      book.take(roundsMessage(round));
      expect(new CountedBook(db, () => {}, book.rounds).position(round.info.round)).toBeNull();
      db.close();
    };
    start();
    const old = open(place.directory);
    old.pragma('secure_delete = OFF');
    const keys = Buffer.alloc(16_000, 0xc3);
    old.prepare('INSERT INTO roster_snapshot VALUES (?, ?)').run('c3'.repeat(32), keys);
    old.prepare('DELETE FROM roster_snapshot').run();
    old.close();
    const left = { wrapped: [], people: [Buffer.alloc(16, 0xc3)] };
    expect(foundIn(place.directory, left).people).toBe(1);
    start();
    expect(foundIn(place.directory, left).people).toBe(0);
  });

  it('KS34 what cannot be removed is removed later; what comes late of a round that is not told any more is not kept', async () => {
    const [one, two] = [await makeRound(1), await makeRound(2)];
    const logged: string[] = [];
    const db = open(place.directory);
    const rounds = new RoundBook(db, ({ code }) => logged.push(code));
    rounds.take(roundsMessage(one, two));
    const counted = new CountedBook(db, ({ code }) => logged.push(code), rounds.rounds);
    const batch = (round: RoundId, number: number): CountedMessage => {
      const keys = keysOf(round).slice((number - 1) * BATCH, number * BATCH);
      const { tubes, entries } = encodeCounted(
        keys.map((key) => ({ key, time: 1, station: 1, tubeCode: '0000017' })),
      );
      return {
        epoch: 'e',
        round,
        number,
        full: number === 1,
        tubes,
        entries: new Uint8Array(entries),
        removals: new Uint8Array(0),
      };
    };
    // as they come, the batches of both rounds by turns
    for (let number = 1; number <= COUNTED / BATCH; number++)
      for (const { info } of [one, two])
        expect(counted.apply(batch(info.round, number))).toEqual({ outcome: 'applied' });
    const secretsAre = ({ info }: typeof one): RoundSecrets => ({
      wrapped: [Buffer.from(info.wrappedKey.box), Buffer.from(hexToBytes(info.wrappedKey.box))],
      people: keysOf(info.round).map((key) => Buffer.from(hexToBytes(key))),
    });
    const [ofOne, ofTwo] = [secretsAre(one), secretsAre(two)];
    const all = { wrapped: 1, people: COUNTED };
    expect(foundIn(place.directory, ofOne)).toEqual(all);
    const key = rounds.keyOf(one.info.round)!;
    expect(key.some((byte) => byte !== 0)).toBe(true);

    db.pragma('query_only = ON'); // as a disk that takes nothing
    rounds.take(roundsMessage(two));
    counted.keepOnly(rounds.rounds);
    expect(rounds.keyOf(one.info.round)).toBeNull();
    expect(
      key.every((byte) => byte === 0),
      'in memory it is gone at once',
    ).toBe(true);
    expect(logged).toContain('fault');
    expect(foundIn(place.directory, ofOne)).toEqual(all);
    db.pragma('query_only = OFF');
    counted.tidy();
    expect(foundIn(place.directory, ofOne)).toEqual({ wrapped: 0, people: 0 });
    expect(foundIn(place.directory, ofTwo)).toEqual(all);

    expect(counted.apply(batch(one.info.round, 1))).toEqual({ outcome: 'not-told' });
    expect(counted.find(one.info.round, keysOf(one.info.round)[0]!)).toBeNull();
    expect(counted.find(two.info.round, keysOf(two.info.round)[0]!)).not.toBeNull();
    expect(foundIn(place.directory, ofOne)).toEqual({ wrapped: 0, people: 0 });

    // the opening code is being tried, 128 MiB of scrypt, while the edge says that the round is over
    const fresh = new RoundBook(db, () => {});
    const trying = fresh.unlock(two.openingCode);
    fresh.take(roundsMessage(one));
    await trying;
    expect(fresh.keyOf(two.info.round)).toBeNull();
    db.close();
  });
});

const rounds = (directory: string): string[] =>
  readdirSync(path.join(directory, 'edge-plain/keys')).flatMap(
    (name) => /^round-(.+)\.json$/.exec(name)?.[1] ?? [],
  );
