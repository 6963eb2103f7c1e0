import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';

const SCRIPT = path.resolve(import.meta.dirname, '../site/start-main.ts');
const data = mkdtempSync(path.join(tmpdir(), 'muster-start-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

function start(): { child: ChildProcess; out: () => string } {
  const child = spawn(process.execPath, [SCRIPT, '--any-port', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (out += text));
  return { child, out: () => out };
}

async function until<T>(what: string, look: () => T | null): Promise<T> {
  for (let i = 0; i < 1200; i++) {
    const seen = look();
    if (seen !== null) return seen;
    await pause(50);
  }
  throw new Error(`never came: ${what}`);
}

function swiped(): number {
  try {
    const { done } = JSON.parse(readFileSync(path.join(data, 'played.json'), 'utf8')) as {
      done: Record<string, number>;
    };
    return Object.values(done).reduce((sum, n) => sum + n, 0);
  } catch {
    return 0; // not written yet, or being written
  }
}

it(
  'SI5 the site to try prints where it is, stops cleanly and goes on when started again',
  { timeout: 180_000 },
  async () => {
    let before = 0;
    for (const time of ['first', 'second']) {
      const { child, out } = start();
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      const [, board = '', kiosk = '', cards = ''] = await until('the addresses', () =>
        /Board\s+(http\S+)[^]*Kiosk\s+(http\S+)\s[^]*Cards (http\S+)/.exec(out()),
      );
      expect(out(), time).toContain('demo / muster-demo');
      for (const address of [board, kiosk, cards]) {
        const page = await fetch(address);
        expect(page.status, address).toBe(200);
        expect(await page.text(), address).toContain('<!doctype html>');
      }
      const here = before;
      before = await until('two more people', () => (swiped() > here + 1 ? swiped() : null));
      child.kill('SIGTERM');
      expect(await ended, out()).toBe(0);
    }
  },
);
