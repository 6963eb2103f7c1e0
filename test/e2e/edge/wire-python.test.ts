import { once } from 'node:events';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { KeyStore } from '../../../edge-service/keys/key-store.ts';
import { backup, restore } from '../../../edge-service/upkeep/backup.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const PROGRAM = path.join(PROJECT_ROOT, 'test/wire-python/main.py');
/** So many checks the program has: with fewer some were left out without a word. */
const CHECKS = 120;

describeNeeding(['python3'], 'a kiosk in another language, written from the page alone', () => {
  const served = { plain: new ServedEdge(false), tls: new ServedEdge(true) };
  afterAll(async () => {
    await served.plain.remove();
    await served.tls.remove();
  });

  it('PG70 on loopback without TLS it passes every check', async () => {
    expectAllChecks(await served.plain.tried());
  });

  it('PG70 over TLS, trusting the public key alone, it passes every check', async () => {
    expectAllChecks(await served.tls.tried());
  });

  it('PG71 before a welcome and after a fork the edge answers what the page says', async () => {
    expect((await served.plain.tried()).lines).toEqual(
      expect.arrayContaining([
        'ok before hello status, tube-used and roster-name are refused, hashes and counted-since answered',
        'ok a journal that has grown since it parted is welcomed, and its next batch broken',
        'ok nothing follows a fork, and its events are refused without a hello',
      ]),
    );
  });

  it('PG72 bodies, lengths and sealed parts are taken as the page says', async () => {
    expect((await served.plain.tried()).lines).toEqual(
      expect.arrayContaining([
        'ok order of members and blanks of a body are free',
        'ok a type this edge does not know is kept as not-understood',
        'ok a body of 65,536 bytes is stored, one more and none are refused',
        'ok a sealed part beyond 4,096 bytes and a batch cut short are refused',
        "ok a sealed part that is not the body's is broken, and so is one no body names",
        'ok a swipe without its sealed part is stored, and is not given one later',
      ]),
    );
  });
});

interface Ended {
  code: number | null;
  lines: string[];
  stderr: string;
}

/** A real edge for one run of the program, which may ask for it to be set back. */
class ServedEdge {
  readonly #tls: boolean;
  #site: EdgeSite | null = null;
  #ended: Promise<Ended> | null = null;

  constructor(tls: boolean) {
    this.#tls = tls;
  }

  /** What the program said; it is run once. */
  tried(): Promise<Ended> {
    this.#ended ??= this.#run();
    return this.#ended;
  }

  async remove(): Promise<void> {
    await this.#site?.stop();
    this.#site?.remove();
  }

  async #run(): Promise<Ended> {
    // The account is made without TLS, because nothing here trusts the edge's own certificate.
    let site = (this.#site = await EdgeSite.start());
    const pairing = await site.ask('POST', '/pairings', { token: await site.lead(), json: { station: 1 } });
    if (this.#tls) {
      await site.stop();
      site = this.#site = await EdgeSite.start({ dir: site.dir, tls: true });
    }
    const { url, fingerprint } = site.edge;
    const args = ['--edge', url, '--fingerprint', fingerprint ?? '-', '--lead', '现场负责人', '--restore'];
    if (!this.#tls) args.push('--secret', pairing.json.secret);
    const child = spawn('python3', [PROGRAM, ...args], {
      env: { ...process.env, MUSTER_LEAD_PASSWORD: 'four words are long', PYTHONUTF8: '1' },
      stdio: 'pipe',
    });
    const said = { stdout: '', stderr: '' };
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
    const done: Promise<void>[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.stdout += text;
      // Each is a line of its own that the program waits behind.
      if (text.includes('please ')) done.push(this.#obey(text).then(() => void child.stdin.write('\n')));
    });
    const [code] = (await once(child, 'close')) as [number | null];
    await Promise.all(done);
    return { code, lines: said.stdout.trimEnd().split('\n'), stderr: said.stderr };
  }

  async #obey(words: string): Promise<void> {
    const site = this.#site;
    if (site === null) throw new Error('no edge');
    const data = path.join(site.dir, 'data');
    const file = path.join(data, 'backups', 'early.sqlite');
    if (words.includes('back the edge up')) {
      if (!backup(data, file).ok) throw new Error('no backup');
      return;
    }
    await site.stop();
    const keys = new KeyStore(path.join(site.dir, 'keys'));
    if (!restore({ data, keys, from: file, clock: systemClock }).ok) throw new Error('not restored');
    this.#site = await EdgeSite.start({ dir: site.dir, port: site.edge.port, tls: this.#tls });
  }
}

function expectAllChecks({ code, lines, stderr }: Ended): void {
  const checks = lines.filter((line) => !line.startsWith('please '));
  expect(checks.filter((line) => !line.startsWith('ok '))).toEqual([`${CHECKS} passed, 0 failed`]);
  expect(new Set(checks).size, 'a check of its own name each').toBe(CHECKS + 1);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}
