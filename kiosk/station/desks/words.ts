import type { ReaderGoneReason } from '#drivers/reader/reader-event.ts';
import { listed, message, type Message, type Text } from '#shared/language/message.ts';
import type { TubePattern } from '#shared/tube-pattern.ts';

/** Longer words of a system are a stack or a path that says nothing more to whoever stands at the table. */
const DETAIL_LENGTH_MAX = 120;

/** Why a reader does not work, and what to do; null where plugging it in again is all there is to say. */
export function readerGoneWords(reason: ReaderGoneReason, detail: Text): Message | null {
  switch (reason) {
    case 'cannot-open':
      return message('reader-gone.cannot-open', {
        detail: typeof detail === 'string' ? detail.slice(0, DETAIL_LENGTH_MAX) : detail,
      });
    case 'no-answer':
      return message('reader-gone.no-answer');
    case 'hung':
      return message('reader-gone.hung');
    case 'disconnected':
      return null;
  }
}

/** How a tube code of this round looks, for whoever gave another. */
export function patternWords({ length, prefix, check }: TubePattern): Message {
  const parts: Message[] = [];
  if (length !== null) parts.push(message('tube-pattern.length', { n: length }));
  if (prefix !== '') parts.push(message('tube-pattern.prefix', { prefix }));
  if (check !== 'none') parts.push(message('tube-pattern.check'));
  return message('refusal.unlike-pattern', { pattern: listed('list.comma', parts) ?? '' });
}
