/** What is counted, and what has not arrived. */
export const count = {
  'count.lacking': 'station {station}, numbers {numbers}',
  'count.lacking-before': 'station {station}, its journal before, numbers {numbers}',
} as const;
