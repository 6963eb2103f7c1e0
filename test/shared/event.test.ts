import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BATCH_EVENTS_MAX, SEALED_BYTES_MAX, decodeBatch, encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex, bytesToUtf8, hexToBytes, utf8ToBytes } from '#shared/bytes.ts';
import { GENESIS_HASH, linkBodyHash, linkHash, portableSha256 } from '#shared/event/chain.ts';
import { decodeCounted, decodeKeys, encodeCounted, encodeKeys } from '#shared/contract/counted-batch.ts';
import {
  canonicalPhysicalNumber,
  canonicalStaffNumber,
  credentialKey,
  plainNumber,
} from '#shared/event/credential.ts';
import { BODY_BYTES_MAX, eventBodySchema, parseBody, type EventBytes } from '#shared/event/event.ts';
import { decodeSealedPerson } from '#shared/event/sealed.ts';
import { eventId, keyHexSchema } from '#shared/ids.ts';
import { openSealed } from '../../edge-service/keys/sealed-box.ts';
import { TestJournal, testUuid } from '../support/kiosk/test-journal.ts';
import { eventVectors, type EventVectors } from '../tools/event-vectors-main.ts';

const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const eventArbitrary = fc.record({
  hash: bytes(32, 32),
  body: bytes(1, 300),
  sealed: fc.option(bytes(1, 200), { nil: null }),
});

