import { message, type Message } from '#shared/language/message.ts';

/**
 * Events a journal may be ahead of what is held of it. A kiosk that took a swipe every second, day and night, would need
 * sixteen weeks without the edge to come so far; a head beyond it is a fault or a lie, and would keep rounds from being
 * complete for numbers that nobody ever made.
 */
export const HEAD_AHEAD_MAX = 10_000_000;

/** Can a journal of which events up to `held` are here have this head? */
export function isPossibleHead(head: number, held: number): boolean {
  return head - held <= HEAD_AHEAD_MAX;
}

/** For people; `field` is the member of the message that says so. */
export function impossibleHead(field: string, head: number): Message {
  return message('edge-answer.impossible-head', { field, head });
}
