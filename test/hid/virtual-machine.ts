import { spawn } from 'node:child_process';
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { hidMachine } from '../support/machine/machine.ts';

/** What goes into the machine: it is packed into its memory, and nothing else of the project is needed there. */
const FOLDERS = ['drivers', 'shared', 'test/hid', 'test/site', 'test/support'];
/** node-hid with what it loads, and the packages that the numbers and the words of `shared/` need. */
const PACKAGES = ['node-hid', 'pkg-prebuilds', '@noble/hashes', 'intl-messageformat', '@formatjs'];

/**
 * With two emulated processors one start of Node in ten ends in a fault of its compiler (code one processor has written is
 * run by the other too early); with one, none of a hundred did.
 */
const ONE_PROCESSOR = '1';

export interface GuestRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs Node on `script` inside a virtual machine with /dev/uhid. The script that starts one is named by MUSTER_HID_VM
 * and is called as `SCRIPT --project FOLDER --node FILE --timeout SECONDS --cpus N OPTIONS… -- COMMAND…`; it hands back output
 * and code. `options`: `--rules FILE` starts udev with a file of rules, `--user UID` runs the command as somebody.
 */
export async function runInMachine(
  script: string,
  timeoutSeconds: number,
  options: readonly string[],
): Promise<GuestRun> {
  const machine = hidMachine();
  if (machine === null) throw new Error('MUSTER_HID_VM names no script that starts a virtual machine');
  const project = await mkdtemp(path.join(tmpdir(), 'muster-hid-'));
  try {
    await chmod(project, 0o755); // In the machine the command may run as somebody else.
    const wanted = [...FOLDERS, ...PACKAGES.map((name) => `node_modules/${name}`), 'package.json'];
    for (const item of wanted) await copy(item, project);
    const args = ['--project', project, '--node', process.execPath, '--timeout', String(timeoutSeconds)];
    args.push('--cpus', ONE_PROCESSOR);
    return await run(machine, [...args, ...options, '--', 'node', script]);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}

/** Without native code for other systems, which the machine would have to hold in its memory. */
function copy(item: string, project: string): Promise<void> {
  const isForeign = (file: string) =>
    /\/prebuilds\/[^/]+/.test(file) && !/\/prebuilds\/[^/]*linux-(x64|arm64)(\/|$)/.test(file);
  const filter = (file: string) => !isForeign(file) && !file.includes('/node-hid/hidapi');
  return cp(path.join(PROJECT_ROOT, item), path.join(project, item), { recursive: true, filter });
}

function run(program: string, args: readonly string[]): Promise<GuestRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { stdout: '', stderr: '' };
    child.stdout.on('data', (bytes: Buffer) => (said.stdout += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (said.stderr += bytes.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...said }));
  });
}
