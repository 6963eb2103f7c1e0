/**
 * noise: no preamble; length, checksum: a frame that is none; cut-off: a frame begun and not ended in time;
 * unexpected: a good frame nobody had asked for; late: the answer to a question that had been given up.
 */
export type DiscardReason = 'noise' | 'length' | 'checksum' | 'cut-off' | 'unexpected' | 'late';

export interface Discard {
  type: 'discarded';
  reason: DiscardReason;
  bytes: number;
}
