import { createHash, hash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesToHex } from '#shared/bytes.ts';
import { credentialKey } from '#shared/event/credential.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { inventPeople, type InventedPerson } from '../../site/invented-people.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { serveReader } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { digestKey, KeyedMessage } from '../../support/kiosk/stolen/keyed-digest.ts';
import { stealKiosk, type StolenKiosk, type Table } from '../../support/kiosk/stolen/kiosk-theft.ts';
import { decoded, LootIndex, numbersInClear, type Loot } from '../../support/kiosk/stolen/loot.ts';
import { NumberDictionary } from '../../support/kiosk/stolen/number-dictionary.ts';
import { factsOf } from '../../support/kiosk/stolen/public-facts.ts';

/** `npm run test:soak` asks ten million (vitest.config.ts): twenty minutes of one core. */
const CANDIDATES = Number(process.env['MUSTER_DICTIONARY'] ?? 100_000);
/** Of every candidate without a key: as the number and as credential keys name it. */
const PLAIN_DIGESTS = ['md5', 'sha1', 'sha256', 'sha512'] as const;
const KIND = Buffer.from('id\0');

const PEOPLE: readonly InventedPerson[] = inventPeople({ seed: 11, count: 14 });
const CROWD = { here: PEOPLE.slice(0, 5), there: PEOPLE.slice(5, 9), absent: PEOPLE.slice(9) };

const births = PEOPLE.map((p) => p.birth);
const dictionary = new NumberDictionary({ births, size: CANDIDATES });
/** Enough to see that the search finds. */
const smallDictionary = new NumberDictionary({ births, size: 0 });
let stolen: StolenKiosk;
/** Whatever the thief has or can ask for, read in every way. */
let views: Loot[];
let index: LootIndex;
let facts: Loot[];

async function setTable(): Promise<Table> {
  const reader = new SimulatedReader(systemClock);
  const served = await serveReader(reader, 0);
  return {
    path: served.path,
    unplug: () => served.unplug(),
    lay: async ({ number }) => {
      const person = PEOPLE.find((one) => one.number === number);
      await reader.placeCard(cardOf(person!), { holdMs: 0, patienceMs: 20_000 });
      await reader.seenEmpty();
    },
  };
}

beforeAll(async () => {
  stolen = await stealKiosk(CROWD, setTable);
  views = decoded([...stolen.disk, ...stolen.answered]);
  index = new LootIndex(views);
  facts = factsOf([...stolen.told, ...stolen.answered], stolen.words);
});

/** Candidates that what was stolen confirms by a digest under one of the keys, or, without keys, by a plain one. */
function confirmed(keys: readonly Loot[], numbers: NumberDictionary): string[] {
  const found: string[] = [];
  const ready = keys.map(({ from, bytes }) => ({ from, key: digestKey(bytes) }));
  const message = new KeyedMessage();
  const named = Buffer.alloc(KIND.length + 18);
  named.set(KIND);
  numbers.each((number) => {
    named.set(number, KIND.length);
    message.set(named);
    for (const { from, key } of ready) {
      const digest = message.ask(key);
      const place = index.find(digest[0]!, digest[1]!);
      if (place !== null) found.push(`${Buffer.from(number).toString()} by ${from} in ${place}`);
    }
  });
  return found;
}

function confirmedPlain(within: LootIndex, numbers: NumberDictionary): string[] {
  const found: string[] = [];
  numbers.each((number) => {
    const plain = Buffer.from(number);
    for (const text of [plain, Buffer.concat([KIND, plain])])
      for (const algorithm of PLAIN_DIGESTS) {
        const digest = hash(algorithm, text, 'buffer');
        const place = within.find(digest.readInt32BE(0), digest.readInt32BE(4));
        if (place !== null) found.push(`${plain.toString()} by ${algorithm} in ${place}`);
      }
  });
  return found;
}

/** Every 16 and every 32 bytes that stand anywhere in these views and, as a key, confirm a number that is known. */
function keysAmong(loot: readonly Loot[], within: LootIndex): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const message = new KeyedMessage();
  message.set(Buffer.concat([KIND, Buffer.from(PEOPLE[0]!.number)]));
  for (const { from, bytes } of loot)
    for (const length of [16, 32])
      for (let at = 0; at + length <= bytes.length; at++) {
        const key = bytes.subarray(at, at + length);
        const name = key.toString('latin1');
        if (seen.has(name)) continue;
        seen.add(name);
        const digest = message.ask(digestKey(key));
        const place = within.find(digest[0]!, digest[1]!);
        if (place !== null) found.push(`${length} bytes of ${from} at ${at}`);
      }
  return found;
}

