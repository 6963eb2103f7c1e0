/** Readers that were named at the start, instead of looked for: `--reader X`, tests, the simulation. */
import type { ReaderEvent } from '#drivers/reader-event.ts';
import type { ReaderModelId, ReaderRole, ReaderSetting, UsbIdentity } from '#shared/reader-setting.ts';
import { readerIdOf } from '#shared/reader-setting.ts';

export type RigEvent =
  | { rig: 'reader'; reader: string; role: ReaderRole; model: ReaderModelId; event: ReaderEvent }
  | { rig: 'candidates'; candidates: readonly Candidate[] };

/** A device that is there and not in use. */
export interface Candidate {
  id: string;
  at: string;
  name: string;
  usb: UsbIdentity | null;
  models: readonly ReaderModelId[];
  install: { zh: string; en: string } | null;
}

/** The readers of one station as the engine sees them; `drivers/reader-rig.ts` makes the real one. */
export interface ReaderRig {
  subscribe(listener: (event: RigEvent) => void): () => void;
  use(settings: readonly ReaderSetting[]): void;
  look(): void;
  close(): Promise<void>;
}

/** A source of one reader's events; `drivers/reader.ts` makes real ones. */
export interface ReaderSource {
  subscribe(listener: (event: ReaderEvent) => void): () => void;
  close(): Promise<void>;
}

export interface FixedReader {
  setting: ReaderSetting;
  source: ReaderSource;
}

/** An ID-card reader by its path, as `--reader` names it: `tcp://host:port` or a serial device. */
export function readerAtPath(at: string): ReaderSetting {
  return { model: 'sdt-serial', at, role: 'person', usb: null, numberFormat: null };
}

/** A rig of these readers and no others: nothing is looked for, and settings change nothing. */
export function fixedRig(readers: readonly FixedReader[]): ReaderRig {
  return {
    subscribe(listener) {
      const endings = readers.map(({ setting, source }) =>
        source.subscribe((event) => {
          const { model, role } = setting;
          listener({ rig: 'reader', reader: readerIdOf(setting), role, model, event });
        }),
      );
      return () => {
        for (const end of endings) end();
      };
    },
    use() {},
    look() {},
    async close() {
      await Promise.all(readers.map(({ source }) => source.close()));
    },
  };
}
