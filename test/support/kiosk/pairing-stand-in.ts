/** Just enough of an edge to pair with, on loopback: it gives a token and answers nothing else, as a dead edge would. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import sodium from 'libsodium-wrappers';
import { formatPairingCode, redeemSchema } from '#shared/contract/wire.ts';

export interface PairingStandIn {
  /** Text of the pairing QR. */
  code: string;
  stop(): Promise<void>;
}

export async function pairingStandIn(station: number): Promise<PairingStandIn> {
  await sodium.ready;
  const { publicKey } = sodium.crypto_box_keypair();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const isRedeem = request.url === '/api/v1/pairings/redeem' && request.method === 'POST';
      if (
        !isRedeem ||
        !redeemSchema.safeParse(JSON.parse(Buffer.concat(parts).toString() || 'null')).success
      ) {
        response.writeHead(404).end();
        return;
      }
      const reply = {
        token: randomBytes(24).toString('hex'),
        station,
        site: '示例机电',
        intakeKey: Buffer.from(publicKey).toString('hex'),
      };
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    code: formatPairingCode({
      host: '127.0.0.1',
      port: address.port,
      fingerprint: null,
      secret: 'STANDIN234',
    }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
