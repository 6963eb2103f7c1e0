import { hash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import sodium from 'libsodium-wrappers';
import { bytesToHex, hexToBytes } from '#shared/bytes.ts';
import { EMPTY_HEAD, linkHash, sealedHash, type Sha256 } from '#shared/event/chain.ts';
import { EVENT_VERSION } from '#shared/event/envelope.ts';
import { encodeBody, type EventBody, type EventBytes } from '#shared/event/event.ts';
import {
  eventId,
  installIdSchema,
  keyHexSchema,
  type EventId,
  type InstallId,
  type RoundId,
} from '#shared/ids.ts';
import { encodeSealedPerson } from '#shared/event/sealed.ts';

const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'buffer');

/** What one kiosk will send: made once, before anything is timed. */
export interface KioskHistory {
  token: string;
  station: number;
  install: InstallId;
  /** `installed` and the opening of every tube: sent before the timed part. */
  opening: EventBytes[];
  /** One swipe each, of a person nobody else has, ten to a tube. */
  swipes: EventBytes[];
}

/** A body not yet linked, with its sealed part. */
interface Draft {
  body: EventBody;
  sealed: Uint8Array | null;
}

const TUBE_PLACES = 10;
/** Sealing costs the kiosk 0.1 ms a person and the edge nothing: a few boxes serve for all. */
const BOXES = 64;

/** Histories of `kiosks.length` kiosks with `swipes` each. `publicKey` is the round's, hex. */
export async function makeHistories(plan: {
  kiosks: readonly { token: string; station: number }[];
  swipes: number;
  round: RoundId;
  publicKey: string;
}): Promise<KioskHistory[]> {
  await sodium.ready;
  const publicKey = hexToBytes(plan.publicKey);
  const boxes = Array.from({ length: BOXES }, (_, i) => {
    const number = `110199${String(19_800_000 + i)}0000`.slice(0, 18);
    const person = { kind: 'id' as const, number, name: '示例', phone: null, note: null };
    const bytes = Buffer.from(sodium.crypto_box_seal(encodeSealedPerson(person), publicKey));
    return { bytes, hash: sealedHash(sha256, bytes) };
  });
  const from = Date.now();
  return plan.kiosks.map(({ token, station }) => history({ token, station, from, boxes, ...plan }));
}

function history(plan: {
  token: string;
  station: number;
  swipes: number;
  round: RoundId;
  from: number;
  boxes: readonly { bytes: Uint8Array; hash: string }[];
}): KioskHistory {
  const install = installIdSchema.parse(randomUUID());
  const bootId = randomUUID();
  const drafts: Draft[] = [];
  const common = (tube: EventId | null) => ({
    version: EVENT_VERSION as 1,
    round: plan.round,
    station: plan.station,
    stand: 'before' as const,
    phase: 'open' as const,
    tube,
    wallTime: plan.from + drafts.length,
    monotonicTime: drafts.length,
    bootId,
    clockOffset: 0,
    by: null,
    origin: null,
  });
  drafts.push({
    body: { type: 'installed', ...common(null), device: `bench ${plan.station}`, parent: null },
    sealed: null,
  });
  const tubes = Math.ceil(plan.swipes / TUBE_PLACES);
  for (let t = 0; t < tubes; t++) {
    const code = `${plan.station}-${String(t).padStart(5, '0')}`;
    const body = { type: 'tube-opened' as const, ...common(null), code, batch: null, capacity: TUBE_PLACES };
    drafts.push({ body: { ...body, collects: [] }, sealed: null });
  }
  const firstTube = 2;
  for (let s = 0; s < plan.swipes; s++) {
    const box = plan.boxes[s % plan.boxes.length]!;
    const body: EventBody = {
      type: 'swipe',
      ...common(eventId(install, firstTube + Math.floor(s / TUBE_PLACES))),
      credential: { kind: 'id', key: keyHexSchema.parse(bytesToHex(randomBytes(16))) },
      sealed: box.hash,
      entry: 'card',
      shown: 'counted',
      ordinal: (s % TUBE_PLACES) + 1,
    };
    drafts.push({ body, sealed: box.bytes });
  }
  const events = link(install, drafts);
  return {
    token: plan.token,
    station: plan.station,
    install,
    opening: events.slice(0, 1 + tubes),
    swipes: events.slice(1 + tubes),
  };
}

function link(install: InstallId, drafts: readonly Draft[]): EventBytes[] {
  let head = EMPTY_HEAD;
  return drafts.map(({ body, sealed }) => {
    const bytes = Buffer.from(encodeBody(body));
    const sequence = head.sequence + 1;
    const hashed = linkHash(sha256, { previous: head.hash, install, sequence, body: bytes });
    head = { sequence, hash: hashed };
    return { sequence, hash: hashed, body: bytes, sealed };
  });
}

/** Hands histories to another process. */
export function writeHistories(file: string, histories: readonly KioskHistory[]): void {
  writeFileSync(file, serialize(histories));
}

export function readHistories(file: string): KioskHistory[] {
  return deserialize(readFileSync(file)) as KioskHistory[];
}
