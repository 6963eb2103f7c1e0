import { message, type Message } from './message.ts';

/** How messages stand one behind another: apart by a space or what a language has for it, by a comma, by a semicolon. */
type Link = 'count.and' | 'list.comma' | 'count.semicolon';

/** Messages one behind another, without those that say nothing; null: none says anything. */
export function chained(link: Link, messages: readonly (Message | null)[]): Message | null {
  const said = messages.filter((each) => each !== null);
  return said.length === 0 ? null : said.reduce((one, more) => message(link, { one, more }));
}

/** A message, and behind it those that say something. */
export const followed = (link: Link, first: Message, more: readonly (Message | null)[]): Message =>
  chained(link, [first, ...more]) ?? first;
