/** What is counted, and what has not arrived. */
export const count = {
  'count.lacking': '{station}号台第 {numbers} 条',
  'count.lacking-before': '{station}号台前一份记录第 {numbers} 条',
} as const;
