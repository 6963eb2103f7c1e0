import { cpSync } from 'node:fs';
import path from 'node:path';
import { startLedger } from '../../edge-service/threads/ledger-client.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { KeyStore } from '../../edge-service/keys/key-store.ts';
import { newPairingId, newPairingSecret, newToken, tokenHash } from '../../edge-service/access/secrets.ts';
import { bytesToHex } from '#shared/bytes.ts';
import type { RoundId } from '#shared/ids.ts';

/** A site with an open round and paired kiosks; every run starts on a copy of it. */
export interface BenchSite {
  data: string;
  keys: string;
  round: RoundId;
  /** The round's public key, hex. */
  publicKey: string;
  kiosks: { token: string; station: number }[];
  /** Session of an account that may watch the board. */
  boardToken: string;
}

const HOUR_MS = 3_600_000;
const ACCOUNT = 'bench';

/** Makes the site in `dir` with the edge's own writes, and closes it. */
export async function prepareSite(dir: string, stations: number): Promise<BenchSite> {
  const data = path.join(dir, 'data');
  const keys = path.join(dir, 'keys');
  const store = new KeyStore(keys);
  const { tokenKey } = store.site();
  const ledger = await startLedger({ data, keys, clock: systemClock, onDamage: () => undefined });
  try {
    await ledger.write('site.name', { name: '示例机电' });
    await ledger.write('access.first-account', {
      name: ACCOUNT,
      passwordHash: 'nobody logs in with a password here',
      roles: ['administrator', 'site-lead', 'hr'],
    });
    const boardToken = newToken();
    await ledger.write('access.session-open', {
      tokenHash: tokenHash(tokenKey, boardToken),
      account: ACCOUNT,
      passwordHash: 'nobody logs in with a password here',
      place: 'bench',
    });
    const numbers = Array.from({ length: stations }, (_, i) => i + 1);
    const now = Date.now();
    const { round } = await ledger.write('round.create', {
      definition: {
        name: '第4轮',
        capacity: 10,
        tubeMode: 'codes',
        expectedBasis: 'roster',
        stations: numbers.map((station) => ({ station, stand: 'before' })),
        sessions: [{ name: '全天', from: now - HOUR_MS, to: now + 12 * HOUR_MS, shift: null }],
      },
      by: ACCOUNT,
    });
    await ledger.write('round.state', { round, state: 'open', reason: null, by: ACCOUNT });
    const kiosks: BenchSite['kiosks'] = [];
    for (const station of numbers) {
      const secretHash = tokenHash(tokenKey, newPairingSecret());
      const token = newToken();
      await ledger.write('access.pairing-create', {
        pairing: newPairingId(),
        station,
        secretHash,
        by: ACCOUNT,
      });
      const redeemed = await ledger.write('access.pairing-redeem', {
        secretHash,
        tokenHash: tokenHash(tokenKey, token),
        device: `bench ${station}`,
        previousHash: null,
      });
      if (redeemed.outcome !== 'redeemed')
        throw new Error(`pairing of station ${station}: ${redeemed.outcome}`);
      kiosks.push({ token, station });
    }
    const roundKeys = store.round(round);
    if (roundKeys === null) throw new Error('the round has no keys');
    return { data, keys, round, publicKey: bytesToHex(roundKeys.publicKey), kiosks, boardToken };
  } finally {
    await ledger.stop();
  }
}

/** A fresh copy of the site's database in `dir`; keys may be shared, nothing writes to them. */
export function copySite(site: BenchSite, dir: string): BenchSite {
  const data = path.join(dir, 'data');
  cpSync(site.data, data, { recursive: true });
  return { ...site, data };
}
