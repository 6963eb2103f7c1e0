import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSettings } from '../../kiosk/station/disk/settings.ts';
import { startEngine } from '../../kiosk/station/engine-main.ts';
import { KeyStore } from '../../edge-service/keys/key-store.ts';
import { tlsIdentity } from '../../edge-service/keys/tls-identity.ts';
import { troubleWords } from '../../edge-service/start-trouble.ts';
import { temporaryDirectory } from '../support/edge/ledger-fixture.ts';
import { testUuid } from '../support/kiosk/test-journal.ts';
import { NO_KEYRING } from '../support/kiosk/no-keyring.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { fuzzHere } from './fuzz-case.ts';
import { anyJson, bytesOf, mutated, mutatedBytes, mutatedText } from './hostile-values.ts';

const place = temporaryDirectory();
afterAll(() => place.remove());
const ROUND = testUuid('round', 1);
const HEX = '13be4feaeaf204c7fd3358fc9c00721881d174278128227ec674f37f7fe97b6d';

const SETTINGS = {
  version: 1,
  install: testUuid('install', 1),
  pairing: {
    token: 'x'.repeat(43),
    station: 1,
    site: '示例机电',
    intakeKey: HEX,
    fingerprint: null,
    addresses: [{ host: '127.0.0.1', port: 9 }],
  },
  readers: [
    {
      model: 'number-wedge',
      at: 'wedge:number-wedge:person',
      role: 'person',
      usb: { vendorId: '08FF', productId: '0009', serialNumber: null },
      numberFormat: { digits: 'hex', bytes: 8, byteOrder: 'same' },
    },
  ],
  lastGoodServices: { 'http://127.0.0.1:1': 0 },
};

/** The file as text that is nearly right, as JSON of another shape, or as bytes. */
function damaged(value: unknown, random: SeededRandom): Uint8Array {
  const text = JSON.stringify(value, null, 2);
  const chance = random.next();
  if (chance < 0.1) return mutatedBytes(new TextEncoder().encode(text), random);
  if (chance < 0.13) return bytesOf(random, random.below(300));
  if (chance < 0.4) return new TextEncoder().encode(mutatedText(text, random));
  return new TextEncoder().encode(
    JSON.stringify(chance < 0.97 ? mutated(value, random) : anyJson(random)) ?? '',
  );
}

/** What a program says of a file it cannot use: words for people, Chinese first, and which file. */
const FOR_PEOPLE = /^[^\n]*\p{Script=Han}[^\n]*$/u;

describe('settings of a kiosk', () => {
  const folder = path.join(place.dir, 'kiosk');
  const file = path.join(folder, 'settings.json');
  beforeAll(() => void mkdirSync(folder, { recursive: true }));

  it('HO73 whatever the file holds, it is taken whole or refused in words that name it', async () => {
    const told = await fuzzHere({
      name: 'settings files',
      runLength: 5000,
      open: () => null,
      make: (random) => {
        const bytes = damaged(SETTINGS, random);
        writeFileSync(file, bytes);
        return bytes;
      },
      take: () => {
        try {
          const { pairing, readers } = openSettings(folder).get();
          if (pairing !== null && pairing.addresses.length === 0)
            throw new TypeError('paired with no address');
          if (readers.length > 8) throw new TypeError('more readers than one table has');
        } catch (error) {
          if (!(error instanceof Error && FOR_PEOPLE.test(error.message) && error.message.includes(file)))
            throw error;
        }
      },
      close: () => {},
    });
    expect(told.cases).toBeGreaterThan(0);
  });

  it('HO73 with every file that is taken the kiosk starts, and ends, without a fault', async () => {
    let started = 0;
    const told = await fuzzHere({
      name: 'starts of a kiosk',
      runLength: 50,
      open: () => ({ n: 0 }),
      make: (random) => damaged(SETTINGS, random),
      take: async (state, bytes) => {
        const data = path.join(place.dir, `start-${(state.n += 1)}`);
        mkdirSync(data, { recursive: true });
        writeFileSync(path.join(data, 'settings.json'), bytes);
        const said: string[] = [];
        const engine = await startEngine({
          data,
          readers: ['tcp://127.0.0.1:9'],
          pair: null,
          keys: NO_KEYRING,
          nativeBinding: null,
          devices: null,
          timings: null,
          log: ({ code, detail }) => code === 'fault' && void said.push(detail),
        }).catch((error: unknown) => {
          if (!(error instanceof Error && FOR_PEOPLE.test(error.message))) throw error;
          return null;
        });
        if (engine !== null) {
          started++;
          await engine.stop();
        }
        if (said.length > 0) throw new Error(said.join('\n'));
        rmSync(data, { recursive: true, force: true });
      },
      close: () => {},
    });
    expect(told.cases).toBeGreaterThan(started);
    expect(started).toBeGreaterThan(0);
  });
});

describe('keys of an edge', () => {
  const folder = path.join(place.dir, 'keys');
  const files = ['site.json', `round-${ROUND}.json`, 'tls.json'];
  const whole = new Map<string, unknown>();

  beforeAll(async () => {
    const keys = new KeyStore(folder);
    keys.site();
    keys.createRound(ROUND);
    await tlsIdentity(folder);
    for (const file of files) whole.set(file, JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
  });

  it('HO73 whatever a key file holds, it is taken whole or refused in words that name it and hold nothing of it', async () => {
    const told = await fuzzHere({
      name: 'key files',
      runLength: 5000,
      open: () => null,
      make: (random) => {
        const file = random.pick(files);
        const bytes = damaged(whole.get(file), random);
        writeFileSync(path.join(folder, file), bytes);
        return { file, bytes };
      },
      take: async (_, { file }) => {
        const keys = new KeyStore(folder);
        try {
          if (file === 'site.json') keys.site();
          else if (file === 'tls.json') await tlsIdentity(folder);
          else keys.round(ROUND);
        } catch (error) {
          const words = troubleWords(error, { data: place.dir, host: '127.0.0.1', port: 1 }) ?? '';
          if (!FOR_PEOPLE.test(words) || !words.includes(path.join(folder, file))) throw error;
        } finally {
          writeFileSync(path.join(folder, file), JSON.stringify(whole.get(file)));
        }
      },
      close: () => {},
    });
    expect(told.cases).toBeGreaterThan(0);
  });
});
