/** Closed list of how a swipe or unreadable card in or beside a tube stands, with the key of its words. */
export const TUBE_STANDING_WORDS = {
  voided: 'swipe.voided',
  'on-roster': 'column.on-roster',
  'walk-in': 'cell.walk-in',
  'unread-sampled': 'swipe.unread-sampled',
  'unread-settled': 'swipe.unread-settled',
  'unread-open': 'swipe.unread-open',
} as const;
export type TubeStanding = keyof typeof TUBE_STANDING_WORDS;
export const TUBE_STANDINGS = Object.keys(TUBE_STANDING_WORDS) as [TubeStanding, ...TubeStanding[]];
