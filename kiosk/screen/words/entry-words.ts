/** Words about what staff typed: why a number cannot be right, and what to look at again. */
import type { TYPED_DOCUMENTS } from '#shared/event/credential.ts';
import { message } from '#shared/language/message.ts';
import { EARLIER_CODE_DIGITS, OPENING_CODE_DIGITS } from '#shared/opening-code.ts';

/** In the order of their digits. */
export const DOCUMENT_TYPES = [
  'PASSPORT',
  'HK-MACAO',
  'TAIWAN',
  'TEMPORARY',
  'OTHER',
] as const satisfies readonly (typeof TYPED_DOCUMENTS)[number][];

export const ENTRY_FAULTS = {
  empty: message('entry-fault.empty'),
  tubeCode: message('entry-fault.tube-code'),
  openingCode: message('entry-fault.opening-code', { all: OPENING_CODE_DIGITS, old: EARLIER_CODE_DIGITS }),
  swabbed: message('entry-fault.swabbed'),
  notListed: message('entry-fault.not-listed'),
  moveCount: message('entry-fault.move-count'),
  nameDigits: message('entry-fault.name-digits'),
  nameless: message('entry-fault.nameless'),
  phone: message('entry-fault.phone'),
  pairing: message('entry-fault.pairing'),
  address: message('entry-fault.address'),
  scannerSetting: message('entry-fault.scanner-setting'),
  scanCut: message('entry-fault.scan-cut'),
} as const;
