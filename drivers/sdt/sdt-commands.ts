import { encodeFrame } from './sdt-frame.ts';

/** What we may ask a module (reader-protocols.md 1.3), as CMD PARA DATA. */
export const SDT_COMMANDS = {
  'reset-sam': [0x10, 0xff],
  'sam-status': [0x11, 0xff],
  'sam-id': [0x12, 0xff],
  'find-card': [0x20, 0x01],
  'select-card': [0x20, 0x02],
  'read-card': [0x30, 0x01],
  'read-card-with-fingerprint': [0x30, 0x10],
  'read-appended-addresses': [0x30, 0x03],
  'read-management-number': [0x30, 0x05],
  'set-baud-115200': [0x60, 0x00],
  'set-baud-57600': [0x60, 0x01],
  'set-baud-38400': [0x60, 0x02],
  'set-baud-19200': [0x60, 0x03],
  'set-baud-9600': [0x60, 0x04],
  'set-rf-frame-80': [0x61, 0xff, 0x50],
} as const;

export type SdtCommand = keyof typeof SDT_COMMANDS;

/** The rates a module can be set to, which it remembers; the factory's own first. */
export const SDT_BAUD_RATES = [115_200, 57_600, 38_400, 19_200, 9_600] as const;

/** The whole request frame of a command. */
export function encodeCommand(command: SdtCommand): Uint8Array {
  return encodeFrame(Uint8Array.from(SDT_COMMANDS[command]));
}
