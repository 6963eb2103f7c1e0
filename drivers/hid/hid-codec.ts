import type { Discard } from '../port/discard.ts';

/** All three profiles have reports of this size and no report id (reader-protocols.md 1.2). */
export const REPORT_BYTES = 64;

/** What a report held: bytes of the SDT stream, or nothing of use. */
export type HidOutput = { type: 'bytes'; bytes: Uint8Array } | Discard;

/** How one make of reader carries SDT frames in HID reports. Pure; the state is the object's own. */
export interface HidCodec {
  /** The output reports, 64 bytes each and without id, that carry one request frame. */
  encode(frame: Uint8Array): Uint8Array[];
  /** Takes the next input report. */
  decode(report: Uint8Array): HidOutput[];
}

/** One report beginning with `parts`, the rest zero. */
export function reportOf(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const report = new Uint8Array(REPORT_BYTES);
  let at = 0;
  for (const part of parts) {
    report.set(part, at);
    at += part.length;
  }
  return report;
}
