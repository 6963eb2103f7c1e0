import type { SdtCommand } from './sdt-commands.ts';
import type { SdtReply } from './sdt-status.ts';

/** Two lengths and a text block: no content of a card is shorter. */
const CONTENT_BYTES_MIN = 4 + 256;
const SAM_ID_BYTES = 16;
const FOUND_BYTES = 4;
const SELECTED_BYTES = 8;
const ADDRESS_BYTES = 70;

const isContent = (bytes: number): boolean => bytes >= CONTENT_BYTES_MIN;
const isBare = (bytes: number): boolean => bytes === 0;

/** How many bytes of data stand behind 90 in answer to each command (reader-protocols.md 1.3). */
const IS_LENGTH_OF: Readonly<Record<SdtCommand, (bytes: number) => boolean>> = {
  'reset-sam': isBare,
  // Clones say more than the nothing the protocol has.
  'sam-status': (bytes) => bytes <= SAM_ID_BYTES,
  'sam-id': (bytes) => bytes === SAM_ID_BYTES,
  // Of modules that say 90 where they should say 9F.
  'find-card': (bytes) => bytes === FOUND_BYTES,
  'select-card': (bytes) => bytes <= SELECTED_BYTES,
  'read-card': isContent,
  'read-card-with-fingerprint': isContent,
  // At most four.
  'read-appended-addresses': (bytes) => bytes % ADDRESS_BYTES === 0 && bytes <= 4 * ADDRESS_BYTES,
  'read-management-number': (bytes) => bytes >= SELECTED_BYTES && bytes < CONTENT_BYTES_MIN,
  'set-baud-115200': isBare,
  'set-baud-57600': isBare,
  'set-baud-38400': isBare,
  'set-baud-19200': isBare,
  'set-baud-9600': isBare,
  'set-rf-frame-80': isBare,
};

/**
 * Whether a reply has the form of an answer to `command`: the protocol has no request numbers, but 9F answers a search and
 * nothing else, and behind 90 stand as many bytes as the command has. An error may answer anything.
 */
export function mayAnswer(command: SdtCommand, { status, data }: SdtReply): boolean {
  if (status === 'card-found') return command === 'find-card';
  return status !== 'ok' || IS_LENGTH_OF[command](data.length);
}
