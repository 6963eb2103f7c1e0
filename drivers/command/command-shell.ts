import type { Clock } from '#shared/clock.ts';

import type { DeviceLists } from '../finding/device-lists.ts';
import type { HidBus } from '../port/hid-bus.ts';

/** What a command needs of the process it runs in; the entry has the real one. */
export interface CommandShell {
  out(line: string): void;
  err(line: string): void;
  clock: Clock;
  hid: HidBus;
  lists: DeviceLists;
  /** Resolves when somebody wants the command to end (Ctrl+C, the terminal is closed). */
  stopped(): Promise<void>;
  /** The next line typed, null when nobody types any more. */
  ask(): Promise<string | null>;
  /** Calls back at every line typed; returns what ends it. */
  onTyped(listener: () => void): () => void;
}

/** 0: as it should be; 1: what was wanted did not come about. */
export type ExitCode = 0 | 1;
