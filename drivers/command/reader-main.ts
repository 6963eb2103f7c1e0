import '#shared/node/require-runtime.ts';

import { createInterface, type Interface } from 'node:readline';

import { onceParentGone } from '#shared/node/parent-watch.ts';
import type { CommandShell, ExitCode } from './command-shell.ts';
import { ownHid } from './one-reader.ts';
import { argumentsOf, type ReaderCommand, USAGE } from './reader-arguments.ts';
import { listReaders, probeOne, readCards } from './reader-commands.ts';
import { replayRecording } from './replay-command.ts';
import { everyNowAndThen, systemClock } from '#shared/node/system-clock.ts';
import { systemDevices } from '../finding/system-devices.ts';

/** Taken before anything takes time: who started this program. */
const PARENT = process.ppid;

const err = (line: string) => void process.stderr.write(`${line}\n`);

type RunCommand = Exclude<ReaderCommand, { command: 'help' }>;

async function main(): Promise<void> {
  const command = argumentsOf(process.argv.slice(2));
  if (typeof command === 'string') {
    process.stderr.write(`${command}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (command.command === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  process.exitCode = await run(command);
}

async function run(command: RunCommand): Promise<ExitCode> {
  const typed = command.command === 'probe' ? createInterface({ input: process.stdin }) : null;
  const code = await runIn(shellOf(typed), command);
  typed?.close();
  return code;
}

function runIn(shell: CommandShell, command: RunCommand): Promise<ExitCode> {
  switch (command.command) {
    case 'list':
      return listReaders(shell, command);
    case 'read':
      return readCards(shell, command);
    case 'probe':
      return probeOne(shell, command, aboutMachine());
    case 'replay':
      return replayRecording(shell, command);
  }
}

function shellOf(typed: Interface | null): CommandShell {
  const hid = ownHid(systemClock, err);
  let stopped: Promise<void> | null = null;
  return {
    out: (line) => void process.stdout.write(`${line}\n`),
    err,
    clock: systemClock,
    hid,
    lists: systemDevices({ hid, clock: systemClock, servicePort: (port) => port }),
    stopped: () => (stopped ??= untilStopped()),
    ask: () =>
      new Promise((resolve) => {
        typed?.once('line', resolve);
        typed?.once('close', () => resolve(null));
      }),
    onTyped: (listener) => {
      typed?.on('line', listener);
      return () => typed?.off('line', listener);
    },
  };
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    onceParentGone({ process, parent: PARENT, every: everyNowAndThen, run: resolve });
    // A program that reads us and goes away (`| head`) ends us, without a stack trace.
    process.stdout.on('error', () => resolve());
  });
}

/** Of a machine what matters to a reader, and nothing that names its owner. */
function aboutMachine(): string[] {
  return [
    `${new Date(systemClock.wall()).toISOString()} · ${process.platform} ${process.arch} · node ${process.versions.node}`,
    `muster ${process.env['npm_package_version'] ?? '(not by npm)'}`,
  ];
}

await main();
