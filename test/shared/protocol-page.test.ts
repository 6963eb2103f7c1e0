import { createHash, createHmac, scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import sodium from 'libsodium-wrappers';
import fc from 'fast-check';
import { z } from 'zod';
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, SEALED_BYTES_MAX, decodeBatch } from '#shared/event/batch.ts';
import { bytesToHex, hexToBytes, sameBytes, utf8ToBytes } from '#shared/bytes.ts';
import { linkHash, portableSha256 } from '#shared/event/chain.ts';
import { decodeCounted, decodeKeys } from '#shared/contract/counted-batch.ts';
import { CREDENTIAL_KINDS, credentialKey } from '#shared/event/credential.ts';
import { EVENT_VERSION } from '#shared/event/envelope.ts';
import { BODY_BYTES_MAX, eventBodySchema, parseBody, tubeCodeSchema } from '#shared/event/event.ts';
import { encodeSealedPerson, decodeSealedPerson, sealedPersonSchema } from '#shared/event/sealed.ts';
import { ROUND_STATES } from '#shared/round.ts';
import * as wire from '#shared/contract/wire.ts';
import { eventIdSchema, installIdSchema, sequenceSchema, stationSchema, type RoundId } from '#shared/ids.ts';
import { isEdgeOnly } from '#shared/event/event-table.ts';
import { chooseDuty } from '../../kiosk/station/desks/duty.ts';
import { makeRound } from '../support/kiosk/kiosk-fixture.ts';
import { roundToRecordFor } from '../support/edge/wire-kiosk.ts';
import { jsonSchemaOf, looseObjects, rowsOf, typedTables, type Words } from '../support/edge/typed-tables.ts';

const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
const vectorsText = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const vectors = z
  .object({
    install: installIdSchema,
    roundKey: z.string(),
    boxPublicKey: z.string(),
    boxSecretKey: z.string(),
    credentialKeys: z.array(
      z.object({ kind: z.enum(CREDENTIAL_KINDS), canonical: z.string(), key: z.string() }),
    ),
    sealed: z.object({
      person: sealedPersonSchema,
      plain: z.string(),
      plainLength: z.int(),
      sealed: z.string(),
      sealedLength: z.int(),
    }),
    events: z.array(
      z.object({
        sequence: z.int(),
        body: z.string(),
        bodyHash: z.string(),
        previous: z.string(),
        hash: z.string(),
      }),
    ),
    batch: z.object({ first: z.int(), bytes: z.string() }),
    counted: z.object({ tubes: z.array(z.string()), entries: z.string(), removals: z.string() }),
    openingCode: z.object({
      code: z.string(),
      salt: z.string(),
      costN: z.int(),
      blockR: z.int(),
      parallelP: z.int(),
      box: z.string(),
    }),
  })
  .parse(JSON.parse(vectorsText));

