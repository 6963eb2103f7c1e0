import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';

import type { Clock } from '#shared/clock.ts';

import {
  ANSWER_BYTES_MAX,
  errorCode,
  type LineAnswer,
  type LoopbackAddress,
  type Question,
  type ServiceLine,
} from './service-line.ts';
import { textOf } from './service-text.ts';
import type { DiscardReason } from '../port/discard.ts';

/**
 * Asks a service by GET, a connection a question. Made with node:http, because fetch follows redirects and proxies of
 * the environment, and its answer has no bound; none of that may stand between a card and this machine.
 */
export function httpLine(address: LoopbackAddress, clock: Clock): ServiceLine {
  return new HttpLine(address, clock);
}

class HttpLine implements ServiceLine {
  readonly #address: LoopbackAddress;
  readonly #clock: Clock;
  #isEnded = false;
  #abandon: (() => void) | null = null;

  constructor(address: LoopbackAddress, clock: Clock) {
    this.#address = address;
    this.#clock = clock;
  }

  ask<T>(question: Question<T>): Promise<LineAnswer<T>> {
    if (this.#abandon !== null) throw new Error('a question while another waits');
    if (this.#isEnded) return Promise.resolve({ outcome: 'lost', code: 'ended' });
    return new Promise((resolve) => {
      const request = get(this.#address, question.request);
      let isSettled = false; // What a request that was given up still tells must not touch the next question.
      const settle = (answer: LineAnswer<T>) => {
        if (isSettled) return;
        isSettled = true;
        this.#abandon = null;
        cancelTimeout();
        request.destroy();
        resolve(answer);
      };
      this.#abandon = () => settle({ outcome: 'lost', code: 'ended' });
      const cancelTimeout = this.#clock.timer(question.timeoutMs, () => settle({ outcome: 'silent' }));
      request.on('error', (error) => settle(failureOf(errorCode(error))));
      request.on('response', (response) => {
        collect(response, (body) => settle(answerOf(body, question)));
      });
    });
  }

  end(): void {
    this.#isEnded = true;
    this.#abandon?.();
  }
}

function get(address: LoopbackAddress, path: string): ClientRequest {
  const request = httpRequest({
    host: address.host,
    port: address.port,
    path,
    method: 'GET',
    // No pool: a service that was restarted never sees a connection of its former life.
    agent: false,
    // The makers' small servers were tried with browsers, which forgive a malformed header line.
    insecureHTTPParser: true,
    headers: { accept: 'application/json', connection: 'close' },
  });
  request.end();
  return request;
}

type Body = { ok: true; bytes: Uint8Array } | { ok: false; reason: DiscardReason; bytes: number };

/** The whole body, or why it cannot be one; `done` is called once. */
function collect(response: IncomingMessage, done: (body: Body) => void): void {
  const status = response.statusCode ?? 0;
  // A redirect is refused here too: nobody else is asked.
  if (status < 200 || status > 299) return done({ ok: false, reason: 'unexpected', bytes: 0 });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  response.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) done({ ok: false, reason: 'length', bytes });
    else chunks.push(chunk);
  });
  response.on('end', () => {
    if (response.complete) done({ ok: true, bytes: new Uint8Array(Buffer.concat(chunks)) });
    else done({ ok: false, reason: 'cut-off', bytes });
  });
  response.on('error', () => done({ ok: false, reason: 'cut-off', bytes }));
}

/** Only when nobody listens the service has gone; a connection that breaks is one answer lost. */
function failureOf(code: string): LineAnswer<never> {
  return code === 'ECONNREFUSED'
    ? { outcome: 'lost', code }
    : { outcome: 'unusable', reason: 'cut-off', bytes: 0 };
}

function answerOf<T>(body: Body, question: Question<T>): LineAnswer<T> {
  if (!body.ok) return { outcome: 'unusable', reason: body.reason, bytes: body.bytes };
  const value = question.decode(textOf(body.bytes));
  return value === null
    ? { outcome: 'unusable', reason: 'unexpected', bytes: body.bytes.length }
    : { outcome: 'answer', value };
}
