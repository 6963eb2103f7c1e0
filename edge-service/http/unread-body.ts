import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Clock } from '#shared/clock.ts';
import { littered } from '#shared/node/cleared-heap.ts';

/** What a request brings as JSON; a file has the bound of its readers (tables/table-file.ts). */
export const JSON_BYTES_MAX = 64 * 1024;
/** A client that still sends when it is refused is listened to this long, because closing at once would cut its answer off. */
const LINGER_MS = 1000;
/** A person who has logged in and sends a file that is too large: a browser reads the answer when it has sent all. */
const LINGER_LOGGED_IN_MS = 30_000;

/** True when the body of a request has not come in whole. */
export function isUnread(request: IncomingMessage): boolean {
  return !request.complete;
}

/**
 * An answer to a request whose body nobody will read: the text at once; its end, and with it the connection's, when the
 * client has stopped sending. What comes meanwhile is thrown away as it comes.
 */
export function lingeringAnswer(
  request: IncomingMessage,
  text: string,
  { clock, loggedIn }: { clock: Clock; loggedIn: boolean },
): Readable {
  const answer = new Readable({ read: () => undefined });
  const end = (): void => {
    cancel();
    if (!answer.readableEnded && !answer.destroyed) answer.push(null);
    request.off('end', end).off('close', end);
  };
  const cancel = clock.timer(loggedIn ? LINGER_LOGGED_IN_MS : LINGER_MS, end);
  answer.push(text);
  request.once('end', end).once('close', end);
  request.on('data', (piece: Uint8Array) => littered(piece.length));
  request.resume();
  return answer;
}
