import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { afterAll, expect, it } from 'vitest';
import type { RoundId } from '#shared/ids.ts';
import { EdgeClient } from '../../site/edge-client.ts';
import type { RackTube } from '../../site/site-books.ts';
import { WatchedProcess } from '../../support/machine/watched-process.ts';

const SCRIPT = 'test/site/start-main.ts';
const ADDRESSES = /Board\s+(http\S+?)\/\s[^]*Kiosk\s+((http\S+?)\/#token=(\S+))\s[^]*Cards (http\S+?)\/\s/;
const LIST_HERE = /3 个台已收工,送检清单已到\(4号台/;
const DEMO = { name: 'demo', password: 'muster-demo' };
const directory = mkdtempSync(path.join(tmpdir(), 'muster-start-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The site to try on one directory, started as often as somebody likes. */
function siteIn(name: string, ...options: string[]) {
  const data = path.join(directory, name);
  const played = (): { round: RoundId; done: Record<string, number>; tubes: RackTube[] } => {
    try {
      return JSON.parse(readFileSync(path.join(data, 'played.json'), 'utf8')) as ReturnType<typeof played>;
    } catch {
      return { round: '' as RoundId, done: {}, tubes: [] }; // not written yet
    }
  };
  return {
    start: () => new WatchedProcess(SCRIPT, ['--any-port', `--data=${data}`, ...options]),
    played,
    swiped: () => Object.values(played().done).reduce((sum, n) => sum + n, 0),
  };
}

async function until<T>(what: string, look: () => T | null): Promise<T> {
  for (let i = 0; i < 1200; i++) {
    const seen = look();
    if (seen !== null) return seen;
    await pause(50);
  }
  throw new Error(`never came: ${what}`);
}

async function addresses(running: WatchedProcess) {
  const [, board = '', kiosk = '', origin = '', token = '', cards = ''] = await running.says(ADDRESSES);
  return { board, kiosk, origin, token, cards };
}

it(
  'SI5 the site to try prints where it is, stops cleanly and goes on when started again',
  { timeout: 180_000 },
  async () => {
    const site = siteIn('plain');
    let before = 0;
    for (const time of ['first', 'second']) {
      const running = site.start();
      const { board, kiosk, cards } = await addresses(running);
      expect(running.said, time).toContain('demo / muster-demo');
      for (const address of [board, kiosk, cards]) {
        const page = await fetch(address);
        expect(page.status, address).toBe(200);
        expect(await page.text(), address).toContain('<!doctype html>');
      }
      const here = before;
      before = await until('two more people', () => (site.swiped() > here + 1 ? site.swiped() : null));
      expect(await running.stop('SIGTERM'), running.said).toBe(0);
    }
  },
);

it(
  'SI6 SI7 SI8 stopped in the middle it books every tube, and rounds of other people do not stop it',
  { timeout: 240_000 },
  async () => {
    const site = siteIn('stopped', '--fast');
    const first = site.start();
    await until('tubes', () => (site.played().tubes.length > 3 ? true : null));
    expect(await first.stop('SIGINT'), first.said).toBe(0);
    expect(first.said).not.toMatch(LIST_HERE);

    const second = site.start();
    const at = await addresses(second);
    expect(second.said).toContain('正在打卡');
    const lead = await EdgeClient.logIn(at.board, DEMO);
    await useOwnTable(at);
    await second.says(LIST_HERE);
    const { round } = site.played();
    const { rounds } = await lead.rounds();
    expect(rounds.map((r) => r.id)).toEqual([round]);
    const { tubes } = await lead.tubes(round);
    const own = tubes.filter((t) => t.station === 4);
    expect(own.map((t) => [t.code, t.places, t.booked])).toEqual([['7000001', 1, null]]);
    const others = tubes.filter((t) => t.station !== 4);
    expect(others.length).toBeGreaterThan(10);
    const wrong = others.filter((t) => t.booked !== t.places);
    expect(wrong.map((t) => [t.swabbed, t.booked])).toEqual([[9, 10]]);
    const { discrepancies } = await lead.discrepancies(round);
    expect(discrepancies.map((d) => [d.kind, d.tube])).toEqual([['booked-more', wrong[0]?.code]]);

    await lead.createRound({
      name: '自己的一轮',
      capacity: 5,
      tubeMode: 'codes',
      expectedBasis: 'roster',
      stations: [{ station: 1, stand: 'before' }],
      sessions: rounds[0]?.sessions ?? [],
    });
    expect(await second.stop('SIGINT')).toBe(0);

    const third = site.start();
    await addresses(third);
    expect(third.said).toContain('3 个台已收工,送检清单已到,见"核对"页');
    expect(third.said).not.toContain('正在打卡');
    expect(site.played().round).toBe(round);
    await lead.setState(round, 'settling');
    expect(await third.stop('SIGINT')).toBe(0);

    const fourth = site.start();
    await addresses(fourth);
    expect(fourth.said).toContain('正在打卡');
    expect(site.played().round).not.toBe(round);
    await fourth.says(LIST_HERE);
    expect((await lead.discrepancies(site.played().round)).discrepancies).toHaveLength(1);
    expect(await fourth.stop('SIGINT')).toBe(0);
  },
);

/** Somebody plays at station 4: opens a tube, lays one card down, seals. */
async function useOwnTable({ origin, token, cards }: { origin: string; token: string; cards: string }) {
  const hands = io(origin, { transports: ['websocket'], auth: { token } });
  const press = (command: object): Promise<unknown> => hands.timeout(20_000).emitWithAck('command', command);
  expect(await press({ command: 'tube-code', code: '7000001' })).toMatchObject({ ok: true });
  expect(await (await fetch(`${cards}/card/0`, { method: 'POST' })).text()).toContain('已读出');
  await press({ command: 'change-tube' });
  expect(await press({ command: 'seal', swabbed: 1 })).toMatchObject({ ok: true });
  hands.disconnect();
}

it('SI9 a port that is taken is told with what to do, before anything is begun or deleted', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  const data = mkdtempSync(path.join(directory, 'taken-'));
  const file = path.join(data, 'edge-port');
  writeFileSync(file, String(port));
  for (const option of ['--any-port', '--fresh']) {
    const running = new WatchedProcess(SCRIPT, [`--data=${data}`, option]);
    expect(await running.ended()).toBe(1);
    expect(running.stderr).toMatch(
      new RegExp(`^端口 (?:\\d+、)*${port}.* 已被占用.*npm start -- --any-port --data DIR\n`),
    );
    expect(running.stderr).toContain('is in use');
    expect(existsSync(file)).toBe(true);
  }
  holder.close();
});
