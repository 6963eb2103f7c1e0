import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** socat makes its links within milliseconds; a machine under load gets this long. */
const LINK_TIMEOUT_MS = 10_000;

export interface Pty {
  /** What the code under test opens. */
  host: string;
  /** What pulling the cable looks like: the device and its name vanish. */
  unplug(): Promise<void>;
  /** The cable is cut this very moment: nothing is tidied up behind it. */
  cut(): void;
  /** The same name again, over a new pseudo-terminal. */
  plugIn(): Promise<void>;
  /** Unplugs and removes what is left. */
  dispose(): Promise<void>;
}

/** A pseudo-terminal whose other side is the TCP server on `port`: a simulated reader on a serial line. */
export function ptyToTcp(port: number): Promise<Pty> {
  return makePty(() => `tcp:127.0.0.1:${port},nodelay`, []);
}

/** Two pseudo-terminals joined back to back; `device` is the far one. */
export async function ptyPair(): Promise<Pty & { device: string }> {
  let device = '';
  const pty = await makePty(
    (dir) => {
      device = path.join(dir, 'device');
      return `pty,raw,echo=0,link=${device}`;
    },
    ['device'],
  );
  return { ...pty, device };
}

async function makePty(farSide: (dir: string) => string, farLinks: readonly string[]): Promise<Pty> {
  const dir = await mkdtemp(path.join(tmpdir(), 'muster-pty-'));
  const host = path.join(dir, 'host');
  const links = [host, ...farLinks.map((name) => path.join(dir, name))];
  const far = farSide(dir);
  let socat: ChildProcess | null = null;
  const killSocat = () => socat?.kill();
  process.once('exit', killSocat); // A failed test must not leave it behind.

  const plugIn = async () => {
    socat = spawn('socat', [`pty,raw,echo=0,link=${host}`, far], { stdio: 'ignore' });
    for (let waitedMs = 0; !links.every((link) => existsSync(link)); waitedMs += 5) {
      if (waitedMs > LINK_TIMEOUT_MS) throw new Error('socat made no pseudo-terminal');
      await sleep(5);
    }
  };
  const unplug = async () => {
    const running = socat;
    socat = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill();
    await gone;
    await Promise.all(links.map((link) => rm(link, { force: true })));
  };
  await plugIn();
  return {
    host,
    unplug,
    cut: () => void socat?.kill('SIGKILL'),
    plugIn,
    dispose: async () => {
      await unplug();
      process.off('exit', killSocat);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
