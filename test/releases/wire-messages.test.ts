import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeBatch } from '#shared/event/batch.ts';
import { decodeCounted, decodeKeys } from '#shared/contract/counted-batch.ts';
import { parseBody } from '#shared/event/event.ts';
import {
  countedMessageSchema,
  countedSinceSchema,
  eventsHeaderSchema,
  eventsReplySchema,
  handshakeSchema,
  hashesReplySchema,
  hashesSchema,
  helloReplySchema,
  helloSchema,
  kioskStatusSchema,
  redeemReplySchema,
  redeemSchema,
  rosterNameReplySchema,
  rosterNameSchema,
  roundsMessageSchema,
  statusReplySchema,
  tubePatternsMessageSchema,
  tokenBindingReplySchema,
  tokenBindingSchema,
  tubeUsedReplySchema,
  tubeUsedSchema,
  type EventsHeader,
} from '#shared/contract/wire.ts';
import { WIRE_FILE, recordedReleases, releaseFile } from './release-folder.ts';
import { bytesBack } from './wire-recording.ts';

const KEY_BYTES = 16;
const bytes = z.instanceof(Uint8Array);

/** What today's programs make of each message, by who sends it; each throws where it is not understood. */
const MESSAGES: Readonly<Record<string, (given: readonly unknown[]) => unknown>> = {
  'kiosk handshake': ([auth]) => handshakeSchema.parse(auth),
  'kiosk hello': ([hello]) => helloSchema.parse(hello),
  'edge answers hello': ([reply]) => helloReplySchema.parse(reply),
  'kiosk events': ([header, batch]) => eventsOf(eventsHeaderSchema.parse(header), bytes.parse(batch)),
  'edge answers events': ([reply]) => eventsReplySchema.parse(reply),
  'kiosk status': ([status]) => kioskStatusSchema.parse(status),
  'edge answers status': ([reply]) => statusReplySchema.parse(reply),
  'kiosk hashes': ([wanted]) => hashesSchema.parse(wanted),
  'edge answers hashes': ([reply]) => hashesReplySchema.parse(reply),
  'kiosk tube-used': ([wanted]) => tubeUsedSchema.parse(wanted),
  'edge answers tube-used': ([reply]) => tubeUsedReplySchema.parse(reply),
  'kiosk counted-since': ([since]) => countedSinceSchema.parse(since),
  'edge answers counted-since': (given) => given,
  'edge rounds': ([message]) => roundsMessageSchema.parse(message),
  'edge counted': ([message]) => countedOf(message),
  'kiosk roster-name': ([wanted]) => rosterNameSchema.parse(wanted),
  'edge answers roster-name': ([reply]) => rosterNameReplySchema.parse(reply),
  'edge tube-patterns': ([message]) => tubePatternsMessageSchema.parse(message),
  'kiosk token-binding': ([told]) => tokenBindingSchema.parse(told),
  'edge answers token-binding': ([reply]) => tokenBindingReplySchema.parse(reply),
};
/** What 0.1.0 did not say yet. */
const SINCE_0_2_0 = ['kiosk roster-name', 'edge answers roster-name', 'edge tube-patterns'];
/** What 0.2.0 did not say yet either. */
const SINCE_0_3_0 = ['kiosk token-binding', 'edge answers token-binding'];
const NOT_IN: Readonly<Record<string, readonly string[]>> = {
  '0.1.0': [...SINCE_0_2_0, ...SINCE_0_3_0],
  '0.2.0': SINCE_0_3_0,
};
/** A recording without one of these proves too little. */
const alwaysIn = (version: string): string[] =>
  Object.keys(MESSAGES).filter(
    (name) => !name.includes('counted-since') && NOT_IN[version]?.includes(name) !== true,
  );

const lineSchema = z.union([
  z.strictObject({
    kiosk: z.int(),
    from: z.enum(['kiosk', 'edge']),
    message: z.string(),
    given: z.array(z.unknown()),
  }),
  z.strictObject({
    kiosk: z.int(),
    from: z.literal('edge'),
    answer: z.string(),
    given: z.array(z.unknown()),
  }),
  z.strictObject({
    method: z.string(),
    path: z.string(),
    status: z.int(),
    asked: z.unknown(),
    answered: z.unknown(),
  }),
]);

function eventsOf({ first }: EventsHeader, batch: Uint8Array): string[] {
  const unpacked = decodeBatch(batch, first);
  if (!unpacked.ok) throw new Error(`no batch: ${unpacked.code}`);
  return unpacked.events.map(({ body }) => {
    const parsed = parseBody(body);
    if (!parsed.ok) throw new Error(`no event: ${parsed.code} at ${parsed.at}`);
    return parsed.body.type;
  });
}

function countedOf(message: unknown): unknown {
  const counted = countedMessageSchema.parse(message);
  const unpacked = [decodeCounted(counted), decodeKeys(counted.removals)];
  if (unpacked.includes(null)) throw new Error('no counted entries');
  return unpacked;
}

describe.each(recordedReleases())('release %s on the wire', (version) => {
  const lines = readFileSync(releaseFile(version, WIRE_FILE), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => lineSchema.parse(bytesBack(JSON.parse(line))));

  it('RL4 every message and answer recorded between kiosk and edge is understood today, and every event in it', () => {
    const met = new Set<string>();
    const types = new Set<unknown>();
    for (const [at, line] of lines.entries()) {
      if ('path' in line) continue;
      const name = 'answer' in line ? `edge answers ${line.answer}` : `${line.from} ${line.message}`;
      met.add(name);
      expect(Object.keys(MESSAGES)).toContain(name);
      try {
        const understood = MESSAGES[name]?.(line.given);
        if (name === 'kiosk events') for (const type of understood as string[]) types.add(type);
      } catch (error) {
        throw new Error(`line ${at + 1} (${name}): ${String(error)}`, { cause: error });
      }
    }
    expect([...met]).toEqual(expect.arrayContaining(alwaysIn(version)));
    expect([...types]).toEqual(
      expect.arrayContaining(['installed', 'swipe', 'void', 'tube-opened', 'tube-joined', 'tube-sealed']),
    );
    const answers = lines.flatMap((line) => ('answer' in line && line.answer === 'hello' ? line.given : []));
    const outcomes = new Set(answers.map((answer) => helloReplySchema.parse(answer).outcome));
    expect([...outcomes].toSorted()).toEqual(['fork', 'welcome']);
  });

  it('RL4 the pairing and the roster keys recorded over HTTP are understood today', () => {
    const calls = lines.filter((line) => 'path' in line);
    const redeemed = calls.filter(({ path }) => path === '/api/v1/pairings/redeem');
    expect(redeemed.length).toBeGreaterThan(1);
    for (const { method, status, asked, answered } of redeemed) {
      expect([method, status]).toEqual(['POST', 200]);
      redeemSchema.parse(asked);
      redeemReplySchema.parse(answered);
    }
    const keys = calls.filter(({ path }) => /^\/api\/v1\/roster-keys\/[0-9a-f]{64}$/.test(path));
    expect(keys.length).toBeGreaterThan(1);
    for (const { status, answered } of keys) {
      expect(status).toBe(200);
      expect(bytes.parse(answered).length % KEY_BYTES).toBe(0);
    }
    expect(calls.length).toBe(redeemed.length + keys.length);
  });
});
