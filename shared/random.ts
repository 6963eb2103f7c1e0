import { bytesToHex } from '#shared/bytes.ts';
import type { InstallId } from '#shared/ids.ts';

/** Chance as every part of the engine sees it: the system's in entry files, seeded in tests and simulation. */
export interface Random {
  /** Fresh bytes, unpredictable in production. */
  bytes(length: number): Uint8Array;
  /** A number in [0, 1), for jitter. */
  fraction(): number;
}

/** A random UUID, version 4 (RFC 9562), lower case: the id of a new install. */
export function randomInstallId(random: Random): InstallId {
  const bytes = Uint8Array.from(random.bytes(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytesToHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  ) as InstallId;
}
