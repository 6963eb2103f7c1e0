/** Readers that were named at the start, instead of looked for: `--reader X`, tests, the simulation. */
import type { Reader } from '#drivers/reader/kept-reader.ts';
import type { ReaderRig } from '#drivers/rig/reader-rig.ts';
import { readerIdOf, type ReaderSetting } from '#shared/reader-setting.ts';

export interface FixedReader {
  setting: ReaderSetting;
  source: Reader;
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
