import { scryptSync } from 'node:crypto';
import path from 'node:path';
import sodium from 'libsodium-wrappers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesToHex, concatBytes, hexToBytes } from '#shared/bytes.ts';
import { RoundBook } from '../../../../kiosk/station/books/round-book.ts';
import { openDatabase, type Database } from '../../../../kiosk/station/disk/database.ts';
import { HandEdge, HandLink } from '../../../support/kiosk/hand-link.ts';
import { KioskBench } from '../../../support/kiosk/kiosk-bench.ts';
import {
  makeRound,
  MORNING,
  roundsMessage,
  temporaryDirectory,
  type TestRound,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { HandClock } from '../../../support/hand-clock.ts';

/** What the edge wraps with. */
const COST = { N: 1 << 17, r: 8 };
const MEMORY_BYTES_MAX = 192 * 1024 * 1024;
/** A second and a half at least: three cards come before the end of it, however busy the machine. */
const SLOW_TIMES = 4;

/** The round with its key wrapped under this code, at so many times the cost at which the edge wraps. */
async function wrappedUnder(round: TestRound, openingCode: string, times = 1): Promise<TestRound> {
  await sodium.ready;
  const salt = hexToBytes(round.info.wrappedKey.salt);
  const derived = scryptSync(openingCode, salt, 32, { ...COST, p: times, maxmem: MEMORY_BYTES_MAX });
  const nonce = sodium.randombytes_buf(24);
  const box = bytesToHex(concatBytes(nonce, sodium.crypto_secretbox_easy(round.key, nonce, derived)));
  const wrappedKey = { ...round.info.wrappedKey, costN: COST.N, parallelP: times, box };
  return { ...round, openingCode, info: { ...round.info, wrappedKey } };
}

const bench = new KioskBench();

/** A kiosk that knows the round from its disk alone. */
async function startAlone(round: TestRound): ReturnType<KioskBench['start']> {
  const clock = new HandClock(MORNING);
  await (await bench.start([round], { clock })).stop();
  const dead = new HandLink(new HandEdge(() => clock.wall()));
  dead.reachable = false;
  return await bench.start([], { clock, link: dead, seed: 4 });
}

describe('a start without the edge', () => {
  it.each(['0123456789', '0123456789012'])('KS10 the kiosk opens a round under the code %s', async (code) => {
    const alone = await startAlone(await wrappedUnder(await makeRound(1), code));
    expect(await alone.do({ command: 'opening-code', digits: `${code.slice(0, -1)}0` })).toMatchObject({
      ok: false,
      code: 'code-wrong',
    });
    expect(await alone.do({ command: 'opening-code', digits: code })).toEqual({ ok: true });
    expect(await alone.swipe(1)).toMatchObject({ face: 'counted', checked: true });
  });

  it('KS11 while an opening code is tried cards are counted as before it', async () => {
    const round = await wrappedUnder(await makeRound(1), '0123456789012', SLOW_TIMES);
    const alone = await startAlone(round);
    let opened = false;
    const trying = alone.engine.send({ command: 'opening-code', digits: round.openingCode }).then((reply) => {
      opened = true;
      return reply;
    });
    for (const n of [1, 2, 3]) {
      expect(await alone.swipe(n)).toMatchObject({ face: 'counted', checked: false });
      // whatever waits behind the code on this thread has had its turn
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(opened).toBe(false);
    expect(await trying).toEqual({ ok: true });
    expect(await alone.swipe(4)).toMatchObject({ face: 'counted', checked: true });
  });
});

describe('rounds and their keys', () => {
  let place: ReturnType<typeof temporaryDirectory>;
  let database: Database;
  beforeEach(() => {
    place = temporaryDirectory();
    database = openDatabase({ file: path.join(place.directory, 'kiosk.db'), nativeBinding: null });
  });
  afterEach(() => {
    database.close();
    place.remove();
  });

  /** Rounds known from the disk, in the order in which the edge told them. */
  const locked = (...rounds: TestRound[]): RoundBook => {
    new RoundBook(database, () => {}).take(roundsMessage(...rounds));
    return new RoundBook(database, () => {});
  };

  it('KS12 an opening code is tried on open rounds first, and no further once one has opened', async () => {
    const code = '0123456789012';
    const draft = await wrappedUnder(await makeRound(1, { state: 'draft' }), code);
    const open = await wrappedUnder(await makeRound(2), code);
    const book = locked(draft, open);
    expect(await book.unlock(code)).toBe(1);
    expect(book.keyOf(open.info.round)).toEqual(Uint8Array.from(open.key));
    expect(book.keyOf(draft.info.round)).toBeNull();
    expect(await book.unlock(code)).toBe(1);
    expect(book.keyOf(draft.info.round)).toEqual(Uint8Array.from(draft.key));
  });

  it('KS12 a round that the edge no longer tells gets no key from a code that was being tried', async () => {
    const round = await wrappedUnder(await makeRound(1), '0123456789012');
    const other = await makeRound(2);
    const book = locked(round);
    const trying = book.unlock(round.openingCode);
    book.take(roundsMessage(other));
    expect(await trying).toBe(0);
    expect(book.keyOf(round.info.round)).toBeNull();
  });
});
