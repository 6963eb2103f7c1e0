import { createPrivateKey, X509Certificate } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '#shared/node/atomic-file.ts';
import { sha256Hex } from './digest.ts';
import { KeyFileDamaged, readKeyFile } from './key-file.ts';

export interface TlsIdentity {
  /** PEM. */
  key: string;
  cert: string;
  /** SHA-256 of the public key (SPKI, DER), 64 hex digits: what kiosks pin. Names and dates are looked at by nobody. */
  fingerprint: string;
}

/** Clocks are wrong by years in both directions, and only the public key is trusted: the dates are as wide as they may be. */
const NOT_BEFORE = new Date('2000-01-01T00:00:00Z');
const NOT_AFTER = new Date('2099-12-31T00:00:00Z');

const tlsFileSchema = z.object({ key: z.string(), cert: z.string() });

/** The edge's TLS key and certificate in the key directory, made at the first start. Throws `KeyFileDamaged`. */
export async function tlsIdentity(keysDir: string): Promise<TlsIdentity> {
  const at = path.join(keysDir, 'tls.json');
  const held = readKeyFile(at, tlsFileSchema);
  if (held !== null) return identityOf(held, at);
  // Loaded only where a certificate is made: once in an edge's life, and it takes 20 MB.
  const { default: selfsigned } = await import('selfsigned');
  const made = await selfsigned.generate([{ name: 'commonName', value: 'Muster edge' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: NOT_BEFORE,
    notAfterDate: NOT_AFTER,
  });
  const written = { key: made.private, cert: made.cert };
  writeFileAtomic(at, JSON.stringify(written));
  return identityOf(written, at);
}

function identityOf({ key, cert }: z.infer<typeof tlsFileSchema>, at: string): TlsIdentity {
  try {
    const { publicKey } = new X509Certificate(cert);
    createPrivateKey(key);
    return { key, cert, fingerprint: sha256Hex(publicKey.export({ type: 'spki', format: 'der' })) };
  } catch {
    throw new KeyFileDamaged(at);
  }
}

/** True where only this machine can connect: plain HTTP is enough there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
