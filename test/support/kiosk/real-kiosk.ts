import { mkdirSync } from 'node:fs';
import type { MachineKeys } from '#shared/contract/machine-keys.ts';
import type { KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import type { Engine } from '../../../kiosk/station/engine-parts.ts';
import type { LogLine } from '../../../kiosk/station/disk/log.ts';
import { startEngine } from '../../../kiosk/station/engine-main.ts';
import { card } from './kiosk-fixture.ts';
import { SaidError } from '#shared/language/said-error.ts';

const WAIT_MS_MAX = 60_000;

/** The kiosk as it ships, in this process, its people entered by hand. */
export class RealKiosk {
  readonly engine: Engine;
  readonly lines: readonly LogLine[];
  state: KioskState | null = null;

  static async start(data: string, pair: string | null, keys: MachineKeys): Promise<RealKiosk> {
    mkdirSync(data, { recursive: true });
    const lines: LogLine[] = [];
    return new RealKiosk(
      lines,
      await startEngine({
        data,
        readers: [],
        pair,
        nativeBinding: null,
        keys,
        devices: null,
        timings: null,
        log: (line) => lines.push(line),
      }),
    );
  }

  private constructor(lines: LogLine[], engine: Engine) {
    this.lines = lines;
    this.engine = engine;
    engine.onState((state) => (this.state = state));
  }

  async until(holds: (state: KioskState) => boolean, what: string): Promise<KioskState> {
    const end = Date.now() + WAIT_MS_MAX;
    for (;;) {
      if (this.state !== null && holds(this.state)) return this.state;
      if (Date.now() > end) throw new Error(`waited in vain for ${what}: ${JSON.stringify(this.state)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async do(command: KioskCommand): Promise<void> {
    const reply = await this.engine.send(command);
    if (!reply.ok) throw new SaidError(reply.words);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  async enter(n: number): Promise<KioskState['face'] | undefined> {
    const { number, name } = card(n);
    await this.do({ command: 'manual', kind: 'id', number, documentType: null, name, phone: null });
    return this.state?.face;
  }

  delivered(): Promise<KioskState> {
    return this.until(
      (s) => s.received === s.lastSequence && s.bands.every((b) => b.band !== 'offline'),
      'delivery',
    );
  }
}
