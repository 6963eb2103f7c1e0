import https from 'node:https';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { bytesToHex } from '#shared/bytes.ts';
import { sha256 } from '#shared/node/sha256.ts';

/** The error of a connection to somebody who does not hold the pinned key. */
export class OtherKeyError extends Error {
  readonly seen: string;

  constructor(seen: string) {
    super(`another public key answers: ${seen.slice(0, 20)}…`);
    this.name = 'OtherKeyError';
    this.seen = seen;
  }
}

/** SHA-256 of the public key (SPKI, DER) the other end showed, hex. */
function fingerprintOf(socket: tls.TLSSocket): string {
  const spki = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
  return spki === undefined ? 'none' : bytesToHex(sha256(spki));
}

/**
 * An agent that trusts exactly one public key and looks at no name and no date: clocks are wrong by years. Another key ends the
 * connection before a byte of a request is sent.
 */
export function pinnedAgent(fingerprint: string): https.Agent {
  class PinnedAgent extends https.Agent {
    override createConnection(
      options: https.RequestOptions,
      done?: (error: Error | null, stream: Duplex) => void,
    ): undefined {
      const socket = tls.connect({ ...(options as tls.ConnectionOptions), rejectUnauthorized: false });
      const failed = (error: Error): void => done?.(error, socket);
      socket.once('error', failed);
      socket.once('secureConnect', () => {
        const seen = fingerprintOf(socket);
        if (seen !== fingerprint) {
          socket.destroy(new OtherKeyError(seen));
          return;
        }
        socket.off('error', failed);
        done?.(null, socket);
      });
      return undefined;
    }
  }
  return new PinnedAgent({ keepAlive: false });
}

/** The key an address shows, without sending it anything: for typed pairing, compared by eye. */
export function fetchFingerprint(
  address: { host: string; port: number },
  timeoutMs: number,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host: address.host,
      port: address.port,
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    socket.once('secureConnect', () => {
      resolve(fingerprintOf(socket));
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(new Error(`no answer in ${timeoutMs} ms`)));
    socket.once('error', reject);
  });
}

const LOOPBACK = /^(127(\.[0-9]{1,3}){3}|localhost|::1|\[::1\])$/;

/** Plain HTTP is for the same machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** `https://host:port`, or plain `http:` on loopback without a fingerprint; throws for anything else. */
export function originOf(address: { host: string; port: number }, fingerprint: string | null): string {
  if (fingerprint === null && !isLoopback(address.host))
    throw new Error(`an edge at ${address.host} needs a fingerprint: plain HTTP is for loopback alone`);
  const host =
    address.host.includes(':') && !address.host.startsWith('[') ? `[${address.host}]` : address.host;
  return `${fingerprint === null ? 'http' : 'https'}://${host}:${address.port}`;
}
