import { createHash, randomUUID, scryptSync } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import sodium from 'libsodium-wrappers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bytesToHex, hexToBytes } from '#shared/bytes.ts';
import { credentialKey } from '#shared/event/credential.ts';
import { roundIdSchema, type CredentialKey } from '#shared/ids.ts';
import { packRoster, rosterKey, unpackRoster } from '../../../edge-service/roster/roster-store.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { PAIRING_LIFETIME_MS, tokenHash } from '../../../edge-service/access/secrets.ts';
import { hashPassword, isPassword } from '../../../edge-service/http/password.ts';
import {
  discloseSecret,
  encloseSecret,
  newBoxKeys,
  openSealed,
  seal,
} from '../../../edge-service/keys/sealed-box.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';

const ROUND = roundIdSchema.parse('22222222-2222-4222-8222-222222222222');

describe('pairings and keys', () => {
  test('AC17 what libsodium seals on a kiosk opens at the edge and the other way round, and nothing that was changed or cut opens', async () => {
    await sodium.ready;
    const keys = newBoxKeys();
    const key = sodium.randombytes_buf(32);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(), fc.nat(), (plain, at, cut) => {
        const box = sodium.crypto_box_seal(plain, keys.publicKey);
        expect(openSealed(box, keys)).toEqual(plain);
        expect(
          sodium.crypto_box_seal_open(seal(plain, keys.publicKey), keys.publicKey, keys.secretKey),
        ).toEqual(plain);
        const secret = encloseSecret(plain, key);
        expect(sodium.crypto_secretbox_open_easy(secret.subarray(24), secret.subarray(0, 24), key)).toEqual(
          plain,
        );
        for (const [bytes, open] of [
          [box, (b: Uint8Array) => openSealed(b, keys)],
          [secret, (b: Uint8Array) => discloseSecret(b, key)],
        ] as const) {
          const changed = new Uint8Array(bytes);
          changed[at % bytes.length]! ^= 1 + (cut % 255);
          expect(open(changed)).toBeNull();
          expect(open(bytes.subarray(0, cut % bytes.length))).toBeNull();
        }
      }),
      { numRuns: 200 },
    );
    expect(openSealed(sodium.crypto_box_seal(new Uint8Array(9), keys.publicKey), newBoxKeys())).toBeNull();
    const lowOrder = new Uint8Array(100);
    expect(openSealed(lowOrder, keys)).toBeNull();
  });

  let place: ReturnType<typeof temporaryDirectory>;
  let keys: KeyStore;
  beforeEach(() => {
    place = temporaryDirectory();
    keys = new KeyStore(path.join(place.dir, 'keys'));
  });
  afterEach(() => place.remove());

  test('AC12 a pairing secret lives ten minutes to the millisecond, and a thousand wrong ones kill every open pairing', () => {
    const ledger = new LedgerFixture({ file: path.join(place.dir, 'ledger'), keys });
    const make = (pairing: string): unknown =>
      ledger.write('access.pairing-create', {
        pairing,
        station: 2,
        secretHash: `secret of ${pairing}`,
        by: '现场负责人',
      });
    const redeem = (secretHash: string): string =>
      ledger.write('access.pairing-redeem', {
        secretHash,
        tokenHash: `token for ${secretHash}`,
        device: 'x',
        previousHash: null,
      }).outcome;
    make('late');
    make('in time');
    ledger.now += PAIRING_LIFETIME_MS;
    expect(redeem('secret of in time')).toBe('redeemed');
    ledger.now += 1;
    expect(redeem('secret of late')).toBe('dead');
    make('guessed');
    make('beside it');
    for (let i = 1; i < 1000; i++) expect(redeem(`guess ${i}`)).toBe('wrong');
    expect(redeem('secret of beside it')).toBe('redeemed');
    expect(redeem('guess 1000')).toBe('wrong');
    expect(redeem('secret of guessed')).toBe('dead');
    expect(redeem('secret of in time')).toBe('dead');
    ledger.close();
  });

  test('AC13 a round key wrapped under its opening code opens with that code as wire.ts says, and with no other', () => {
    const { key, openingCode, wrapped } = keys.createRound(ROUND);
    const unwrap = (code: string): Uint8Array | null => {
      const { salt, costN, blockR, parallelP, box } = wrapped;
      const wrapping = scryptSync(code, hexToBytes(salt), 32, {
        N: costN,
        r: blockR,
        p: parallelP,
        maxmem: 2 ** 28,
      });
      return discloseSecret(hexToBytes(box), new Uint8Array(wrapping));
    };
    expect(openingCode).toMatch(/^[0-9]{13}$/);
    expect(unwrap(openingCode)).toEqual(key);
    expect(unwrap(openingCode === '0000000000000' ? '0000000000001' : '0000000000000')).toBeNull();
  });

  test('KS10 a new round has thirteen random digits at N = 2^17, and one that was made with ten keeps its code', () => {
    const { dir } = keys;
    const made = [1, 2, 3].map(() => keys.createRound(roundIdSchema.parse(randomUUID())));
    for (const { openingCode, wrapped } of made) {
      expect(openingCode).toMatch(/^[0-9]{13}$/);
      expect(wrapped).toMatchObject({ costN: 2 ** 17, blockR: 8, parallelP: 1 });
    }
    expect(new Set(made.map(({ openingCode }) => openingCode)).size).toBe(3);
    keys.createRound(ROUND);
    const file = path.join(dir, `round-${ROUND}.json`);
    const earlier = { ...JSON.parse(readFileSync(file, 'utf8')), openingCode: '0123456789' };
    writeFileSync(file, JSON.stringify(earlier));
    expect(new KeyStore(dir).round(ROUND)?.openingCode).toBe('0123456789');
    writeFileSync(file, JSON.stringify({ ...earlier, openingCode: '012345678901' }));
    expect(() => new KeyStore(dir).round(ROUND)).toThrow('is damaged');
  });

  test('AC14 keys survive a restart, are the same for every thread, and one file is all a round has', () => {
    const made = keys.createRound(ROUND);
    const site = keys.site();
    const again = new KeyStore(keys.dir);
    expect(again.round(ROUND)).toEqual(made);
    expect(again.site()).toEqual(site);
    expect(() => again.createRound(ROUND)).toThrow('keys already');
    const file = path.join(keys.dir, `round-${ROUND}.json`);
    expect(readFileSync(file, 'utf8')).toContain(bytesToHex(made.key));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(keys.dir, 'site.json'), 'utf8')).not.toContain(bytesToHex(made.key));
    expect(again.round(roundIdSchema.parse('33333333-3333-4333-8333-333333333333'))).toBeNull();
  });

  test('RO13 a roster’s keys are the keys kiosks derive, and rows cross threads unchanged', () => {
    const { key } = keys.createRound(ROUND);
    for (const credential of [
      { kind: 'id', canonical: '11019919880315003X' },
      { kind: 'staff', canonical: '127' },
      { kind: 'document', canonical: '护照/E1' },
    ] as const)
      expect(rosterKey(key, credential)).toBe(credentialKey(key, credential));
    const row = {
      row: 1,
      person: 'a',
      credentials: ['a', 'b'] as CredentialKey[],
      workshop: '一车间',
      team: '甲',
      shift: null,
      leader: true,
      toCorrect: true,
      identified: false,
      box: Uint8Array.of(0, 255, 7),
    };
    expect(unpackRoster(packRoster([row]))).toEqual([row]);
  });

  test('AC15 a changed or foreign box opens to nothing, never to something else', () => {
    const round = keys.createRound(ROUND);
    const text = new TextEncoder().encode('测甲');
    const box = seal(text, round.publicKey);
    expect(openSealed(box, round)).toEqual(text);
    const site = keys.site();
    expect(openSealed(box, { publicKey: site.intakePublic, secretKey: site.intakeSecret })).toBeNull();
    const secret = encloseSecret(text, round.key);
    for (const bytes of [box, secret]) bytes[bytes.length - 1]! ^= 1;
    expect([
      openSealed(box, round),
      discloseSecret(secret, round.key),
      discloseSecret(secret.subarray(0, 3), round.key),
    ]).toEqual([null, null, null]);
  });

  test('AC16 a password hash is argon2id and fits its password alone; a token hash needs the site’s key', async () => {
    const hash = await hashPassword('four words are long');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect([
      await isPassword('four words are long', hash),
      await isPassword('four words are short', hash),
      await isPassword('x', 'plain'),
    ]).toEqual([true, false, false]);
    const { tokenKey } = keys.site();
    expect(tokenHash(tokenKey, '12345678')).not.toBe(createHash('sha256').update('12345678').digest('hex'));
    expect(tokenHash(tokenKey, '12345678')).toBe(tokenHash(tokenKey, '12345678'));
  });
});
