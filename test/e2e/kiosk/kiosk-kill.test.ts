import { createHash, createHmac } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import sodium from 'libsodium-wrappers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#shared/node/system-clock.ts';
import { bytesToHex, hexToBytes } from '#shared/bytes.ts';
import { credentialKey } from '#shared/event/credential.ts';
import { parseBody } from '#shared/event/event.ts';
import { openDatabase } from '../../../kiosk/station/disk/database.ts';
import { Journal } from '../../../kiosk/station/journal/journal.ts';
import { inventPeople } from '../../site/invented-people.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { serveReader, type ServedReader } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { makeRound, temporaryDirectory } from '../../support/kiosk/kiosk-fixture.ts';
import { EngineProcess } from '../../support/kiosk/kiosk-process.ts';
import { inspectJournal, prepareKiosk } from '../../support/kiosk/stopped-kiosk.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const PEOPLE = inventPeople({ seed: 3, count: 300 });

let place: ReturnType<typeof temporaryDirectory>;
let reader: SimulatedReader;
let served: ServedReader;
beforeEach(async () => {
  place = temporaryDirectory();
  reader = new SimulatedReader(systemClock);
  served = await serveReader(reader, 0);
});
afterEach(async () => {
  await served.unplug();
  place.remove();
});

const start = (): EngineProcess =>
  new EngineProcess({ data: place.directory, reader: served.path, marks: null, environment: {} });

async function layCard(n: number): Promise<void> {
  const person = PEOPLE[n % PEOPLE.length];
  if (person === undefined) throw new Error('nobody');
  await reader.placeCard(cardOf(person), { holdMs: 0, patienceMs: 1_000 });
}

describe('a killed kiosk', () => {
  it('JN7 kill -9 at random moments of a rush: everything shown is there, nothing is there twice, and it goes on', async () => {
    const round = await makeRound(1);
    prepareKiosk(place.directory, round);
    const random = seededRandom(99);
    let shown = 0;
    let placed = 0;
    for (let life = 0; life < 6; life++) {
      const kiosk = start();
      const state = await kiosk.until('the reader', (s) => s.reader === 'ready');
      expect(state.lastSequence).toBeGreaterThanOrEqual(shown);
      expect(await kiosk.send({ command: 'opening-code', digits: round.openingCode })).toEqual({ ok: true });
      const lifeMs = 150 + random.below(500);
      const end = Date.now() + lifeMs;
      while (Date.now() < end) await layCard(placed++);
      await kiosk.kill();
      shown = Math.max(shown, kiosk.shown);
      const check = inspectJournal(place.directory);
      expect(check).toMatchObject({ whole: true, lost: [], installs: 1 });
      expect(check.good.sequence).toBeGreaterThanOrEqual(shown);
    }
    // It did work: far more than the installed event was shown.
    expect(shown).toBeGreaterThan(50);
    const last = start();
    await last.until('what was shown', (s) => s.lastSequence >= shown && s.round !== null);
    await last.stop();
  });

  it('KS1 the disk of a killed kiosk holds no number, name or phone, and gives none to a dictionary of public facts', async () => {
    await sodium.ready;
    const round = await makeRound(1);
    prepareKiosk(place.directory, round);
    const kiosk = start();
    await kiosk.until('the reader', (s) => s.reader === 'ready');
    await kiosk.send({ command: 'opening-code', digits: round.openingCode });
    for (let n = 0; n < 40; n++) await layCard(n);
    const phone = '10098765432';
    const manual = {
      command: 'manual',
      kind: 'none',
      number: '',
      documentType: null,
      name: '样例人',
      phone,
    } as const;
    expect(await kiosk.send(manual)).toEqual({ ok: true });
    expect(await kiosk.send({ ...manual, kind: 'staff', number: 'GH-20220124' })).toEqual({ ok: true });
    await kiosk.kill();

    const disk = Buffer.concat(
      readdirSync(place.directory).map((f) => readFileSync(path.join(place.directory, f))),
    );
    const secrets = [
      ...PEOPLE.slice(0, 40).flatMap((p) => [p.number, p.name]),
      phone,
      '样例人',
      'GH-20220124',
      '20220124',
    ];
    for (const secret of secrets.filter((text) => text.length > 1)) {
      expect(disk.includes(Buffer.from(secret, 'utf8')), secret).toBe(false);
      expect(disk.includes(Buffer.from(secret, 'utf16le')), secret).toBe(false);
    }
    // KS2's part: the key that would open the dictionary is not there in any form.
    expect(disk.includes(Buffer.from(round.key))).toBe(false);
    expect(disk.includes(Buffer.from(bytesToHex(round.key)))).toBe(false);
    expect(disk.includes(Buffer.from(round.openingCode))).toBe(false);

    const db = openDatabase({ file: path.join(place.directory, 'kiosk.db'), nativeBinding: null });
    const keys = new Set<string>();
    for (const { event } of new Journal(db, () => false).history()) {
      const parsed = parseBody(event.body);
      if (parsed.ok && parsed.body.type === 'swipe' && parsed.body.credential.key !== null)
        keys.add(parsed.body.credential.key);
    }
    db.close();
    expect(keys.size).toBeGreaterThan(30);
    const { info } = round;
    const sha = (bytes: Uint8Array | string): Uint8Array => createHash('sha256').update(bytes).digest();
    const facts = [
      new Uint8Array(32),
      hexToBytes(info.publicKey),
      sha(hexToBytes(info.publicKey)),
      sha(info.round),
      sha(hexToBytes(info.round.replaceAll('-', ''))),
      sha(JSON.stringify(info)),
      sha(hexToBytes(info.wrappedKey.salt)),
      hexToBytes(info.wrappedKey.box).subarray(0, 32),
      hexToBytes(info.wrappedKey.box).subarray(-32),
    ];
    for (const { number } of PEOPLE) {
      const tries = [
        ...facts.map((fact) => credentialKey(fact, { kind: 'id', canonical: number })),
        bytesToHex(sha(number).subarray(0, 16)),
        createHmac('sha256', '').update(`id\0${number}`).digest('hex').slice(0, 32),
      ];
      for (const tried of tries) expect(keys.has(tried)).toBe(false);
    }
    // The dictionary itself works: with the round key it finds them.
    expect(keys.has(credentialKey(round.key, { kind: 'id', canonical: PEOPLE[0]?.number ?? '' }))).toBe(true);
  });
});
