import type { HidProfile } from '#drivers/hid/hid-sdt.ts';

/**
 * The device's side of each HID profile, written from reader-protocols.md 1.2 and not with the driver's codecs, so that one
 * proves the other.
 */
export interface HidWrapper {
  /** The SDT bytes an output report (64 bytes, without its id) brings. */
  unwrap(report: Uint8Array): Uint8Array;
  /** The input reports that carry what the module has sent at once. */
  wrap(bytes: Uint8Array): Uint8Array[];
}

export const REPORT_BYTES = 64;

export function hidWrapper(profile: HidProfile): HidWrapper {
  return { raw64, miaxis, dk }[profile]();
}

function raw64(): HidWrapper {
  return {
    unwrap: (report) => {
      // A request's own length says where the zeros begin.
      const length = 7 + ((report[5]! << 8) | report[6]!);
      return report.slice(0, length);
    },
    wrap: (bytes) => slices(bytes, REPORT_BYTES).map(padded),
  };
}

const MIAXIS_DATA_MAX = 54;

function miaxis(): HidWrapper {
  let exchanges = 0;
  return {
    unwrap: (report) => {
      const [flag, , , low = 0, high = 0, command] = report;
      const length = low + 256 * high;
      const sum = low + high + report.slice(5, 5 + length).reduce((total, byte) => total + byte, 0);
      const sumSent = report[5 + length]! + 256 * report[6 + length]!;
      if (flag !== 0x88 || command !== 0xb1 || sum !== sumSent) throw new Error('not a Miaxis request');
      return report.slice(6, 5 + length);
    },
    wrap: (bytes) => {
      exchanges += 1;
      return slices(bytes, MIAXIS_DATA_MAX).map((piece, i) => {
        const length = piece.length + 3;
        const counted = [length & 0xff, length >> 8, 0, i + 1, 0, ...piece];
        const sum = counted.reduce((total, byte) => total + byte, 0);
        return padded([0xaa, exchanges & 0xff, 0, ...counted, sum & 0xff, (sum >> 8) & 0xff]);
      });
    },
  };
}

const DK_FIRST_DATA_MAX = 59;
const DK_NEXT_DATA_MAX = 62;

function dk(): HidWrapper {
  return {
    unwrap: (report) => {
      const [used = 0, kind, command] = report;
      if (kind !== 0x00 || command !== 0x34) throw new Error('not a DK request of one part');
      return report.slice(3, 1 + used);
    },
    wrap: (bytes) => {
      const rest = slices(bytes.subarray(DK_FIRST_DATA_MAX), DK_NEXT_DATA_MAX);
      const first = [rest.length, 0x34, 0x90, 0x00, ...bytes.subarray(0, DK_FIRST_DATA_MAX)];
      const parts = [first, ...rest.map((piece, i) => [0xc0 | (i + 1), ...piece])];
      return parts.map((part) => padded([part.length, ...part]));
    },
  };
}

/** What a DK reader says of a command it could not carry out. */
export const DK_REFUSAL = padded([4, 0x00, 0x34, 0x6e, 0x81]);

function slices(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
}

/** A whole report, the rest zeros. */
export function padded(bytes: Iterable<number>): Uint8Array {
  const report = new Uint8Array(REPORT_BYTES);
  report.set([...bytes]);
  return report;
}
