import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { EdgeClient } from '../../site/edge-client.ts';
import { startEdgeProcess } from '../../site/edge-process.ts';
import { WatchedProcess } from '../../support/machine/watched-process.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'muster-bundle-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const HOUR_MS = 3_600_000;
/** ZIP, which a workbook is. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];

it('HT23 the edge as it is built reads a roster, writes workbooks, tells its contract, and backs up, checks and restores', async () => {
  const data = path.join(dir, 'data');
  const keys = path.join(dir, 'keys');
  const edge = await startEdgeProcess({ data, keys, port: 0, site: '示例机电' });
  try {
    const account = { name: 'lead', password: 'a password of a test' };
    const lead = await EdgeClient.setUp(edge.url, { ...account, code: edge.setupCode ?? '' });
    const now = Date.now();
    const round = await lead.createRound({
      name: '第4轮',
      capacity: 10,
      tubeMode: 'codes',
      expectedBasis: 'roster',
      stations: [{ station: 1, stand: 'before' }],
      sessions: [
        {
          name: '全天',
          from: new Date(now - HOUR_MS).toISOString(),
          to: new Date(now + HOUR_MS).toISOString(),
          shift: null,
        },
      ],
    });
    await lead.putFile(
      `/rounds/${round.id}/roster`,
      'number,name,workshop,team\n110199195601310019,测试甲,一车间,一班\n',
    );
    await lead.setState(round.id, 'open');
    expect((await lead.ladder(round.id)).missing).toBe(1);
    const { token } = await session(edge.url, account);
    const get = async (at: string): Promise<Response> => {
      const response = await fetch(`${edge.url}${at}`, { headers: { authorization: `Bearer ${token}` } });
      expect(`${at} ${response.status}`).toBe(`${at} 200`);
      return response;
    };
    for (const list of ['headcount.xlsx', 'missing.xlsx']) {
      const bytes = new Uint8Array(await (await get(`/api/v1/rounds/${round.id}/${list}`)).arrayBuffer());
      expect([...bytes.subarray(0, 4)]).toEqual(ZIP);
    }
    const contract = (await (await get('/api/openapi.json')).json()) as { paths: object };
    expect(Object.keys(contract.paths)).toContain('/api/v1/rounds/{id}/headcount.xlsx');
    expect(await (await get('/')).text()).toContain('<div id="root">');
  } finally {
    await edge.stop();
  }
  const run = async (...args: string[]): Promise<string> => {
    const command = new WatchedProcess('dist/edge/main.js', [...args, `--data=${data}`, `--keys=${keys}`]);
    expect(await command.ended(), command.said).toBe(0);
    return command.said;
  };
  const copy = path.join(dir, 'copy.sqlite');
  await run('backup', `--to=${copy}`);
  expect(existsSync(copy)).toBe(true);
  await run('rebuild');
  await run('restore', `--from=${copy}`);
  expect(readdirSync(data)).not.toContain('code-cache');
});

async function session(url: string, account: { name: string; password: string }): Promise<{ token: string }> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  return (await response.json()) as { token: string };
}
