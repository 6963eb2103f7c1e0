import type { Reading } from '#shared/reading.ts';
import type { Words } from '#shared/words.ts';

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
  /** Told once per loss and reason, not per try; `detail` is in the system's words. */
  | { event: 'reader-gone'; reason: ReaderGoneReason; detail: string }
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

export interface FaultMeaning extends Words {
  handling: StatusHandling;
}

const OTHER_FAULTS = {
  'no-card-any-more': { handling: 'lift', zh: '卡被移开', en: 'the card was taken away' },
  'no-answer': { handling: 'lift', zh: '读卡器未应答', en: 'no answer' },
  'number-format': {
    handling: 'lift',
    zh: '卡号格式不符,请核对读卡器设置',
    en: 'not a number of the format this reader is set to',
  },
  'foreign-answer': {
    handling: 'service',
    zh: '读卡器的应答不合规程,请换一台读卡器',
    en: 'its answers are not of the ID-card protocol: use another reader',
  },
  'card-remembered': {
    handling: 'note',
    zh: '读卡器总说卡还在;照常刷卡,下一张放稳一秒',
    en: 'this reader always says that a card lies there; go on, and keep the next card still for a second',
  },
  'damaged-answer': { handling: 'lift', zh: '读卡器应答损坏', en: 'the answer was damaged on the line' },
} as const satisfies Record<string, FaultMeaning>;

/** `handling` 'lift' is the person's to mend (place the card again), 'enter' is staff's (by hand), 'service' nobody's there. */
export function faultMeaning(code: ReaderFaultCode): FaultMeaning {
  if (code in CARD_FAULTS) return CARD_FAULTS[code as CardFault];
  if (code in OTHER_FAULTS) return OTHER_FAULTS[code as keyof typeof OTHER_FAULTS];
  return meaningOf(code as SdtStatus);
}
