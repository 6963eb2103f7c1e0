import type { ReaderEvent } from '#drivers/reader-event.ts';
import type { Clock } from '#shared/clock.ts';
import type { KioskBridge } from '#shared/screen.ts';
import type { Ballast } from './ballast.ts';
import type { Database } from './database.ts';
import type { Link } from './link.ts';
import type { Log } from './log.ts';
import type { PairingPorts } from './pairing-desk.ts';
import type { Random } from './random.ts';
import type { SettingsStore } from './settings.ts';

/**
 * A source of reader events; `drivers/reader.ts` makes real ones. `createEngine` subscribes in the turn in which it is called when
 * libsodium is ready (`sodiumReady`): await that before opening a reader, or its first events are missed.
 */
export interface ReaderSource {
  subscribe(listener: (event: ReaderEvent) => void): () => void;
  close(): Promise<void>;
}

export interface EngineOptions {
  database: Database;
  settings: SettingsStore;
  ballast: Ballast;
  clock: Clock;
  random: Random;
  link: Link;
  readers: readonly ReaderSource[];
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
