import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import { parseRecording } from '#drivers/recording/recording.ts';
import { systemClock } from '#shared/node/system-clock.ts';

import { inventPeople } from '../../site/invented-people.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { serveReader } from '../../site/readers/simulated-reader-carriers.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { SimulatedService } from '../../site/readers/simulated-service.ts';
import { ptyPair } from '../../support/machine/pty.ts';
import { describeNeeding } from '../../support/machine/requirements.ts';

const PATIENT = { holdMs: 1_000, patienceMs: 20_000 };
const [PERSON] = inventPeople({ seed: 31, count: 1 });

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** The reader command as a child process, and what it has written. */
function readerCommand(...args: string[]) {
  const child = spawn(process.execPath, ['drivers/command/reader-main.ts', ...args], { stdio: 'pipe' });
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text));
  cleanups.push(() => end(child, 'SIGKILL'));
  const until = async (text: string, times = 1) => {
    for (let waitedMs = 0; `${output.out}${output.err}`.split(text).length <= times; waitedMs += 10) {
      if (waitedMs > PATIENT.patienceMs) throw new Error(`no "${text}": ${output.out}${output.err}`);
      await sleep(10);
    }
  };
  return { child, output, until, exit: () => exitOf(child), stop: () => end(child, 'SIGTERM') };
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return child.exitCode;
}

function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return exitOf(child);
}

async function simulatedReader() {
  const simulated = new SimulatedReader(systemClock);
  const served = await serveReader(simulated, 0);
  cleanups.push(() => served.unplug());
  return { simulated, served };
}

