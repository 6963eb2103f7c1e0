import { createHash, createHmac, scryptSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import sodium from 'libsodium-wrappers';
import { z } from 'zod';
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, SEALED_BYTES_MAX, decodeBatch } from '#shared/batch.ts';
import { bytesToHex, hexToBytes, sameBytes, utf8ToBytes } from '#shared/bytes.ts';
import { linkHash, portableSha256 } from '#shared/chain.ts';
import { decodeCounted, decodeKeys } from '#shared/counted-batch.ts';
import { CREDENTIAL_KINDS, credentialKey } from '#shared/credential.ts';
import { BODY_BYTES_MAX, EVENT_VERSION, eventBodySchema, parseBody } from '#shared/event.ts';
import { encodeSealedPerson, decodeSealedPerson, sealedPersonSchema } from '#shared/sealed.ts';
import {
  OUTCOMES,
  PROTOCOL_VERSION,
  countedMessageSchema,
  eventsReplySchema,
  helloReplySchema,
  kioskStatusSchema,
  redeemReplySchema,
} from '#shared/wire.ts';

const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
const vectorsText = /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const vectors = z
  .object({
    install: z.string(),
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

/** Rows of the table whose first heading cell is `heading`, as cells without back-ticks. */
function tables(heading: string): string[][][] {
  const found: string[][][] = [];
  const lines = page.split('\n');
  lines.forEach((line, i) => {
    if (!line.startsWith(`| ${heading} |`) || !lines[i + 1]?.startsWith('|--')) return;
    const rows: string[][] = [];
    for (let at = i + 2; lines[at]?.startsWith('|'); at++)
      rows.push(
        (lines[at] ?? '')
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    found.push(rows);
  });
  return found;
}
/** Words in back-ticks of a cell, the part before any `:` of each. */
const named = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map((m) => (m[1] ?? '').split(':')[0] ?? '');
const shapeOf = (schema: { shape: object }): string[] => Object.keys(schema.shape);

const sorted = (names: readonly (string | undefined)[]): string[] =>
  names.map(String).toSorted((a, b) => a.localeCompare(b));

beforeAll(() => sodium.ready);

describe('docs/protocol.md', () => {
  it('PG1 the page names the versions, limits and answers of the code', () => {
    expect(page).toContain(`Protocol version: **${PROTOCOL_VERSION}**. Event version: **${EVENT_VERSION}**.`);
    expect(page).toContain(`at most ${BATCH_EVENTS_MAX} events and ${BATCH_BYTES_MAX / 1024} KiB`);
    expect(page).toContain(
      `at most ${BODY_BYTES_MAX.toLocaleString('en')} bytes, a sealed part ${SEALED_BYTES_MAX.toLocaleString('en')}`,
    );
    const items = page.slice(page.indexOf('`items` are runs'));
    for (const outcome of OUTCOMES) expect(items).toContain(`\`${outcome}\``);
  });

  it('PG2 every event type a kiosk may write stands in the table with exactly its members', () => {
    const edgeOnly = new Set([
      'round-defined',
      'round-state',
      'roster-stored',
      'lab-counts-stored',
      'excuse',
      'excuse-withdrawn',
      'unlink',
      'filed',
      'exception',
      'quarantine-settled',
      'fork-reviewed',
      'discrepancy-decided',
      'personal-data-opened',
      'restored',
    ]);
    const envelope = (tables('Member').find((t) => t[0]?.[0] === '`type`') ?? []).flatMap((row) =>
      named(row[0] ?? ''),
    );
    const written = new Map(
      (tables('`type`')[0] ?? []).map(([type, members]) => [named(type ?? '')[0], members ?? '']),
    );
    for (const option of eventBodySchema.options) {
      const type = option.shape.type.value;
      if (edgeOnly.has(type)) continue;
      const own = shapeOf(option).filter((member) => !envelope.includes(member));
      const cell = written.get(type) ?? 'missing from the page';
      const told = cell === 'none' ? [] : named(cell.replace(/\(.*\)/, ''));
      expect(sorted(told), type).toEqual(sorted(own));
      expect(shapeOf(option)).toEqual(expect.arrayContaining(envelope));
    }
    const types = eventBodySchema.options.map((o) => o.shape.type.value as string);
    expect(sorted([...written.keys()])).toEqual(sorted(types.filter((t) => !edgeOnly.has(t))));
  });

  it('PG3 the tables of answers name every outcome and every member of the wire', () => {
    const [hello, events] = tables('`outcome`');
    const compare = (
      rows: string[][] | undefined,
      schema: typeof helloReplySchema | typeof eventsReplySchema,
    ): void => {
      expect(rows?.map((r) => named(r[0] ?? '')[0])).toEqual(
        schema.options.map((o) => o.shape.outcome.value),
      );
      for (const option of schema.options) {
        const row = rows?.find((r) => named(r[0] ?? '')[0] === option.shape.outcome.value);
        for (const member of shapeOf(option).filter((m) => m !== 'outcome'))
          expect(named(row?.[1] ?? ''), option.shape.outcome.value).toContain(member);
      }
    };
    compare(hello, helloReplySchema);
    compare(events, eventsReplySchema);
    const requests = tables('Request')[0] ?? [];
    const status = requests.find((r) => r[0] === '`status`')?.[1] ?? '';
    expect(status.replace(/[`{}\s]/g, '').split(',')).toEqual(shapeOf(kioskStatusSchema));
    const counted = (tables('Message from the edge')[0] ?? []).find((r) => r[0] === '`counted`')?.[1] ?? '';
    expect(/`\{(.*)\}`/.exec(counted)?.[1]?.split(', ')).toEqual(shapeOf(countedMessageSchema));
    const redeemed = tables('Member').find((t) => t[0]?.[0] === '`token`') ?? [];
    expect(redeemed.flatMap((r) => named(r[0] ?? ''))).toEqual(shapeOf(redeemReplySchema));
    expect(sorted((tables('`kind`')[0] ?? []).map((r) => named(r[0] ?? '')[0]))).toEqual(
      sorted(CREDENTIAL_KINDS),
    );
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
});
