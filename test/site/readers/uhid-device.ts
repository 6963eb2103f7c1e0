import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';

import type { SimulatedHidDevice } from './simulated-hid.ts';

/** `struct uhid_event` of <linux/uhid.h>: a type (u32) and a union of at most 4,376 bytes, packed. */
const EVENT_BYTES = 4_380;
const OUTPUT = 6;
const SET_REPORT = 13;
const SET_REPORT_REPLY = 14;
const CREATE2 = 11;
const INPUT2 = 12;
const BUS_USB = 3;

/** Where the fields of CREATE2 stand. */
const CREATE_BYTES = 280 + 4_096;
const NAME_AT = 4;
const UNIQ_AT = 196;
const UNIQ_BYTES_MAX = 63;
const NUMBERS_AT = 260;
const DESCRIPTOR_AT = 280;
const OUTPUT_SIZE_AT = 4_100;

/**
 * /dev/uhid is polled. A parked read would hold one of libuv's four threads for each device, of which node-hid needs
 * some too, and Node would never end.
 */
const POLL_MS = 1;
const O_CLOEXEC = 0o2000000;

/** A simulated device put before the system's own HID driver; it is unplugged when `unplug` is called. */
export class UhidDevice {
  readonly #device: SimulatedHidDevice;
  readonly #descriptor: readonly number[];
  #fd: number | null = null;
  #poll: NodeJS.Timeout | null = null;

  constructor(device: SimulatedHidDevice, descriptor: readonly number[]) {
    this.#device = device;
    this.#descriptor = descriptor;
  }

  plugIn(): void {
    const fd = openSync('/dev/uhid', constants.O_RDWR | constants.O_NONBLOCK | O_CLOEXEC);
    const { name, vendorId, productId, serialNumber } = this.#device.info;
    const event = Buffer.alloc(CREATE_BYTES);
    event.writeUInt32LE(CREATE2, 0);
    event.write(name, NAME_AT, 127);
    event.write(serialNumber ?? '', UNIQ_AT, UNIQ_BYTES_MAX);
    event.writeUInt16LE(this.#descriptor.length, NUMBERS_AT);
    event.writeUInt16LE(BUS_USB, NUMBERS_AT + 2);
    event.writeUInt32LE(Number.parseInt(vendorId, 16), NUMBERS_AT + 4);
    event.writeUInt32LE(Number.parseInt(productId, 16), NUMBERS_AT + 8);
    event.set(this.#descriptor, DESCRIPTOR_AT);
    writeSync(fd, event);
    this.#fd = fd;
    this.#poll = setInterval(() => this.#take(fd), POLL_MS);
    this.#device.opened((report) => this.#send(report));
  }

  unplug(): void {
    if (this.#fd === null) return;
    if (this.#poll !== null) clearInterval(this.#poll);
    closeSync(this.#fd);
    this.#fd = null;
    this.#device.closed();
  }

  #send(report: Uint8Array): void {
    if (this.#fd === null) return;
    const event = Buffer.alloc(6 + report.length);
    event.writeUInt32LE(INPUT2, 0);
    event.writeUInt16LE(report.length, 4);
    event.set(report, 6);
    writeSync(this.#fd, event);
  }

  #take(fd: number): void {
    const event = Buffer.alloc(EVENT_BYTES);
    while (this.#fd === fd) {
      try {
        readSync(fd, event, 0, EVENT_BYTES, null);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return;
        throw error;
      }
      const type = event.readUInt32LE(0);
      if (type === OUTPUT) this.#written(event.subarray(4, 4 + event.readUInt16LE(OUTPUT_SIZE_AT)));
      if (type === SET_REPORT) {
        const reply = Buffer.alloc(10);
        reply.writeUInt32LE(SET_REPORT_REPLY, 0);
        reply.writeUInt32LE(event.readUInt32LE(4), 4);
        writeSync(fd, reply);
      }
    }
  }

  /** The system hands on what was written to it, the report id first even where it is 0. */
  #written(bytes: Uint8Array): void {
    const [id, ...data] = bytes;
    if (id !== 0 || data.length !== 64)
      throw new Error(`an output report of ${bytes.length} bytes, beginning ${id}`);
    this.#device.written(Uint8Array.from(data));
  }
}

const USAGE_PAGE = 0x05;
const USAGE_PAGE_2 = 0x06;
const USAGE = 0x09;
const COLLECTION = 0xa1;
const END = 0xc0;
const LOGICAL_MIN_0 = [0x15, 0x00];
const LOGICAL_MAX_255 = [0x26, 0xff, 0x00];
const SIZE = 0x75;
const COUNT = 0x95;
const INPUT = 0x81;
const OUTPUT_ITEM = 0x91;
const REPORT_ID = 0x85;
const VARIABLE = 0x02;

/** Vendor page FF00: 64 bytes in and 64 out, without report ids. */
export const VENDOR_DESCRIPTOR: readonly number[] = [
  [USAGE_PAGE_2, 0x00, 0xff, USAGE, 0x01, COLLECTION, 0x01],
  [...LOGICAL_MIN_0, ...LOGICAL_MAX_255, SIZE, 8, COUNT, 64],
  [USAGE, 0x02, INPUT, VARIABLE],
  [USAGE, 0x03, OUTPUT_ITEM, VARIABLE],
  [END],
].flat();

/** Bar code scanner (8C/02): reports of 63 bytes behind their id 2. */
export const HID_POS_DESCRIPTOR: readonly number[] = [
  [USAGE_PAGE, 0x8c, USAGE, 0x02, COLLECTION, 0x01],
  [USAGE, 0x12, COLLECTION, 0x02, REPORT_ID, 0x02],
  [...LOGICAL_MIN_0, ...LOGICAL_MAX_255, SIZE, 8, COUNT, 63],
  [USAGE, 0xfe, INPUT, VARIABLE],
  [END, END],
].flat();

/** Boot keyboard (01/06): modifiers, a reserved byte, six keys (HID 1.11, appendix B.1, without its LEDs). */
export const KEYBOARD_DESCRIPTOR: readonly number[] = [
  [USAGE_PAGE, 0x01, USAGE, 0x06, COLLECTION, 0x01],
  [USAGE_PAGE, 0x07, 0x19, 0xe0, 0x29, 0xe7, ...LOGICAL_MIN_0, 0x25, 0x01],
  [SIZE, 1, COUNT, 8, INPUT, VARIABLE],
  [SIZE, 8, COUNT, 1, INPUT, 0x01],
  [0x19, 0x00, 0x29, 0xff, ...LOGICAL_MAX_255, SIZE, 8, COUNT, 6, INPUT, 0x00],
  [END],
].flat();
