import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#shared/node/system-clock.ts';
import {
  JOBS_WAITING_MAX,
  startLedger,
  type LedgerClient,
} from '../../../edge-service/threads/ledger-client.ts';
import { temporaryDirectory } from '../../support/edge/ledger-fixture.ts';
import { TestJournal, testUuid } from '../../support/kiosk/test-journal.ts';

describe('bounds of the ledger’s queue', () => {
  let place: ReturnType<typeof temporaryDirectory>;
  let ledger: LedgerClient;
  beforeEach(async () => {
    place = temporaryDirectory();
    ledger = await startLedger({
      data: path.join(place.dir, 'data'),
      keys: path.join(place.dir, 'keys'),
      clock: systemClock,
      onDamage: () => undefined,
    });
  });
  afterEach(async () => {
    await ledger.stop();
    place.remove();
  });

  it('BN1 as many batches wait as the bound, and the next kiosk is told to come again', async () => {
    const journal = new TestJournal({ install: testUuid('install', 1), station: 1 });
    journal.append({ type: 'installed', device: 'test', parent: null });
    const batch = journal.batch(1, 1);
    // All in one turn: the writer has had no chance to take any of them.
    const replies = await Promise.all(
      Array.from({ length: JOBS_WAITING_MAX + 1 }, () => ledger.append(batch)),
    );
    const outcomes = replies.map(({ outcome }) => outcome);
    expect(outcomes.slice(0, JOBS_WAITING_MAX).filter((outcome) => outcome !== 'stored')).toEqual([]);
    expect(outcomes.slice(JOBS_WAITING_MAX - 1)).toEqual(['stored', 'busy']);
    expect(await ledger.append(batch)).toMatchObject({ outcome: 'stored' });
  });
});
