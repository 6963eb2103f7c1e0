import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '#drivers/system-clock.ts';
import { EdgeClient } from '../site/edge-client.ts';
import { inventPeople } from '../site/invented-people.ts';
import { serveReader, type ServedReader } from '../site/simulated-reader-carriers.ts';
import { cardOf } from '../site/simulated-reader-card.ts';
import { SimulatedReader } from '../site/simulated-reader.ts';
import { describeNeeding } from '../support/requirements.ts';
import { startShell, type Shell } from '../support/shell.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PEOPLE = inventPeople({ seed: 47, count: 6 });
const WALK_IN = 5;
/** Events reach the edge at once; this is how long the test asks before it gives up. */
const ARRIVAL_MS_MAX = 15_000;

describeNeeding(['electron', 'display'], 'from card bytes through the shell to the edge', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-shell-edge-'));
  const reader = new SimulatedReader(systemClock);
  let served: ServedReader;
  let edge: ChildProcess;
  let lead: EdgeClient;
  let round: string;
  let shell: Shell;
  const swipe = async (person: number, face: string) => {
    await reader.placeCard(cardOf(PEOPLE[person]!), { holdMs: 300, patienceMs: 20_000 });
    await shell.sees(face);
  };
  const press = async (...codes: string[]) => {
    for (const code of codes) {
      await shell.page.keyboard.press(code);
      await shell.page.waitForTimeout(80); // slower than a scanner
    }
  };
  const ladderOnce = async (done: (ladder: Awaited<ReturnType<EdgeClient['ladder']>>) => boolean) => {
    const until = Date.now() + ARRIVAL_MS_MAX;
    for (;;) {
      const ladder = await lead.ladder(round);
      if (done(ladder) || Date.now() > until) return ladder;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  beforeAll(async () => {
    served = await serveReader(reader, 0);
    edge = spawn(
      process.execPath,
      [
        'edge-service/main.ts',
        '--data',
        path.join(folder, 'edge'),
        '--keys',
        path.join(folder, 'keys'),
        '--port',
        '0',
        '--host',
        '127.0.0.1',
      ],
      { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const { url, code } = await addressOf(edge);
    lead = await EdgeClient.setUp(url, { code, name: '负责人', password: 'test-only-47' });
    const day = 24 * 3_600_000;
    const created = await lead.createRound({
      name: '第4轮',
      capacity: 10,
      tubeMode: 'codes',
      expectedBasis: 'roster-minus-excused',
      stations: [{ station: 1, stand: 'before' }],
      sessions: [
        {
          name: '早场',
          from: new Date(Date.now() - day / 24).toISOString(),
          to: new Date(Date.now() + day).toISOString(),
          shift: null,
        },
      ],
    });
    round = created.id;
    const rows = PEOPLE.slice(0, WALK_IN).map(({ number, name }) => `${number},${name},一车间,甲班`);
    await lead.putFile(`/rounds/${round}/roster`, ['number,name,workshop,team', ...rows].join('\n'));
    const pairing = await lead.pairing(1);
    shell = await startShell({ data: path.join(folder, 'kiosk'), reader: served.path, pair: pairing.code });
    await shell.sees('请放身份证');
  });
  afterAll(async () => {
    await shell?.stop();
    if (edge !== undefined && edge.exitCode === null) {
      const ended = new Promise((resolve) => edge.once('exit', resolve));
      edge.kill();
      await ended;
    }
    await served?.unplug();
    await rm(folder, { recursive: true, force: true });
  });

  it('SH9 before the round is opened a card is a test and counts nowhere', async () => {
    await swipe(0, '试刷,不计入');
    expect(await ladderOnce(() => true)).toMatchObject({ people: 0, swipes: 0 });
  });

  it('SH9 people counted on the screen are counted at the edge, with tube, repeat and walk-in', async () => {
    await lead.setState(round, 'open');
    await shell.page.waitForFunction(
      () => document.querySelector('.alert')?.textContent?.includes('请扫管号') === true,
    );
    await shell.page.keyboard.type('0000017');
    await shell.page.keyboard.press('Enter');
    await shell.sees('新管 0000017');
    await swipe(0, '已计入');
    await swipe(1, '已计入');
    await swipe(0, '已刷过');
    await swipe(WALK_IN, '已计入(名单外)');
    const ladder = await ladderOnce(({ swipes }) => swipes === 4);
    expect(ladder).toMatchObject({
      swipes: 4,
      people: 3,
      repeats: 1,
      onRoster: 2,
      walkIns: 1,
      voided: 0,
      withoutTube: 0,
    });
  });

  it('SH9 an undone swipe is voided at the edge, and the tube is sealed with the sampler’s number', async () => {
    await swipe(2, '已计入');
    await press('NumpadSubtract');
    await shell.sees('已撤销');
    expect(await ladderOnce(({ voided }) => voided === 1)).toMatchObject({ people: 3, voided: 1 });
    await press('NumpadAdd');
    await shell.page.waitForSelector('[data-draft="sealing"]');
    expect(await shell.page.locator('.typed').innerText()).toBe('3');
    await press('NumpadEnter');
    await shell.sees('已封');
  });

  it('SH9 收工: when everything is received and no tube is open the station may close', async () => {
    await press('Escape');
    await shell.sees('请放身份证');
    await press('NumpadEnter', 'Numpad3', 'NumpadEnter');
    await shell.sees('可以撤台');
    expect(await shell.number('received')).toBe(await shell.number('last'));
    expect(await ladderOnce(() => true)).toMatchObject({ people: 3 });
  });
});

/** What a new edge prints: its address and the code for the first account. */
function addressOf(edge: ChildProcess): Promise<{ url: string; code: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    edge.stdout!.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const url = /the edge is ready: (http:\/\/\S+)/.exec(text)?.[1];
      const code = /set-up code, once: (\S+)/.exec(text)?.[1];
      if (url !== undefined && code !== undefined) resolve({ url, code });
    });
    edge.once('exit', (code) => reject(new Error(`the edge ended with ${code}: ${text}`)));
  });
}
