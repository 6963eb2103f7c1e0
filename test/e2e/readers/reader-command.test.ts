import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import { systemClock } from '#shared/node/system-clock.ts';

import { inventPeople } from '../../site/invented-people.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { serveReader } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { ptyToTcp } from '../../support/machine/pty.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

/** A guard against what never comes: Node alone takes seconds to start on a busy machine. */
const PATIENT = { holdMs: 0, patienceMs: 50_000 };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function simulatedReader() {
  const simulated = new SimulatedReader(systemClock);
  const served = await serveReader(simulated, 0);
  cleanups.push(() => served.unplug());
  return { simulated, port: served.port };
}

/** Makes a Node look like one whose Node-API is too old for our native modules. */
const OLD_NODE = `data:text/javascript,Object.defineProperty(process, 'versions', {
  value: { ...process.versions, napi: '9', node: '20.20.2' },
})`;

const readerCommand = (...args: string[]) => command(['drivers/command/reader-main.ts', ...args]);

/** Node as a child process, and what it has written. */
function command(args: string[]) {
  const child = spawn(process.execPath, args, { stdio: 'pipe' });
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text));
  cleanups.push(() => ended(child));
  const until = async (text: string) => {
    for (let waitedMs = 0; !output.out.includes(text); waitedMs += 10) {
      if (waitedMs > PATIENT.patienceMs)
        throw new Error(`"${text}" was not written: ${output.out}${output.err}`);
      await sleep(10);
    }
  };
  return {
    child,
    output,
    until,
    objects: () =>
      output.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }
  return child.exitCode;
}

describe('npm run reader', () => {
  it('SR15 with --json one object a line, masked, and a clean end on SIGTERM and SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { simulated, port } = await simulatedReader();
      const command = readerCommand('--tcp', `127.0.0.1:${port}`, '--json');
      const [person] = inventPeople({ seed: 1, count: 1 });
      simulated.misbehaviour.strayBytes = true;
      await simulated.placeCard(cardOf(person!), PATIENT);
      await command.until('"removed"');
      simulated.spoilNext('read-card', { with: 'status', sw3: 0x41 });
      await simulated.placeCard(cardOf(person!), PATIENT);
      await command.until('"fault"');
      const exit = once(command.child, 'exit');
      command.child.kill(signal);
      expect(await exit).toEqual([0, null]);
      const objects = command.objects();
      expect(objects.find(({ event }) => event === 'reading')).toEqual({
        event: 'reading',
        kind: 'resident',
        number: expect.stringMatching(/^110\*{11}[0-9]{3}[0-9X]$/),
        name: expect.stringContaining('*'),
        nameEnglish: null,
        sex: person!.sex,
        birth: `${person!.birth.slice(0, 4)}-**-**`,
        validFrom: '2015-06-01',
        validTo: '2035-06-01',
      });
      expect(objects).toContainEqual({ event: 'discarded', reason: 'noise', bytes: 2 });
      expect(objects).toContainEqual({ event: 'fault', code: 'read-failed' });
      const known = new Set(['reading', 'discarded', 'removed', 'fault']);
      expect(objects.every(({ event }) => known.has(event))).toBe(true);
      for (const secret of [person!.number, person!.name, person!.birth]) {
        expect(command.output.out + command.output.err).not.toContain(secret);
      }
    }
  });

  it('SR15 with --show-personal-data number, name and birth are whole', async () => {
    const { simulated, port } = await simulatedReader();
    const command = readerCommand('--tcp', `127.0.0.1:${port}`, '--json', '--show-personal-data');
    const [person] = inventPeople({ seed: 2, count: 1 });
    await simulated.placeCard(cardOf(person!), PATIENT);
    await command.until('"removed"');
    const { number, name, birth } = person!;
    expect(command.objects()[0]).toMatchObject({ event: 'reading', number, name, birth });
  });

  it('SR15 wrong arguments are told in both languages with the usage, and end with 2', async () => {
    const wrong = [
      [],
      ['--serial'],
      ['--serial', ''],
      ['--tcp', 'nowhere'],
      ['--tcp', 'host:1', '--serial', 'COM3'],
      ['--wrong'],
      ['COM3'],
    ];
    await Promise.all(
      wrong.map(async (args) => {
        const { child, output } = readerCommand(...args);
        const [code] = await once(child, 'close');
        expect(code, args.join(' ')).toBe(2);
        expect(output.err).toMatch(/用法 usage: npm run reader/);
        expect(output.out).toBe('');
      }),
    );
  });

  it('SR19 a Node too old for native modules is named in both languages before any of them is loaded', async () => {
    for (const entry of ['drivers/command/reader-main.ts', 'edge-service/main.ts', 'kiosk/browser/main.ts']) {
      const { child, output } = command(['--import', OLD_NODE, entry]);
      expect(await once(child, 'close'), entry).toEqual([1, null]);
      expect(output.err).toMatch(/需要 Node.js 24\(当前 20.20.2\)[^]*Node.js 24 is needed/);
      expect(output.out).toBe('');
    }
  });

  it('SR15 a reader that is not there is told as a fault, in words on standard error', async () => {
    const command = readerCommand('--serial', '/dev/muster-no-such-device', '--json');
    await command.until('reader-cannot-open');
    expect(command.objects()).toEqual([{ event: 'fault', code: 'reader-cannot-open' }]);
    // the other stream comes by itself
    await expect.poll(() => command.output.err).toMatch(/打不开读卡器.*No such file/);
  });
});

describeNeeding(['socat'], 'npm run reader on a serial line', () => {
  it('SR15 without --json a line for people, Chinese first', async () => {
    const { simulated, port } = await simulatedReader();
    const pty = await ptyToTcp(port);
    cleanups.push(() => pty.dispose());
    const command = readerCommand('--serial', pty.host);
    const [person] = inventPeople({ seed: 3, count: 1 });
    await simulated.placeCard(cardOf(person!), PATIENT);
    await command.until('卡已移开');
    await pty.unplug();
    await command.until('读卡器断开');
    const lines = command.output.out.split('\n');
    // Behind a pseudo terminal every rate works: whose answer came within half a second is up to the machine.
    expect(lines[0]).toMatch(/^读卡器就绪,请放身份证 · reader ready \([0-9]+ bit\/s\)$/);
    expect(lines[1]).toContain('请不要移动');
    expect(lines[2]).toMatch(/^✓ 居民身份证 · resident ID card · .\*.* · 110\*{11}.{4} · /u);
    expect(command.output.out).not.toContain(person!.number);
  });
});
