/** What a dialect of a maker's local service is to whoever asks it; one file per dialect implements this. */
import type { Reading } from '#shared/reading.ts';

import type { CardFault } from '../sdt/card-text.ts';

/** What a service says when its reader is to be opened. */
export type OpenAnswer = { answer: 'open' | 'no-reader' } | NoOpenOrReadAnswer;

/** `other`: a message about something else, the answer is still to come; `strange`: nothing this dialect has. */
type NoOpenOrReadAnswer = { answer: 'other' | 'strange' };

/** What a service says when a card is to be read. */
export type ReadAnswer =
  | { answer: 'reading'; reading: Reading }
  /** A card was read, and what it gave is no reading. */
  | { answer: 'fault'; code: CardFault }
  /**
   * No card, or a card that could not be read: which of the two the services' codes do not say, so nobody is told
   * "your card failed". `unsure`: a code never seen for an empty reader, so the reader itself may have gone.
   */
  | { answer: 'no-card'; unsure: boolean }
  /** The service runs and says that it has no reader. */
  | { answer: 'no-reader' }
  | NoOpenOrReadAnswer;

export interface ServiceCodec {
  maker: string;
  /** Where the maker's installation listens; `http:` or `ws:`, always this machine. */
  at: string;
  /** A path (http:) or a message (ws:) that makes the service open its reader; null where it does so by itself. */
  openRequest: string | null;
  /** A path or a message that reads the card lying there, if any. */
  readRequest: string;
  /** How often an idle reader is opened anew, which is how its loss is noticed; null where that is not known to be harmless. */
  openAgainMs: number | null;
  /** Never throws, whatever came. */
  decodeOpened(text: string): OpenAnswer;
  /** Never throws, whatever came. */
  decodeRead(text: string): ReadAnswer;
}
