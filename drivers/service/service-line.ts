import type { DiscardReason } from '../port/discard.ts';

/** How requests reach a maker's service and answers come back: one interface for HTTP and WebSocket. */

/**
 * An answer holds a photo and perhaps fingerprints in base64, 60 to 120 KB; what is larger by far is no answer, and
 * memory must not grow with it.
 */
export const ANSWER_BYTES_MAX = 512 * 1024;

export type LineAnswer<T> =
  | { outcome: 'answer'; value: T }
  | { outcome: 'silent' }
  /** Something came that cannot be an answer. */
  | { outcome: 'unusable'; reason: DiscardReason; bytes: number }
  /** Nobody listens there (any more), or `end` was called; `code` is the system's (ECONNREFUSED). */
  | { outcome: 'lost'; code: string };

export interface Question<T> {
  /** A path (HTTP) or a message (WebSocket). */
  request: string;
  /** Null: the text belongs to something else, and the answer is still to come. */
  decode: (text: string) => T | null;
  /** From the question to its answer, connecting included. */
  timeoutMs: number;
}

/** One at a time: a question while another waits is a mistake of the caller. */
export interface ServiceLine {
  ask<T>(question: Question<T>): Promise<LineAnswer<T>>;
  /** Closes; a question that waits settles as lost. */
  end(): void;
}

/** Where a maker's service listens on this machine, by its port in the table; a test has its own ports in place of them. */
export type ServicePort = (port: number) => number;

export interface LoopbackAddress {
  protocol: 'http' | 'ws';
  host: '127.0.0.1' | '::1';
  port: number;
}

/**
 * `http://127.0.0.1:PORT` or `ws://127.0.0.1:PORT`, else null. A card's content is asked of this machine alone, so any other
 * host is refused by its name, before anything is looked up; `localhost` is taken for 127.0.0.1 without asking.
 */
export function parseServiceAddress(at: string): LoopbackAddress | null {
  const parts = /^(http|ws):\/\/(127\.0\.0\.1|localhost|\[::1\]):([0-9]{1,5})\/?$/.exec(at);
  if (parts === null) return null;
  const [, protocol, host, digits] = parts;
  const port = Number(digits);
  if (port === 0 || port > 65_535) return null;
  return {
    protocol: protocol === 'ws' ? 'ws' : 'http',
    host: host === '[::1]' ? '::1' : '127.0.0.1',
    port,
  };
}

/** The system's code of an error, never its message: that could quote what came over the line. */
export function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