async function folder(): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'muster-reader-'));
  cleanups.push(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

describe('npm run reader, other kinds of readers', () => {
  it('RT8 --service reads through a maker’s service, --json masked as for any reader', async () => {
    const service = new SimulatedService('shensi');
    await service.start(0);
    cleanups.push(() => service.stop());
    const command = readerCommand('--service', `shensi=${service.at}`, '--json');
    await command.until('读卡器就绪');
    service.layDown(PERSON!);
    await command.until('"event":"reading"');
    expect(await command.stop()).toBe(0);
    expect(command.output.out).toContain('"kind":"resident"');
    expect(command.output.out + command.output.err).not.toContain(PERSON!.number);
  });

  it('RT8 --list names what is there, in lines for people and as JSON, and opens nothing', async () => {
    const people = readerCommand('--list');
    expect(await people.exit()).toBe(0);
    expect(people.output.out).toMatch(/可能是 may be|没有看到读卡器/);
    const programs = readerCommand('--list', '--json');
    expect(await programs.exit()).toBe(0);
    for (const line of programs.output.out.split('\n').filter((each) => each !== ''))
      expect(['candidate', 'trouble']).toContain((JSON.parse(line) as { event: string }).event);
  });

  it('RT8 --hid names a device that is not plugged in, and one no table knows has to be named', async () => {
    const known = readerCommand('--hid', '0425:8159', '--json');
    await known.until('reader-cannot-open');
    expect(await known.stop()).toBe(0);
    const unknown = readerCommand('--hid', 'FFFF:0001');
    expect(await unknown.exit()).toBe(1);
    expect(unknown.output.err).toMatch(/--model 指明型号.*name it with --model/);
  });
});

describe('npm run reader --probe', () => {
  it('RT10 ends in a block to mail; Enter skips what cannot be done, and the card is nowhere in it', async () => {
    const { simulated, served } = await simulatedReader();
    const command = readerCommand('--probe', '--tcp', served.path.slice('tcp://'.length));
    await command.until('第 2 步 step 2: 请放一张身份证');
    simulated.layDown(cardOf(PERSON!));
    await command.until('第 4 步 step 4: 请拿开');
    simulated.lift();
    await command.until('第 5 步 step 5');
    command.child.stdin.write('\n');
    await command.until('第 6 步 step 6');
    command.child.stdin.write('\n');
    expect(await command.exit()).toBe(0);
    const block = /===== 从这里复制[^]*复制到这里 to here =====/.exec(command.output.out)?.[0] ?? '';
    expect(block).toContain(`sdt-serial · ${served.path}`);
    expect(block).toMatch(/结果 result: 4 ok, 0 failed, 2 not done/);
    expect(command.output.out).not.toContain(PERSON!.number);
    expect(command.output.out).not.toContain(PERSON!.name);
  });
});

describe('npm run reader --record, --replay', () => {
  it('RT9 what was recorded is played back the same; the file is its owner’s alone and overwrites none', async () => {
    const file = path.join(await folder(), '录像 1.txt');
    const { simulated, served } = await simulatedReader();
    const record = readerCommand(
      '--tcp',
      served.path.slice('tcp://'.length),
      '--record',
      file,
      '--keep-personal-data',
      '--note',
      '放一张卡',
    );
    await record.until('读卡器就绪');
    await simulated.placeCard(cardOf(PERSON!), PATIENT);
    await record.until('卡已移开');
    expect(await record.stop()).toBe(0);
    expect(record.output.err).toMatch(/里面有完整的证件信息/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const parsed = parseRecording(await readFile(file, 'utf8'));
    if (!parsed.ok) throw new Error(`${parsed.line}: ${parsed.what}`);
    expect(parsed.recording.header).toMatchObject({
      model: 'sdt-serial',
      carrier: 'tcp',
      done: '放一张卡',
      people: 'real',
      gives: [`reading resident ${PERSON!.number} ${PERSON!.name}`],
    });
    const again = readerCommand('--tcp', '127.0.0.1:9', '--record', file, '--keep-personal-data');
    expect(await again.exit()).toBe(1);
    expect(again.output.err).toContain('不能写录像文件');

    const replay = readerCommand('--replay', file, '--json');
    expect(await replay.exit()).toBe(0);
    expect(replay.output.err).toContain('与录像所记一致');
    expect(replay.output.out).toMatch(/"event":"reading","kind":"resident","number":"110\*+/);
    expect(replay.output.out + replay.output.err).not.toContain(PERSON!.number);
  });

  it('RT9 without consent nothing is recorded and no file is made', async () => {
    const dir = await folder();
    const command = readerCommand('--tcp', '127.0.0.1:9', '--record', path.join(dir, 'x.txt'));
    expect(await command.exit()).toBe(2);
    expect(command.output.err).toMatch(/完整的证件号码.*whole numbers, names and addresses/);
    expect(await readdir(dir)).toEqual([]);
  });

  it('RT9 a recording that gives something else, none at all and no file end with 1 and words', async () => {
    const dir = await folder();
    const good = await readFile('test/recordings/scanner-serial.txt', 'utf8');
    const other = path.join(dir, 'other.txt');
    await writeFile(other, good.replace('gives: scan 0000018', 'gives: scan 0000099'));
    const torn = path.join(dir, 'torn.txt');
    await writeFile(torn, good.replace('open', 'ajar'));
    const runs = [other, torn, path.join(dir, 'none.txt')].map((file) => readerCommand('--replay', file));
    expect(await Promise.all(runs.map((run) => run.exit()))).toEqual([1, 1, 1]);
    expect(runs[0]?.output.err).toContain('与录像所记不一致');
    expect(runs[1]?.output.err).toMatch(/不是录像.*torn\.txt:[0-9]+:/);
    expect(runs[2]?.output.err).toMatch(/读不了录像.*ENOENT/);
  });
});

describeNeeding(['socat'], 'npm run reader on lines', () => {
  async function line() {
    const pty = await ptyPair();
    cleanups.push(() => pty.dispose());
    const device = createWriteStream(pty.device, { flags: 'r+' });
    cleanups.push(() => device.destroy());
    return { at: pty.host, send: (text: string) => device.write(text) };
  }

  it('RT8 --number with a format tells physical numbers, masked; without one it tells the formats it may have', async () => {
    const { at, send } = await line();
    const set = readerCommand('--number', at, '--format', '10d', '--json');
    await set.until('读头就绪');
    send('3571840519\r\n');
    await set.until('physical-number');
    expect(JSON.parse(set.output.out)).toEqual({ event: 'physical-number', number: '000*********F607' });
    expect(await set.stop()).toBe(0);

    const unset = readerCommand('--number', at);
    await unset.until('读头就绪');
    send('3571840519\r\n');
    await unset.until('likely --format: 10D, 10D-reversed, ');
    expect(await unset.stop()).toBe(0);
  });

  it('RT8 --scanner tells each code once', async () => {
    const { at, send } = await line();
    const command = readerCommand('--scanner', at, '--json');
    await command.until('扫码枪就绪');
    send('0000017\r\n0000018\r\n');
    await command.until('0000018');
    expect(
      command.output.out
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text)),
    ).toEqual([
      { event: 'scan', text: '0000017' },
      { event: 'scan', text: '0000018' },
    ]);
  });
});
