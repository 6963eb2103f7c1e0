import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { chromiumPath } from './chromium.ts';

/** What a test may need beyond `npm ci`. */
export type Requirement =
  | 'chromium'
  | 'socat'
  | 'libusb'
  | 'font'
  | 'gcc'
  | 'python3'
  | 'display'
  | 'keyring'
  | 'electron'
  | 'hidraw'
  | 'tmpfs'
  | 'soffice';

/** How a requirement is met on Debian, and what goes untested without it. `apt` is null where no package gives it. */
export const REQUIREMENTS: Readonly<Record<Requirement, { apt: readonly string[] | null; without: string }>> =
  {
    chromium: { apt: ['chromium'], without: 'the kiosk page and the board in a browser' },
    socat: { apt: ['socat'], without: 'readers on a pseudo-terminal' },
    libusb: { apt: ['libusb-1.0-0'], without: 'HID readers' },
    font: { apt: ['fonts-wqy-microhei'], without: 'nothing, but Chinese shows as boxes in screenshots' },
    gcc: { apt: ['gcc', 'libc6-dev'], without: 'power cuts (a recorder of writes and syncs is compiled)' },
    python3: { apt: ['python3'], without: 'the contract of the socket by a kiosk in another language' },
    display: { apt: ['xvfb', 'xauth'], without: 'the Electron shell' },
    keyring: {
      apt: ['dbus', 'gnome-keyring', 'libsecret-tools'],
      without: 'the pairing token under the key of a keyring',
    },
    soffice: { apt: ['libreoffice-calc'], without: 'opening our workbooks in LibreOffice' },
    electron: { apt: null, without: 'the Electron shell' },
    hidraw: { apt: null, without: 'HID readers on a virtual device' },
    tmpfs: { apt: null, without: 'a full disk (a small one is mounted, which needs root on Linux)' },
  };

/** With CI=true these may not be missing: every CI machine can install them. */
const DEMANDED_IN_CI: readonly Requirement[] = ['chromium', 'socat', 'libusb', 'python3'];

/** The executable of a real Electron: an unpacked one named by the environment, else the installed package's, else null. */
export function electronPath(): string | null {
  const dist =
    process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? path.join(PROJECT_ROOT, 'node_modules/electron/dist');
  const names = ['electron', 'electron.exe', 'Electron.app/Contents/MacOS/Electron'];
  return names.map((name) => path.join(dist, name)).find((file) => existsSync(file)) ?? null;
}

/**
 * The script that starts a virtual machine whose kernel has /dev/uhid, or null. This machine's own /dev/uhid is never
 * used: a keyboard made there would type into whatever window somebody works in.
 */
export function hidMachine(): string | null {
  const script = process.env['MUSTER_HID_VM'];
  return script !== undefined && existsSync(script) ? script : null;
}

function onPath(program: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.some(
    (dir) => existsSync(path.join(dir, program)) || existsSync(path.join(dir, `${program}.exe`)),
  );
}

/** What this machine has. On other systems than Linux libusb, fonts and a display come with the system. */
export const has: Readonly<Record<Requirement, boolean>> = {
  chromium: chromiumPath() !== null,
  socat: onPath('socat'),
  libusb:
    process.platform !== 'linux' || globSync('/{usr/lib,lib}/{.,*-linux-gnu*}/libusb-1.0.so.0').length > 0,
  font: process.platform !== 'linux' || globSync('/usr/share/fonts/**/*{wqy,cjk,CJK,han,Han}*').length > 0,
  gcc: onPath('gcc') || onPath('cc'),
  python3: onPath('python3'),
  display: process.platform !== 'linux' || process.env['DISPLAY'] !== undefined || onPath('xvfb-run'),
  keyring: ['dbus-daemon', 'dbus-send', 'gnome-keyring-daemon', 'secret-tool'].every(onPath),
  soffice: onPath('soffice'),
  electron: electronPath() !== null,
  hidraw: hidMachine() !== null,
  // A container's root may not mount; it is asked in a mount namespace of its own, which leaves nothing behind.
  tmpfs:
    process.platform === 'linux' &&
    spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' }).status === 0,
};

/** What may not be missing in this run: CI's own list with CI=true, and whatever MUSTER_REQUIRE names ("electron,gcc"). */
export function demanded(environment: Readonly<Record<string, string | undefined>>): Set<Requirement> {
  const named = (environment['MUSTER_REQUIRE'] ?? '').split(',').filter((name) => name !== '');
  for (const name of named) {
    if (!Object.hasOwn(REQUIREMENTS, name))
      throw new Error(`MUSTER_REQUIRE names "${name}"; known are ${Object.keys(REQUIREMENTS).join(', ')}`);
  }
  return new Set([...(environment['CI'] === 'true' ? DEMANDED_IN_CI : []), ...(named as Requirement[])]);
}

/** What a suite must do about its requirements: run, be skipped with a reason, or fail with one. */
export function ruling(
  needs: readonly Requirement[],
  world: { has: Readonly<Record<Requirement, boolean>>; demanded: ReadonlySet<Requirement> },
): { kind: 'run' } | { kind: 'skip' | 'fail'; reason: string } {
  const missing = needs.filter((need) => !world.has[need]);
  if (missing.length === 0) return { kind: 'run' };
  const kind = missing.some((need) => world.demanded.has(need)) ? 'fail' : 'skip';
  return { kind, reason: `needs ${missing.join(', ')}` };
}