describe('event bytes', () => {
  it('EV1 any events packed into a batch are unpacked as they were', () => {
    fc.assert(
      fc.property(
        fc.array(eventArbitrary, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 1e9 }),
        (given, first) => {
          const events: EventBytes[] = given.map((e, i) => ({ ...e, sequence: first + i }));
          expect(decodeBatch(encodeBatch(events), first)).toEqual({ ok: true, events });
        },
      ),
    );
  });

  it('EV1 a batch cut anywhere, and any bytes at all, get a name and a place', () => {
    const events = [1, 2, 3].map((sequence) => ({
      sequence,
      hash: new Uint8Array(32),
      body: utf8ToBytes('{}'),
      sealed: new Uint8Array(5),
    }));
    const whole = encodeBatch(events);
    const item = whole.length / 3;
    for (let length = 0; length < whole.length; length++) {
      const cut = decodeBatch(whole.subarray(0, length), 1);
      if (length > 0 && length % item === 0) expect(cut).toMatchObject({ ok: true });
      else
        expect(cut).toMatchObject({
          ok: false,
          code: length === 0 ? 'empty' : 'truncated',
          at: Math.floor(length / item),
        });
    }
    const tooMany = Array.from({ length: BATCH_EVENTS_MAX + 1 }, (_, i) => ({
      sequence: i + 1,
      hash: new Uint8Array(32),
      body: new Uint8Array(1),
      sealed: null,
    }));
    expect(decodeBatch(encodeBatch(tooMany), 1)).toMatchObject({ ok: false, code: 'too-many' });
    const longBox = [
      {
        sequence: 1,
        hash: new Uint8Array(32),
        body: new Uint8Array(1),
        sealed: new Uint8Array(SEALED_BYTES_MAX + 1),
      },
    ];
    expect(decodeBatch(encodeBatch(longBox), 1)).toMatchObject({ ok: false, code: 'sealed-length' });
    fc.assert(
      fc.property(bytes(0, 400), (any) => {
        expect(typeof decodeBatch(any, 1).ok).toBe('boolean');
      }),
    );
  });

  it('EV2 a hash covers journal, place and body', () => {
    const link = {
      previous: GENESIS_HASH,
      install: testUuid('install', 1),
      sequence: 7,
      body: utf8ToBytes('{"a":1}'),
    };
    const hash = bytesToHex(linkHash(portableSha256, link));
    const changed = [
      { ...link, previous: new Uint8Array(32).fill(1) },
      { ...link, install: testUuid('install', 2) },
      { ...link, sequence: 8 },
      { ...link, sequence: 7 + 2 ** 32 },
      { ...link, body: utf8ToBytes('{"a":2}') },
    ].map((other) => bytesToHex(linkHash(portableSha256, other)));
    expect(new Set([hash, ...changed]).size).toBe(6);
    expect(bytesToHex(linkBodyHash(portableSha256, { ...link, bodyHash: portableSha256(link.body) }))).toBe(
      hash,
    );
  });

  it('EV3 what a build writes it reads back, and a later version is not understood but never invalid', () => {
    const journal = new TestJournal({ install: testUuid('install', 1), station: 1 });
    journal.append({ type: 'installed', device: '一号机', parent: null });
    journal.append({
      type: 'tube-opened',
      code: '管-1',
      batch: null,
      capacity: 10,
      collects: [eventId(journal.install, 1)],
    });
    journal.append({ type: 'round-ended' });
    for (const { body } of journal.events) {
      const parsed = parseBody(body);
      expect(parsed.ok && JSON.stringify(parsed.body).length).toBe(bytesToUtf8(body).length);
    }
    const fields = JSON.parse(bytesToUtf8(journal.events[2]?.body ?? new Uint8Array())) as Record<
      string,
      unknown
    >;
    const parse = (json: unknown) => parseBody(utf8ToBytes(JSON.stringify(json)));
    expect(parse({ ...fields, version: 2 })).toMatchObject({
      ok: false,
      code: 'not-understood',
      at: 'version',
    });
    expect(parse({ ...fields, type: 'dance' })).toMatchObject({
      ok: false,
      code: 'not-understood',
      at: 'type',
    });
    expect(parse({ ...fields, wallTime: 'noon' })).toMatchObject({
      ok: false,
      code: 'invalid',
      at: 'wallTime',
    });
    expect(parse({ ...fields, more: 1 }), 'a field nobody knows').toMatchObject({
      ok: false,
      code: 'invalid',
    });
    expect(parseBody(new Uint8Array([0xff, 0xfe]))).toMatchObject({ ok: false, code: 'not-json' });
    expect(parseBody(new Uint8Array(BODY_BYTES_MAX + 1))).toMatchObject({
      ok: false,
      code: 'invalid',
      at: 'length',
    });
    fc.assert(
      fc.property(bytes(0, 200), (any) => {
        expect(parseBody(any).ok).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.json(), (any) => {
        expect(parseBody(utf8ToBytes(any)).ok).toBe(false);
      }),
    );
  });

  it('EV3 a swipe that is looked at by hand is taken exactly when the schema takes it', () => {
    const { install } = new TestJournal({ install: testUuid('install', 1), station: 1 });
    const swipe = {
      type: 'swipe',
      version: 1,
      round: install,
      station: 3,
      stand: 'before',
      phase: 'open',
      tube: `${install}:2`,
      wallTime: 1,
      monotonicTime: 1,
      bootId: 'boot',
      clockOffset: null,
      by: null,
      origin: null,
      credential: { kind: 'id', key: 'a'.repeat(32) },
      sealed: 'b'.repeat(64),
      entry: 'card',
      shown: 'counted',
      ordinal: 1,
    };
    const fields = Object.keys(swipe) as (keyof typeof swipe)[];
    const odd = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        undefined,
        true,
        0,
        -0,
        -1,
        1,
        1.5,
        999,
        1000,
        2 ** 53,
        1e300,
        '',
        'x',
        'x'.repeat(40),
        'x'.repeat(41),
        'x'.repeat(64),
        'x'.repeat(65),
        '\u{20bb7}'.repeat(33),
        install,
        install.toUpperCase(),
        `${install}\n`,
        `${install}:0`,
        `${install}:1`,
        `${install}:${'9'.repeat(15)}`,
        `${install}:${'9'.repeat(16)}`,
        'after',
        'test',
        'unfiled',
        'walk-in',
        'scan',
        'manual',
        'none',
        'tube-opened',
        [],
        {},
        { kind: 'id', key: null },
        { kind: 'staff', key: 'A'.repeat(32) },
        { kind: 'id' },
        { kind: 'none', key: null, more: 1 },
        { event: `${install}:1`, hash: 'c'.repeat(64) },
      ),
      fc.anything(),
    );
    let taken = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...fields, 'more', 'toString'), odd), { maxLength: 3 }),
        (changes) => {
          const body = utf8ToBytes(JSON.stringify({ ...swipe, ...Object.fromEntries(changes) }));
          const json: unknown = JSON.parse(bytesToUtf8(body));
          const bySchema = eventBodySchema.safeParse(json);
          const parsed = parseBody(body);
          expect(parsed.ok, JSON.stringify(json)).toBe(bySchema.success);
          if (parsed.ok) expect(parsed.body).toEqual(bySchema.data);
          taken += Number(parsed.ok);
        },
      ),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(300);
  });

  it('EV4 the vectors follow from the formulas, and from the same events the same bytes', () => {
    const file = path.join(import.meta.dirname, '../vectors/events.json');
    const held = JSON.parse(readFileSync(file, 'utf8')) as EventVectors;
    expect(eventVectors(held.box)).toEqual(held);
    const { publicKey, secretKey, sealed, person } = held.box;
    const opened = openSealed(hexToBytes(sealed), {
      publicKey: hexToBytes(publicKey),
      secretKey: hexToBytes(secretKey),
    });
    expect(decodeSealedPerson(opened ?? new Uint8Array())).toEqual(person);
    const batch = decodeBatch(hexToBytes(held.batch.bytes), held.batch.first);
    expect(batch.ok && batch.events.map((e) => bytesToHex(e.hash))).toEqual(held.events.map((e) => e.hash));
    expect(batch.ok && batch.events.every((e) => parseBody(e.body).ok)).toBe(true);
  });

  it('EV5 a credential key is the same for every way of writing a number, another one for another kind, number or round', () => {
    const key = new Uint8Array(32).fill(3);
    const staff = (text: string) =>
      credentialKey(key, { kind: 'staff', canonical: canonicalStaffNumber(text) ?? '' });
    expect(new Set(['0815', '815', ' 0815 ', '０８１５', '000815'].map(staff)).size).toBe(1);
    expect(plainNumber('１１０１９９ 19900307 859x')).toBe('11019919900307859X');
    expect(canonicalPhysicalNumber('0123456789abcdef')).toBe('0123456789ABCDEF');
    const given = [
      { kind: 'staff', canonical: '815' },
      { kind: 'id', canonical: '815' },
      { kind: 'staff', canonical: '816' },
    ] as const;
    const made = given.flatMap((c) => [credentialKey(key, c), credentialKey(new Uint8Array(32), c)]);
    expect(new Set(made).size).toBe(6);
    expect(made.every((k) => /^[0-9a-f]{32}$/.test(k))).toBe(true);
    expect(() => credentialKey(new Uint8Array(31), given[0])).toThrow(/32/);
  });

  it('EV6 counted entries and keys travel packed and are read back as they were', () => {
    const keyArbitrary = bytes(16, 16).map((key) => keyHexSchema.parse(bytesToHex(key)));
    const entryArbitrary = fc.record({
      key: keyArbitrary,
      time: fc.integer({ min: 0, max: 2 ** 45 }),
      station: fc.option(fc.integer({ min: 1, max: 999 }), { nil: null }),
      tubeCode: fc.option(fc.constantFrom('0000017', '第3管', 'T-9'), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(entryArbitrary), (entries) => {
        expect(decodeCounted(encodeCounted(entries))).toEqual(entries);
      }),
    );
    fc.assert(
      fc.property(fc.array(keyArbitrary), (keys) => {
        expect(decodeKeys(encodeKeys(keys))).toEqual(keys);
      }),
    );
    expect(decodeCounted({ tubes: [], entries: new Uint8Array(27) })).toBeNull();
    expect(decodeKeys(new Uint8Array(15))).toBeNull();
  });
});
