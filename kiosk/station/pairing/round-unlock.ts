import type { CommandReply } from '#shared/contract/kiosk-screen.ts';
import { ACCEPTED, refusal } from '../desks/desk.ts';
import type { RoundBook } from '../books/round-book.ts';

/** The opening code typed at a start without the edge: accepted when it opens at least one round. */
export async function unlockRounds(book: RoundBook, digits: string): Promise<CommandReply> {
  const locked = book.rounds.some(({ round }) => book.keyOf(round) === null);
  if (!locked) return refusal('code-not-needed');
  const opened = await book.unlock(digits);
  return opened > 0 ? ACCEPTED : refusal('code-wrong');
}
