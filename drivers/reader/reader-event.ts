import type { Reading } from '#shared/reading.ts';
import { message, type Message, type Text } from '#shared/language/message.ts';

import { CARD_FAULTS, type CardFault } from '../sdt/card-text.ts';
import { type SdtStatus, type StatusHandling, meaningOf } from '../sdt/sdt-status.ts';
import type { DiscardReason } from '../port/discard.ts';

/** What goes wrong with a card or a module that answers; `faultMeaning` has handling and words of each. */
export type ReaderFaultCode =
  | Exclude<SdtStatus, 'ok' | 'card-found' | 'absent' | 'no-card'>
  | CardFault
  | 'no-card-any-more'
  | 'no-answer'
  | 'damaged-answer'
  | 'foreign-answer'
  | 'card-remembered'
  | 'number-format';

/** Why a reader does not work at all; it is tried again without end. */
export type ReaderGoneReason = 'cannot-open' | 'no-answer' | 'disconnected' | 'hung';

/** Everything a reader tells. */
export type ReaderEvent =
  /** It answers; `baudRate` is null over TCP. */
  | { event: 'reader-ready'; baudRate: number | null }
  /** Told once per loss and reason, not per try; `detail` says more: a message, or the system's words. */
  | { event: 'reader-gone'; reason: ReaderGoneReason; detail: Text }
  /**
   * A card was found and is being read: it must not be moved. A reading or a fault follows. Not told of a card that
   * took another's place within a look or two, nor when a failed card is tried again.
   */
  | { event: 'card-present' }
  | { event: 'reading'; reading: Reading }
  /** A card's physical number, 16 upper-case hex digits (reader-protocols.md 4). It names the plastic, not the person. */
  | { event: 'physical-number'; number: string }
  /** What a scanner sent, without its suffix; whether it is a tube code is judged above. */
  | { event: 'scan'; text: string }
  /** The card of the last reading or fault has gone; after a fault a reading may come first. */
  | { event: 'removed' }
  /** At most once per card laid down. */
  | { event: 'fault'; code: ReaderFaultCode }
  | { event: 'discarded'; reason: DiscardReason; bytes: number };

export interface FaultMeaning {
  handling: StatusHandling;
  words: Message;
}

const OTHER_FAULTS = {
  'no-card-any-more': { handling: 'lift' },
  'no-answer': { handling: 'lift' },
  'number-format': {
    handling: 'lift',
  },
  'foreign-answer': {
    handling: 'service',
  },
  'card-remembered': {
    handling: 'note',
  },
  'damaged-answer': { handling: 'lift' },
} as const satisfies Record<string, Pick<FaultMeaning, 'handling'>>;

/** `handling` 'lift' is the person's to mend (place the card again), 'enter' is staff's (by hand), 'service' nobody's there. */
export const faultMeaning = (code: ReaderFaultCode): FaultMeaning => ({
  handling: handlingOf(code),
  words: message(`reader-fault.${code}`),
});

function handlingOf(code: ReaderFaultCode): StatusHandling {
  if (code in CARD_FAULTS) return CARD_FAULTS[code as CardFault].handling;
  if (code in OTHER_FAULTS) return OTHER_FAULTS[code as keyof typeof OTHER_FAULTS].handling;
  return meaningOf(code as SdtStatus).handling;
}
