/**
 * Makes `test/vectors/events.json`: `node test/tools/event-vectors-main.ts > test/vectors/events.json`. Three events of one
 * install with bodies, sealed part, hashes and packed batch, and credential keys. Everything but the sealed box follows
 * from the inputs; a box is random, so a fixed one is kept: it opens with the secret key given here.
 */
import { argv, stdout } from 'node:process';
import { encodeBatch } from '#shared/event/batch.ts';
import { bytesToHex, bytesToUtf8, hexToBytes } from '#shared/bytes.ts';
import { GENESIS_HASH, linkHash, portableSha256, sealedHash } from '#shared/event/chain.ts';
import { canonicalStaffNumber, credentialKey, type CredentialKind } from '#shared/event/credential.ts';
import { EVENT_VERSION } from '#shared/event/envelope.ts';
import { encodeBody, type EventBody, type EventBytes } from '#shared/event/event.ts';
import { eventId, installIdSchema, roundIdSchema } from '#shared/ids.ts';

const ROUND_KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
const INSTALL = installIdSchema.parse('3f0c9d5e-7a1b-4c2d-8e3f-0123456789ab');
const ROUND = roundIdSchema.parse('5d2f1a9c-6b7e-4f80-9a1b-abcdef012345');
/** Invented: region 110199 does not exist. */
const PERSON = { kind: 'id', number: '11019919900307859X', name: '测试甲', phone: null, note: null } as const;

export interface EventVectors {
  note: string;
  install: string;
  round: string;
  roundKey: string;
  box: { publicKey: string; secretKey: string; sealed: string; person: typeof PERSON };
  credentialKeys: { kind: CredentialKind; canonical: string; key: string }[];
  events: { sequence: number; body: string; bodyHash: string; sealed: string | null; hash: string }[];
  batch: { first: number; bytes: string };
}

/** All vectors from the sealed box and its key pair. */
export function eventVectors(box: Omit<EventVectors['box'], 'person'>): EventVectors {
  const key = hexToBytes(ROUND_KEY);
  const keyOf = (kind: CredentialKind, canonical: string) => ({
    kind,
    canonical,
    key: credentialKey(key, { kind, canonical }),
  });
  const sealed = hexToBytes(box.sealed);
  const at = {
    version: EVENT_VERSION,
    station: 1,
    stand: 'before',
    bootId: 'boot-1',
    clockOffset: -250,
    by: null,
    origin: null,
  } as const;
  const bodies: { body: EventBody; sealed: Uint8Array | null }[] = [
    {
      body: {
        type: 'installed',
        ...at,
        round: null,
        phase: 'unfiled',
        tube: null,
        wallTime: 1_706_050_800_000,
        monotonicTime: 1000,
        device: 'laptop 1',
        parent: null,
      },
      sealed: null,
    },
    {
      body: {
        type: 'tube-opened',
        ...at,
        round: ROUND,
        phase: 'open',
        tube: null,
        wallTime: 1_706_050_810_000,
        monotonicTime: 11_000,
        code: '0000017',
        batch: null,
        capacity: 10,
        collects: [],
      },
      sealed: null,
    },
    {
      body: {
        type: 'swipe',
        ...at,
        round: ROUND,
        phase: 'open',
        tube: eventId(INSTALL, 2),
        wallTime: 1_706_050_820_000,
        monotonicTime: 21_000,
        credential: { kind: 'id', key: credentialKey(key, { kind: 'id', canonical: PERSON.number }) },
        sealed: sealedHash(portableSha256, sealed),
        entry: 'card',
        shown: 'counted',
        ordinal: 1,
      },
      sealed,
    },
  ];
  const events: EventBytes[] = [];
  let previous = GENESIS_HASH;
  for (const [i, { body, sealed: part }] of bodies.entries()) {
    const bytes = encodeBody(body);
    previous = linkHash(portableSha256, { previous, install: INSTALL, sequence: i + 1, body: bytes });
    events.push({ sequence: i + 1, hash: previous, body: bytes, sealed: part });
  }
  return {
    note: 'All persons and numbers are invented. Bytes in hex; bodies as UTF-8 text.',
    install: INSTALL,
    round: ROUND,
    roundKey: ROUND_KEY,
    box: { ...box, person: PERSON },
    credentialKeys: [
      keyOf('id', PERSON.number),
      keyOf('staff', canonicalStaffNumber('000815') ?? ''),
      keyOf('physical', '0123456789ABCDEF'),
      keyOf('document', 'PASSPORT/E12345678'),
    ],
    events: events.map((e) => ({
      sequence: e.sequence,
      body: bytesToUtf8(e.body),
      bodyHash: bytesToHex(portableSha256(e.body)),
      sealed: e.sealed === null ? null : bytesToHex(e.sealed),
      hash: bytesToHex(e.hash),
    })),
    batch: { first: 1, bytes: bytesToHex(encodeBatch(events)) },
  };
}

if (argv[1] === import.meta.filename) {
  const { newBoxKeys, seal } = await import('../../edge-service/keys/sealed-box.ts');
  const { encodeSealedPerson } = await import('#shared/event/sealed.ts');
  const keys = newBoxKeys();
  const sealed = seal(encodeSealedPerson(PERSON), keys.publicKey);
  const box = {
    publicKey: bytesToHex(keys.publicKey),
    secretKey: bytesToHex(keys.secretKey),
    sealed: bytesToHex(sealed),
  };
  stdout.write(`${JSON.stringify(eventVectors(box), null, 1)}\n`);
}