const numbersOf = (found: readonly string[]): string[] =>
  [...new Set(found.map((line) => line.split(' ')[0]!))].toSorted();

describe('a stolen kiosk', () => {
  it('HO60 was taken with its journal, the keys of the roster and of who was counted elsewhere', () => {
    expect(dictionary.size).toBeGreaterThanOrEqual(CANDIDATES);
    expect(stolen.disk.some(({ from, bytes }) => from === 'kiosk.db-wal' && bytes.length > 0)).toBe(true);
    expect(index.size).toBeGreaterThan(10_000);
    expect(facts.length).toBeGreaterThan(40);
    // whoever has the round key finds everybody of the roster, swiped here, there or not at all
    const open = confirmed([{ from: 'the round key', bytes: Buffer.from(stolen.roundKey) }], dictionary);
    expect(numbersOf(open)).toEqual(PEOPLE.map((p) => p.number).toSorted());
  });

  it('HO60 all public facts and all it says itself give no number to a dictionary', () => {
    expect(confirmed(facts, dictionary)).toEqual([]);
  });

  it('HO60 no number lies there in clear, nor as a digest without a key', () => {
    expect(numbersInClear(views)).toEqual([]);
    expect(confirmedPlain(index, dictionary)).toEqual([]);
  });

  it('HO60 no bytes that lie there are a key that confirms a known number', () => {
    expect(keysAmong(views, index)).toEqual([]);
  });

  it('HO60 one copy of the round key on that disk, or one in an answer, gives everybody away', () => {
    const key = Buffer.from(stolen.roundKey);
    const database = stolen.disk.find(({ from }) => from === 'kiosk.db-wal');
    const odd = 4096 + 77;
    const bytes = Buffer.concat([database!.bytes.subarray(0, odd), key, database!.bytes.subarray(odd)]);
    expect(keysAmong([{ from: 'the log', bytes }], index)).toEqual([`32 bytes of the log at ${odd}`]);
    const answer = { from: 'an answer', bytes: Buffer.from(JSON.stringify({ key: key.toString('hex') })) };
    const open = confirmed(factsOf([answer], []), smallDictionary);
    expect(numbersOf(open)).toEqual(PEOPLE.map((p) => p.number).toSorted());
  });

  it('HO60 the search finds a key, a digest or a number that does lie there, in any form', () => {
    const { number } = PEOPLE[0]!;
    const key = Buffer.from(stolen.roundKey);
    const own = Buffer.from(credentialKey(key, { kind: 'id', canonical: number }), 'hex');
    const noise = Buffer.from('\u0001planted:');
    const planted = (bytes: Buffer | string): Loot[] => [
      { from: 'planted', bytes: Buffer.concat([noise, Buffer.from(bytes as string), noise]) },
    ];
    const among = (bytes: Buffer | string): string[] =>
      keysAmong(decoded(planted(bytes)), new LootIndex(decoded(planted(own))));
    for (const form of [key, key.toString('hex'), key.toString('base64'), key.toString('base64url')])
      expect(among(form)).not.toEqual([]);
    expect(among(Buffer.from(key.toReversed()))).toEqual([]);

    const sha = createHash('sha256').update(number).digest();
    const half = createHash('md5')
      .update(Buffer.concat([KIND, Buffer.from(number)]))
      .digest()
      .subarray(0, 8);
    for (const form of [sha, sha.subarray(0, 16), bytesToHex(sha), half, sha.toString('base64')])
      expect(numbersOf(confirmedPlain(new LootIndex(decoded(planted(form))), smallDictionary))).toEqual([
        number,
      ]);

    const utf16 = Buffer.from(number, 'utf16le');
    const clear = [
      number,
      number.toLowerCase(),
      utf16,
      Buffer.from(utf16).swap16(),
      Buffer.from(number).toString('base64'),
      Buffer.from(number).toString('hex'),
      number.split('').toReversed().join(''),
      Buffer.from(`0${number.slice(0, 17)}`, 'hex'),
      Buffer.from(`${number.slice(0, 17)}f`, 'hex'),
    ];
    for (const form of clear) expect(numbersInClear(decoded(planted(form))), String(form)).not.toEqual([]);
  });
});
