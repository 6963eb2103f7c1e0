import { stampText } from '../site-time.ts';
import { message, type Message } from './message.ts';

/** `1月24日 20:05`, `24 January 20:05` */
export const dayAndTimeMessage = (at: number): Message => message('time.day-and-time', { at });

/** `09:12` of today, `1月23日 09:12` of another day. */
export function whenMessage(at: number, now: number): Message {
  const sameDay = stampText(at).slice(0, 10) === stampText(now).slice(0, 10);
  return sameDay ? message('time.clock', { at }) : dayAndTimeMessage(at);
}
