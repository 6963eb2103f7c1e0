/**
 * noise: no preamble; length, checksum: a frame that is none; cut-off: a frame begun and not ended in time;
 * unexpected: a good frame nobody had asked for.
 */
export type DiscardReason = 'noise' | 'length' | 'checksum' | 'cut-off' | 'unexpected';

export interface Discard {
  type: 'discarded';
  reason: DiscardReason;
  bytes: number;
}
