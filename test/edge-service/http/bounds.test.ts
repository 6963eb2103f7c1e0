import { FILE_BYTES_MAX } from '#shared/contract/http-requests.ts';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMED_MAX } from '../../../edge-service/http/find-routes.ts';
import { PARAM_LENGTH_MAX } from '../../../edge-service/http/http-server.ts';
import { SUBJECTS_MAX, TryLimit } from '../../../edge-service/http/try-limit.ts';
import { openStore } from '../../../edge-service/store/database.ts';
import { databaseIn } from '../../../edge-service/upkeep/backup.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import { HandClock } from '../../support/hand-clock.ts';

describe('bounds over HTTP', () => {
  let site: EdgeSite;
  let lead: string;
  let round: string;
  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    round = await site.round(lead);
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });

  it('BN1 an id of the contract’s longest reaches its route with every byte escaped, and a longer one does not', async () => {
    const answer = async (id: string) => {
      const at = `/rounds/${round}/discrepancies/${encodeURIComponent(id)}/decision`;
      const { json } = await site.ask('POST', at, {
        token: lead,
        json: { state: 'accepted', reason: '看过' },
      });
      return json.code;
    };
    const longest = '测'.repeat(PARAM_LENGTH_MAX / 9);
    expect(encodeURIComponent(longest)).toHaveLength(PARAM_LENGTH_MAX);
    expect(await Promise.all([`${longest.slice(1)}x`, longest, `${longest}x`].map(answer))).toEqual([
      'no-discrepancy',
      'no-discrepancy',
      'invalid-request',
    ]);
  });

  it('BN1 a file that is too long by one byte is told in the words of files, not cut off', async () => {
    const put = async (length: number) => {
      const body = 'number,name,workshop,team\n'.padEnd(length, '\n');
      const { status, json } = await site.ask('PUT', `/rounds/${round}/roster`, {
        token: lead,
        body,
        type: 'text/csv',
      });
      return [status, json.code];
    };
    expect(await put(FILE_BYTES_MAX + 1)).toEqual([413, 'file-too-long']);
  });

  it('BN1 the log names the people a search showed, and says how many more there were', async () => {
    const rows = Array.from({ length: NAMED_MAX + 1 }, (_, n) =>
      [-1, 0, 1].flatMap((d) =>
        n < NAMED_MAX + d ? [`${inventedIdNumber(10 * n + d + 2)},测试${'甲乙丙'[d + 1]},一车间,甲班`] : [],
      ),
    ).flat();
    const roster = ['number,name,workshop,team', ...rows].join('\n');
    const kept = await site.ask('PUT', `/rounds/${round}/roster`, {
      token: lead,
      body: roster,
      type: 'text/csv',
    });
    expect(kept.status).toBe(200);
    for (const who of ['测试甲', '测试乙', '测试丙'])
      await site.ask('POST', '/people/search', { token: lead, json: { who, reason: '核实是否已检' } });
    const db = openStore(databaseIn(path.join(site.dir, 'data')), 'read');
    const told = db
      .prepare<[], Uint8Array>("SELECT body FROM event WHERE type = 'personal-data-opened' ORDER BY sequence")
      .pluck()
      .all()
      .map((body) => (JSON.parse(new TextDecoder().decode(body)) as { what: string }).what);
    db.close();
    expect(
      told.map((what) => [what.match(/[0-9a-f]{32}/g)?.length, /and (\d+) more/.exec(what)?.[1]]),
    ).toEqual([
      [NAMED_MAX - 1, undefined],
      [NAMED_MAX, undefined],
      [NAMED_MAX, '1'],
    ]);
  });

  it('BN1 a subject is remembered until the bound of others has come after it', () => {
    const forgotten = (others: number): boolean => {
      const limit = new TryLimit({ clock: new HandClock(0), triesMax: 1, windowMs: 1000 });
      limit.failed('first');
      for (let n = 0; n < others; n++) limit.failed(`other ${n}`);
      return limit.allows('first');
    };
    expect([-2, -1, 0].map((d) => forgotten(SUBJECTS_MAX + d))).toEqual([false, false, true]);
  });
});
