import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import type { HidProfile } from '#drivers/hid/hid-sdt.ts';
import type { InventedPerson } from '../invented-people.ts';

const ENTRY = path.join(PROJECT_ROOT, 'test/e2e/kiosk/hid-kiosk-main.ts');

/** Two HID-POS scanners and two boot keyboards, by what they are to be used for. */
export type SendingDevice = 'pos-tubes' | 'pos-badges' | 'key-numbers' | 'key-badges';

/** What a person does with a device of this kiosk. */
export type HidAct =
  | { act: 'plug-in' | 'unplug'; device: HidProfile | SendingDevice }
  | { act: 'card'; device: HidProfile; person: InventedPerson }
  | { act: 'send'; device: SendingDevice; text: string };

export interface HidKioskStart {
  data: string;
  usbRoot: string;
  pair: string;
  /** Where 德卡's service listens in place of its own port, which any other program of this machine may have. */
  decardPort: number;
}

/** A kiosk process whose HID devices are in memory (test/e2e/kiosk/hid-kiosk-main.ts), and the hands that use them. */
export class HidKiosk {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (said: string) => void>();
  #id = 0;
  address = '';

  /** Resolves when its page is served. */
  static async start(given: HidKioskStart): Promise<HidKiosk> {
    const kiosk = new HidKiosk(given);
    kiosk.address = await new Promise((resolve, reject) => {
      kiosk.#waiting.set(0, resolve);
      kiosk.#child.once('exit', (code) => reject(new Error(`the kiosk ended with ${code}`)));
    });
    return kiosk;
  }
  private constructor({ data, usbRoot, pair, decardPort }: HidKioskStart) {
    this.#child = fork(ENTRY, [data, usbRoot, pair, `${decardPort}`], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', ({ id, said }: { id: number; said: string }) => {
      this.#waiting.get(id)?.(said);
      this.#waiting.delete(id);
    });
  }

  /** 'read' or 'not-read' for a card, when it has been taken away again; 'done' for everything else. */
  do(act: HidAct): Promise<string> {
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#child.send({ id, ...act });
    });
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
