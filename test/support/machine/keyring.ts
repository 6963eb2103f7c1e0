/** A GNOME Keyring of its own on a session bus of its own: what a desktop's log-in starts, without the desktop. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

const PASSWORD = 'test-only keyring';

export class TestKeyring {
  /** For programs of this desktop's user. */
  readonly environment: Record<string, string>;
  readonly #bus: ChildProcess;

  /** `folder` is the user's home: what lies there is opened by the same user's next log-in. */
  static async start(folder: string): Promise<TestKeyring> {
    const runtime = path.join(folder, 'run');
    mkdirSync(path.join(folder, '.local/share/keyrings'), { recursive: true });
    mkdirSync(runtime, { recursive: true, mode: 0o700 });
    const home = { HOME: folder, XDG_DATA_HOME: path.join(folder, '.local/share'), XDG_RUNTIME_DIR: runtime };
    const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
      env: { ...process.env, ...home },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [said] = (await once(bus.stdout, 'data')) as [Buffer];
    const environment = { ...home, DBUS_SESSION_BUS_ADDRESS: said.toString().trim() };
    const keyring = new TestKeyring(environment, bus);
    keyring.#run('gnome-keyring-daemon', ['--daemonize', '--unlock', '--components=secrets']);
    return keyring;
  }

  private constructor(environment: Record<string, string>, bus: ChildProcess) {
    this.environment = environment;
    this.#bus = bus;
  }

  /** Somebody locks it, as a desktop that was never unlocked has it. */
  lock(): void {
    this.#run('dbus-send', [
      '--session',
      '--print-reply',
      '--dest=org.freedesktop.secrets',
      '/org/freedesktop/secrets',
      'org.freedesktop.Secret.Service.Lock',
      'array:objpath:/org/freedesktop/secrets/collection/login',
    ]);
  }

  unlock(): void {
    this.#run('gnome-keyring-daemon', ['--daemonize', '--replace', '--unlock', '--components=secrets']);
  }

  /** The user logs out: the daemon ends with its bus. */
  async stop(): Promise<void> {
    const gone = once(this.#bus, 'exit');
    this.#bus.kill('SIGTERM');
    await gone;
  }

  #run(program: string, args: readonly string[]): void {
    const env = { ...process.env, ...this.environment };
    // No pipe for what it says: the daemon would hold it open.
    const ended = spawnSync(program, args, { env, input: PASSWORD, stdio: ['pipe', 'ignore', 'ignore'] });
    if (ended.status !== 0) throw new Error(`${program} ended with ${ended.status}`);
  }
}
