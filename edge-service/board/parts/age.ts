import { message, type Message } from '#shared/language/message.ts';

/** How long ago, in words a table can hold: `8 秒`, `12 分`, `3 小时`. */
export function age(ms: number): Message {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return message('time.seconds', { n: s });
  if (s < 3600) return message('time.minutes', { n: Math.floor(s / 60) });
  return message('time.hours', { n: Math.floor(s / 3600) });
}
