import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessReports } from '../../../edge-service/access/access-reports.ts';
import { FAMILIAR_PLACES_MAX } from '../../../edge-service/access/familiar-places.ts';
import { SESSION_IDLE_MS_MAX } from '../../../edge-service/access/access-writes.ts';
import { PAIRING_TRIES_MAX } from '../../../edge-service/access/secrets.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { LedgerFixture, temporaryDirectory } from '../../support/edge/ledger-fixture.ts';

describe('bounds of access', () => {
  let place: ReturnType<typeof temporaryDirectory>;
  let keys: KeyStore;
  let ledger: LedgerFixture;
  beforeEach(() => {
    place = temporaryDirectory();
    keys = new KeyStore(path.join(place.dir, 'keys'));
    ledger = new LedgerFixture({ file: path.join(place.dir, 'ledger'), keys });
    return () => ledger.close();
  });
  afterEach(() => place.remove());

  it.each([
    [PAIRING_TRIES_MAX - 1, 'redeemed'],
    [PAIRING_TRIES_MAX, 'dead'],
    [PAIRING_TRIES_MAX + 1, 'dead'],
  ])('BN1 after %d wrong tries the right secret is %s', (tries, outcome) => {
    const redeem = (secretHash: string) =>
      ledger.write('access.pairing-redeem', {
        secretHash,
        tokenHash: `token for ${secretHash}`,
        device: 'x',
        previousHash: null,
      });
    ledger.write('access.pairing-create', {
      pairing: 'p',
      station: 1,
      secretHash: 'right',
      by: '现场负责人',
    });
    for (let n = 0; n < tries; n++) redeem(`guess ${n}`);
    expect(redeem('right').outcome).toBe(outcome);
  });

  it.each([
    [SESSION_IDLE_MS_MAX - 1, true],
    [SESSION_IDLE_MS_MAX, false],
    [SESSION_IDLE_MS_MAX + 1, false],
  ])('BN1 a session nobody used for %d ms is open: %s', (idleMs, open) => {
    ledger.write('access.account-create', { name: '人事', roles: ['hr'], passwordHash: 'x' });
    ledger.write('access.session-open', {
      tokenHash: 't',
      account: '人事',
      passwordHash: 'x',
      place: 'p',
    });
    ledger.now += SESSION_IDLE_MS_MAX - 1;
    ledger.write('access.session-used', { tokenHash: 't' });
    ledger.now += idleMs;
    const held = accessReports['access.session'](
      { db: ledger.db, keys, wall: () => ledger.now },
      { tokenHash: 't' },
    );
    expect(held !== null).toBe(open);
  });

  it('BN1 a place where somebody logged in is remembered until the bound of others have come after it', () => {
    ledger.write('access.account-create', { name: '人事', roles: ['hr'], passwordHash: 'x' });
    const logIn = (place: string): unknown =>
      ledger.write('access.session-open', { tokenHash: place, account: '人事', passwordHash: 'x', place });
    const known = (): string[] =>
      accessReports['access.familiar-places']({ db: ledger.db, keys, wall: () => ledger.now }, {});
    logIn('first');
    for (let n = 1; n < FAMILIAR_PLACES_MAX; n++) logIn(`other ${n}`);
    expect([known().length, known()[0]]).toEqual([FAMILIAR_PLACES_MAX, 'first']);
    logIn('one more');
    expect([known().length, known()[0]]).toEqual([FAMILIAR_PLACES_MAX, 'other 1']);
  });
});
