import type { Clock } from '#shared/clock.ts';

import { BootKeyboardDecoder } from './boot-keyboard.ts';
import { type HidBus, type HidDeviceInfo, openHidAt } from '../port/hid-bus.ts';
import { HidPosDecoder } from './hid-pos.ts';
import type { Reader } from '../reader/kept-reader.ts';
import type { LineMeaning } from '../line/line-meaning.ts';
import { type LineTimings, openLineReader } from '../line/line-reader.ts';
import type { OpenPort, PortListener } from '../port/port.ts';

/** What the reports of a device look like. */
export type HidScannerLayout = 'hid-pos' | 'boot-keyboard';

export interface HidScannerOptions {
  /** `hid:VVVV:PPPP[:SERIAL]` */
  at: string;
  layout: HidScannerLayout;
  gives: LineMeaning;
  /** `systemHid(clock)` of hid-port.ts, or a test's own. */
  bus: HidBus;
  clock: Clock;
  /** `LINE_TIMINGS` for real devices. */
  timings: LineTimings;
}

/**
 * Opens a HID scanner or card-number reader and keeps it. Nothing is ever written to it.
 *
 * A boot keyboard read here still types into the window that has the focus: Linux would have to be told to keep it to
 * us (EVIOCGRAB), which Node cannot, so the window must take such keys for what they are and drop them. Windows does
 * not let a keyboard be read at all; there its keys are taken in the window alone, or it is set to serial or HID-POS.
 */
export function openHidScanner({ at, layout, gives, bus, clock, timings }: HidScannerOptions): Reader {
  return openLineReader({ path: at, openPort: linePort({ layout, bus, clock }), gives, clock, timings });
}

/** The device as a port of lines that end in CR, as a serial one sends them. */
function linePort({ layout, bus, clock }: Pick<HidScannerOptions, 'layout' | 'bus' | 'clock'>): OpenPort {
  const { isWanted, listen } = LAYOUTS[layout];
  return async (path, listener) => {
    const onReport = listen(listener, clock);
    const device = await openHidAt(
      { at: path, bus, isWanted },
      { onReport, onGone: (reason) => listener.onGone(reason) },
    );
    return { write: () => {}, setBaudRate: null, close: () => device.close() };
  };
}

interface LayoutParts {
  isWanted: (device: HidDeviceInfo) => boolean;
  listen: (listener: PortListener, clock: Clock) => (report: Uint8Array) => void;
}

const LINE_END = 0x0d;
/** What a collection is for: bar code scanners have a page of their own, keyboards a usage of the desktop page. */
const SCANNER_PAGE = 0x8c;
const KEYBOARD = { usagePage: 0x01, usage: 0x06 };

const LAYOUTS: Readonly<Record<HidScannerLayout, LayoutParts>> = {
  'hid-pos': {
    isWanted: ({ usagePage }) => usagePage === SCANNER_PAGE,
    listen: (listener, clock) => {
      const decoder = new HidPosDecoder();
      return (report) => {
        for (const output of decoder.push(report, clock.monotonic())) {
          if (output.type === 'scan') listener.onData(Uint8Array.of(...output.bytes, LINE_END));
          else listener.onDiscarded?.(output);
        }
      };
    },
  },
  'boot-keyboard': {
    isWanted: ({ usagePage, usage }) => usagePage === KEYBOARD.usagePage && usage === KEYBOARD.usage,
    listen: (listener) => {
      const decoder = new BootKeyboardDecoder();
      const ascii = new TextEncoder();
      return (report) => {
        const typed = decoder.push(report);
        if (typed !== '') listener.onData(ascii.encode(typed));
      };
    },
  },
};