const sha256 = (...parts: (string | Uint8Array)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** What the page calls by a word of its own; the table of words gives the pattern or bounds of each. */
const WORDS: Words = {
  uuid: installIdSchema,
  'event id': eventIdSchema,
  sequence: sequenceSchema,
  station: stationSchema,
  'tube code': tubeCodeSchema,
  head: wire.headSchema,
};

/** Tables of one object each, by their heading. */
const OBJECTS: Readonly<Record<string, z.ZodType>> = {
  redeem: wire.redeemSchema,
  redeemed: wire.redeemReplySchema,
  auth: wire.handshakeSchema,
  hello: wire.helloSchema,
  events: wire.eventsHeaderSchema,
  hashes: wire.hashesSchema,
  'Answer to hashes': wire.hashesReplySchema,
  status: wire.kioskStatusSchema,
  'Answer to status': wire.statusReplySchema,
  'counted-since': wire.countedSinceSchema,
  'tube-used': wire.tubeUsedSchema,
  'Answer to tube-used': wire.tubeUsedReplySchema,
  'roster-name': wire.rosterNameSchema,
  'Answer to roster-name': wire.rosterNameReplySchema,
  'token-binding': wire.tokenBindingSchema,
  'Answer to token-binding': wire.tokenBindingReplySchema,
  rounds: wire.roundsMessageSchema,
  'tube-patterns': wire.tubePatternsMessageSchema,
  counted: wire.countedMessageSchema,
  'sealed part': sealedPersonSchema,
};
/** Tables of answers that are one of several. */
const ANSWERS = { 'Answer to hello': wire.helloReplySchema, 'Answer to events': wire.eventsReplySchema };
const EVENTS = "An event's type";
const EVERY_EVENT = 'every event';
/** Parts of others, which stand in their tables, and what never travels in this form. */
const NO_TABLE: ReadonlySet<z.ZodType> = new Set<z.ZodType>([
  wire.headSchema,
  wire.verdictSchema,
  wire.countedEntrySchema,
]);

const told = typedTables(page);
const kioskEvents = eventBodySchema.options.filter((o) => !isEdgeOnly(o.shape.type.value));
/** The first cell of each row of the table that begins with this heading, without back-ticks. */
const firstCells = (heading: string): string[] => {
  const lines = page.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  const end = lines.findIndex((line, i) => i > at && !line.startsWith('|'));
  return lines.slice(at + 2, end).map((line) => (line.split('|')[1] ?? '').replaceAll('`', '').trim());
};
const sorted = (names: readonly string[]): string[] => names.toSorted((a, b) => a.localeCompare(b));

beforeAll(() => sodium.ready);

describe('docs/protocol.md', () => {
  it('PG1 the page names the versions, limits and answers of the code', () => {
    expect(page).toContain(
      `Protocol version: **${wire.PROTOCOL_VERSION}**. Event version: **${EVENT_VERSION}**.`,
    );
    expect(page).toContain(`at most ${BATCH_EVENTS_MAX} events and ${BATCH_BYTES_MAX / 1024} KiB`);
    expect(page).toContain(
      `at most ${BODY_BYTES_MAX.toLocaleString('en')} bytes, a sealed part ${SEALED_BYTES_MAX.toLocaleString('en')}`,
    );
    const items = page.slice(page.indexOf('`items` outcomes'));
    for (const outcome of wire.OUTCOMES) expect(items).toContain(`\`${outcome}\``);
  });

  it('PG2 every event type a kiosk may write stands in the table with its members, their types and limits', () => {
    const every = told.get(EVERY_EVENT) ?? [];
    const shared = every.map((row) => row.member).filter((member) => !member.includes('.'));
    for (const option of kioskEvents) {
      const own = Object.keys(option.shape).filter((member) => !shared.includes(member));
      expect(every).toEqual(rowsOf(option, { words: WORDS, variant: '', without: own }));
    }
    expect(told.get(EVENTS)).toEqual(
      kioskEvents.flatMap((option) =>
        rowsOf(option, { words: WORDS, variant: option.shape.type.value, without: ['type', ...shared] }),
      ),
    );
  });

  it('PG3 the tables of the wire name every message, answer and member with its type and limits, and no other', () => {
    for (const [title, schema] of Object.entries(OBJECTS))
      expect(told.get(title), title).toEqual(rowsOf(schema, { words: WORDS, variant: '', without: [] }));
    for (const [title, schema] of Object.entries(ANSWERS))
      expect(told.get(title), title).toEqual(
        schema.options.flatMap((option) =>
          rowsOf(option, { words: WORDS, variant: option.shape.outcome.value, without: ['outcome'] }),
        ),
      );
    expect(sorted([...told.keys()])).toEqual(
      sorted([...Object.keys(OBJECTS), ...Object.keys(ANSWERS), EVENTS, EVERY_EVENT]),
    );
    const schemas = Object.values<unknown>(wire).filter((e) => e instanceof z.ZodType);
    const tabled = new Set<z.ZodType>([...Object.values(OBJECTS), ...Object.values(ANSWERS), ...NO_TABLE]);
    expect(schemas.filter((schema) => !tabled.has(schema))).toEqual([]);
    const requests = firstCells('Request');
    expect(requests.filter((request) => OBJECTS[request] === undefined)).toEqual([]);
    expect(sorted(firstCells('`kind`'))).toEqual(sorted(CREDENTIAL_KINDS));
  });

  it('PG9 the words of the tables mean what the code takes, and no object takes a member that is not named', () => {
    const words = new Map(
      page
        .split('\n')
        .filter((line) => line.startsWith('| '))
        .map((line) => [line.split('|')[1]?.trim() ?? '', line.split('|')[2] ?? '']),
    );
    for (const word of ['uuid', 'event id', 'tube code'])
      expect(words.get(word), word).toContain(`\`${jsonSchemaOf(WORDS[word] ?? z.never()).pattern}\``);
    for (const word of ['sequence', 'station'])
      expect(words.get(word)).toBe(` whole number, 1 to ${jsonSchemaOf(WORDS[word] ?? z.never()).maximum} `);
    expect(rowsOf(wire.headSchema, { words: {}, variant: '', without: [] })).toEqual([
      { variant: '', member: 'sequence', type: 'whole number, at least 0' },
      { variant: '', member: 'hash', type: '64 hex digits' },
    ]);
    expect(words.get('head')).toContain('{"sequence": whole number, at least 0, "hash": 64 hex digits}');
    expect(looseObjects(jsonSchemaOf(wire.handshakeSchema))).toEqual(['']);
    for (const schema of [...Object.values(OBJECTS), ...Object.values(ANSWERS), eventBodySchema])
      if (schema !== wire.handshakeSchema) expect(looseObjects(jsonSchemaOf(schema))).toEqual([]);
  });

  it('PG4 the vectors follow from the formulas of the page, and the code reads them so', () => {
    const installBytes = Buffer.from(vectors.install.replaceAll('-', ''), 'hex');
    for (const e of vectors.events) {
      const sequence = Buffer.alloc(8);
      sequence.writeBigUInt64BE(BigInt(e.sequence));
      expect(sha256(e.body)).toBe(e.bodyHash);
      expect(
        sha256(Buffer.from(e.previous, 'hex'), installBytes, sequence, Buffer.from(e.bodyHash, 'hex')),
      ).toBe(e.hash);
      const body = utf8ToBytes(e.body);
      const linked = linkHash(portableSha256, {
        previous: hexToBytes(e.previous),
        install: vectors.install,
        sequence: e.sequence,
        body,
      });
      expect(bytesToHex(linked)).toBe(e.hash);
      expect(parseBody(body)).toMatchObject({ ok: true });
    }
    for (const { kind, canonical, key } of vectors.credentialKeys) {
      const mac = createHmac('sha256', Buffer.from(vectors.roundKey, 'hex'))
        .update(`${kind}\0${canonical}`)
        .digest('hex');
      expect(mac.slice(0, 32)).toBe(key);
      expect(credentialKey(hexToBytes(vectors.roundKey), { kind, canonical })).toBe(key);
    }
  });

  it('PG5 the sealed vector opens to its person, and the batch holds both events byte for byte', () => {
    const { sealed } = vectors;
    const plain = encodeSealedPerson(sealed.person);
    expect([bytesToHex(plain), plain.length]).toEqual([sealed.plain, sealed.plainLength]);
    const bytes = hexToBytes(sealed.sealed);
    expect(bytes).toHaveLength(sealed.sealedLength);
    const opened = sodium.crypto_box_seal_open(
      bytes,
      hexToBytes(vectors.boxPublicKey),
      hexToBytes(vectors.boxSecretKey),
    );
    expect(decodeSealedPerson(opened)).toEqual(sealed.person);
    const batch = decodeBatch(hexToBytes(vectors.batch.bytes), vectors.batch.first);
    if (!batch.ok) throw new Error(batch.code);
    expect(batch.events.map((e) => bytesToHex(e.hash))).toEqual(vectors.events.map((e) => e.hash));
    expect(batch.events.map((e) => Buffer.from(e.body).toString('utf8'))).toEqual(
      vectors.events.map((e) => e.body),
    );
    const swipe = batch.events[1];
    expect(swipe?.sealed !== null && swipe?.sealed !== undefined && sameBytes(swipe.sealed, bytes)).toBe(
      true,
    );
    expect(vectors.events[1]?.body).toContain(sha256(bytes));
  });

  it('PG6 the counted entries and the wrapped round key of the vectors are read as the page says', () => {
    const entries = decodeCounted({
      tubes: vectors.counted.tubes,
      entries: hexToBytes(vectors.counted.entries),
    });
    expect(entries).toMatchObject([
      { key: vectors.credentialKeys[0]?.key, time: 1611442860750, station: 2, tubeCode: '0000017' },
      { time: 1611442860999, station: null, tubeCode: null },
    ]);
    expect(decodeKeys(hexToBytes(vectors.counted.removals))).toEqual([vectors.credentialKeys[0]?.key]);
    const { code, salt, costN, blockR, parallelP, box } = vectors.openingCode;
    const wrapping = scryptSync(Buffer.from(code, 'ascii'), Buffer.from(salt, 'hex'), 32, {
      N: costN,
      r: blockR,
      p: parallelP,
    });
    const whole = hexToBytes(box);
    const key = sodium.crypto_secretbox_open_easy(whole.subarray(24), whole.subarray(0, 24), wrapping);
    expect(bytesToHex(key)).toBe(vectors.roundKey);
  });

  it('PG10 by the rule of the page a kiosk chooses the round that ours does, for any rounds in any order', async () => {
    const base = (await makeRound(1)).info;
    const roundOf = (i: number) => `round ${i}` as RoundId;
    const round = fc.record({
      state: fc.constantFrom(...ROUND_STATES),
      station: fc.constantFrom(1, 1, 1, 2),
      from: fc.nat(2),
      tookPart: fc.boolean(),
      ended: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(round, { maxLength: 6 }), (drawn) => {
        const histories = new Map(drawn.map((d, i) => [roundOf(i), d]));
        const rounds = drawn.map(({ state, station, from }, i) => ({
          key: '',
          info: {
            ...base,
            round: roundOf(i),
            state,
            definition: {
              ...base.definition,
              stations: [{ station, stand: 'before' as const }],
              sessions: [
                { name: 'late', from: 10, to: 20, shift: null },
                { name: 'first', from, to: 20, shift: null },
              ],
            },
          },
        }));
        const ours = chooseDuty({
          rounds: rounds.map(({ info }) => info),
          station: 1,
          history: (id) => histories.get(id) ?? { tookPart: false, ended: false },
        });
        const having = (fact: 'tookPart' | 'ended') =>
          new Set([...histories].filter(([, d]) => d[fact]).map(([id]) => id));
        const theirs = roundToRecordFor({
          rounds,
          station: 1,
          tookPart: having('tookPart'),
          ended: having('ended'),
        });
        expect(theirs?.info.round).toBe(ours.round?.round);
      }),
    );
  });
});
