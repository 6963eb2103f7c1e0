import type { Clock } from '#shared/clock.ts';
import type { ReaderSetting } from '#shared/reader-setting.ts';
import type { KioskBridge } from '#shared/contract/kiosk-screen.ts';
import type { Ballast } from './disk/ballast.ts';
import type { Database } from './disk/database.ts';
import type { ReaderRig } from '#drivers/rig/reader-rig.ts';
import type { Link } from './uplink/link.ts';
import type { Log } from './disk/log.ts';
import type { PairingPorts } from './pairing/pairing-desk.ts';
import type { Random } from '#shared/random.ts';
import type { SettingsStore } from './disk/settings.ts';

export interface EngineOptions {
  database: Database;
  settings: SettingsStore;
  ballast: Ballast;
  clock: Clock;
  random: Random;
  link: Link;
  /**
   * The readers. `createEngine` subscribes in the turn in which it is called when libsodium is ready (`sodiumReady`): await
   * that before opening one, or its first events are missed.
   */
  rig: ReaderRig;
  /** Readers named at the start (`fixedRig`); null: those of the settings, which the rig opens and the screen changes. */
  fixedReaders: readonly ReaderSetting[] | null;
  pairing: PairingPorts;
  /** Changes at every start of the machine: monotonic times compare within one. */
  bootId: string;
  /** Name of this machine as the board shows it. */
  device: string;
  version: string;
  log: Log;
}

export interface Engine extends KioskBridge {
  /** Closes readers, link and database. Nothing follows. */
  stop(): Promise<void>;
}
