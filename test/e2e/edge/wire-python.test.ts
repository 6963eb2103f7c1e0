import { once } from 'node:events';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const PROGRAM = path.join(PROJECT_ROOT, 'test/wire-python/main.py');
/** So many checks the program has: with fewer some were left out without a word. */
const CHECKS = 58;

describeNeeding(['python3'], 'a kiosk in another language, written from the page alone', () => {
  let site: EdgeSite;
  let secret: string;
  beforeAll(async () => {
    site = await EdgeSite.start();
    const lead = await site.lead();
    const pairing = await site.ask('POST', '/pairings', { token: lead, json: { station: 1 } });
    secret = pairing.json.secret;
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });

  it('PG70 on loopback without TLS it passes every check', async () => {
    expectAllChecks(await run(site, ['--secret', secret]));
  });

  it('PG70 over TLS, trusting the public key alone, it passes every check', async () => {
    await site.stop();
    site = await EdgeSite.start({ dir: site.dir, tls: true });
    expectAllChecks(await run(site, []));
  });
});

interface Ended {
  code: number | null;
  lines: string[];
  stderr: string;
}

/** Runs the program against the edge until it ends. */
async function run(site: EdgeSite, more: readonly string[]): Promise<Ended> {
  const { url, fingerprint } = site.edge;
  const args = ['--edge', url, '--fingerprint', fingerprint ?? '-', '--lead', '现场负责人', ...more];
  const child = spawn('python3', [PROGRAM, ...args], {
    env: { ...process.env, MUSTER_LEAD_PASSWORD: 'four words are long', PYTHONUTF8: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: stdout.trimEnd().split('\n'), stderr };
}

function expectAllChecks({ code, lines, stderr }: Ended): void {
  expect(lines.filter((line) => !line.startsWith('ok '))).toEqual([`${CHECKS} passed, 0 failed`]);
  expect(new Set(lines).size, 'a check of its own name each').toBe(CHECKS + 1);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}
