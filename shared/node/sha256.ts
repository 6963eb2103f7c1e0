import { createHash } from 'node:crypto';
import type { Sha256 } from '#shared/event/chain.ts';

/** OpenSSL's SHA-256; `createHash` because Electron 33 (Node 20.18) runs this too. */
export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();
