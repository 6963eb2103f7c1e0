import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bytesToHex, hexToBytes } from '#shared/bytes.ts';
import type { RoundId } from '#shared/ids.ts';
import type { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { rosterKey } from '../../../edge-service/roster/roster-store.ts';

/** Random bytes say nothing in 16 MB of noise: of each kind so many are looked for there. */
const LOOKED_FOR_IN_NOISE = 4;

/** What on a kiosk's disk leads to the keys of a round: its key as it lies there wrapped, and people's credential keys. */
export interface RoundSecrets {
  wrapped: Buffer[];
  /** As bytes: a journal writes those of its own swipes as text. */
  people: Buffer[];
}

export function secretsOf(keys: KeyStore, round: RoundId, idNumbers: readonly string[]): RoundSecrets {
  const held = keys.round(round);
  if (held === null) throw new Error('the edge has no keys of that round');
  const { box, salt } = held.wrapped;
  const hex = [box, salt, bytesToHex(held.key)];
  return {
    wrapped: hex.flatMap((text) => [Buffer.from(text), Buffer.from(hexToBytes(text))]),
    people: idNumbers.map((canonical) =>
      Buffer.from(hexToBytes(rosterKey(held.key, { kind: 'id', canonical }))),
    ),
  };
}

/** How many of these lie anywhere in the directory, whatever the file: database, write-ahead log, ballast, settings. */
export function foundIn(directory: string, secrets: RoundSecrets): { wrapped: number; people: number } {
  const found = { wrapped: new Set<Buffer>(), people: new Set<Buffer>() };
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const bytes = readFileSync(path.join(entry.parentPath, entry.name));
    for (const kind of ['wrapped', 'people'] as const) {
      const all = entry.name === 'ballast' ? secrets[kind].slice(0, LOOKED_FOR_IN_NOISE) : secrets[kind];
      for (const secret of all) if (bytes.includes(secret)) found[kind].add(secret);
    }
  }
  return { wrapped: found.wrapped.size, people: found.people.size };
}

/** A copy of a stopped kiosk that finds no edge. Returns its directory. */
export function unplugged(directory: string): string {
  const image = `${directory}-unplugged`;
  cpSync(directory, image, { recursive: true });
  const file = path.join(image, 'settings.json');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:9'));
  return image;
}
