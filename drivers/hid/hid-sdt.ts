import type { Cancel, Clock } from '#shared/clock.ts';

import { type HidBus, type HidDevice, type HidDeviceInfo, openHidAt } from '../port/hid-bus.ts';
import type { HidCodec, HidOutput } from './hid-codec.ts';
import { DkCodec } from './hid-dk.ts';
import { MiaxisCodec } from './hid-miaxis.ts';
import { Raw64Codec } from './hid-raw64.ts';
import type { OpenPort, PortListener } from '../port/port.ts';
import { encodeFrame } from '../sdt/sdt-frame.ts';

/** How a make of reader wraps the SDT protocol in HID reports; there is no one HID variant (reader-protocols.md 1.2). */
export type HidProfile = 'raw64' | 'miaxis' | 'dk';

interface ProfileParts {
  codec: () => HidCodec;
  /** Sent before the device is closed. */
  farewell: readonly Uint8Array[];
}

const PROFILES: Readonly<Record<HidProfile, ProfileParts>> = {
  raw64: { codec: () => new Raw64Codec(), farewell: [] },
  // Antenna off (FA 11, data 0). The maker's driver does so after every read; a session asks the card that lies there
  // whether it still does, which needs the field, so here it goes off when nobody reads any more.
  miaxis: { codec: () => new MiaxisCodec(), farewell: [encodeFrame(Uint8Array.of(0xfa, 0x11, 0x00))] },
  dk: { codec: () => new DkCodec(), farewell: [] },
};

/**
 * A request goes out when the device has been silent so long: iDR210 and 240 fail on requests that follow sooner on a
 * report (a program for them waits 5 ms), and the Miaxis driver drains for 5 ms what an earlier exchange has left …
 */
const QUIET_MS = 5;
/** … but a device that never falls silent is asked all the same. */
export const QUIET_WAIT_MS_MAX = 100;

/** Of the usages of HID's generic desktop page those that type or point: never a card reader's. */
const DESKTOP_PAGE = 0x01;
const POINTING_OR_TYPING = new Set([0x01, 0x02, 0x06, 0x07]);

/** Opens `hid:VVVV:PPPP[:SERIAL]` as a port of SDT bytes, for `openReader`. */
export function hidPortOpener(options: { profile: HidProfile; bus: HidBus; clock: Clock }): OpenPort {
  const { profile, bus, clock } = options;
  return async (path, listener) => {
    const { codec: newCodec, farewell } = PROFILES[profile];
    const codec = newCodec();
    const sender = new QuietSender(clock);
    const device = await openHidAt(
      { at: path, bus, isWanted },
      {
        onReport: (report) => {
          sender.heard();
          for (const output of codec.decode(report)) tell(output, listener);
        },
        onGone: (reason) => {
          sender.end();
          listener.onGone(reason);
        },
      },
    );
    const send = (frame: Uint8Array) => sendFrame(device, codec, frame);
    return {
      write: (bytes) => sender.send(() => send(bytes)),
      setBaudRate: null,
      close: () => {
        if (sender.end()) for (const frame of farewell) send(frame);
        return device.close();
      },
    };
  };
}

function isWanted({ usagePage, usage }: HidDeviceInfo): boolean {
  return usagePage !== DESKTOP_PAGE || usage === null || !POINTING_OR_TYPING.has(usage);
}

function sendFrame(device: HidDevice, codec: HidCodec, frame: Uint8Array): void {
  for (const report of codec.encode(frame)) device.write(0, report);
}

function tell(output: HidOutput, listener: PortListener): void {
  if (output.type === 'bytes') listener.onData(output.bytes);
  else listener.onDiscarded?.(output);
}

/** Holds a request back until the device has been silent for a moment. */
class QuietSender {
  readonly #clock: Clock;
  readonly #waiting: { send: () => void; sinceMs: number }[] = [];
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #cancel: Cancel | null = null;
  #ended = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A report came. */
  heard(): void {
    this.#lastAtMs = this.#clock.monotonic();
  }

  send(send: () => void): void {
    if (this.#ended) return;
    this.#waiting.push({ send, sinceMs: this.#clock.monotonic() });
    if (this.#cancel === null) this.#pump();
  }

  /** Nothing is sent any more; false if it had ended before. */
  end(): boolean {
    const ended = this.#ended;
    this.#ended = true;
    this.#cancel?.();
    return !ended;
  }

  #pump(): void {
    this.#cancel = null;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const nowMs = this.#clock.monotonic();
      const dueAtMs = Math.min(this.#lastAtMs + QUIET_MS, next.sinceMs + QUIET_WAIT_MS_MAX);
      if (nowMs < dueAtMs) {
        this.#cancel = this.#clock.timer(dueAtMs - nowMs, () => this.#pump());
        return;
      }
      this.#waiting.shift();
      this.#lastAtMs = nowMs;
      next.send();
    }
  }
}
