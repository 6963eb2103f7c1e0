import type { z } from 'zod';
import { problemSchema, type RowError } from '#shared/contract/http.ts';
import { wordsOf } from '#shared/error-words.ts';
import { message } from '#shared/language/message.ts';
import { sentence } from '#shared/language/sentence.ts';
import type { Words } from '#shared/words.ts';
import type { EdgeClock } from './edge-clock.ts';

/**
 * An answer of the edge that is not the thing asked for, in words. `status` 0: there was no answer at all. `errors` name
 * rows and columns of a file, or fields of a body.
 */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly words: Words;
  readonly errors: readonly RowError[];
  constructor(problem: { status: number; code: string; words: Words; errors: readonly RowError[] }) {
    super(`${problem.code}: ${problem.words.en}`);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.code = problem.code;
    this.words = problem.words;
    this.errors = problem.errors;
  }
}

export type Body = { json: unknown } | { file: Blob; type: string } | null;

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** Asks the edge over HTTP and parses every answer; keeps `clock` with the edge's time. */
export class EdgeClient {
  readonly #clock: EdgeClock;
  constructor(clock: EdgeClock) {
    this.#clock = clock;
  }

  get = <T>(path: string, answer: z.ZodType<T>): Promise<T> => this.#ask('GET', path, null, answer);
  send = <T>(method: Method, path: string, body: Body, answer: z.ZodType<T>): Promise<T> =>
    this.#ask(method, path, body, answer);

  /** Throws `ProblemError` for anything but a good answer of the shape expected. */
  async #ask<T>(method: Method, path: string, body: Body, answer: z.ZodType<T>): Promise<T> {
    const type = body === null ? null : 'json' in body ? 'application/json' : body.type;
    const payload = body === null ? null : 'json' in body ? JSON.stringify(body.json) : body.file;
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        credentials: 'same-origin',
        headers: { accept: 'application/json', ...(type !== null && { 'content-type': type }) },
        ...(payload !== null && { body: payload }),
      });
    } catch {
      throw new ProblemError(NO_ANSWER);
    }
    this.#clock.note(response.headers.get('date'));
    const text = await response.text();
    const json = parseJson(text);
    if (!response.ok) throw problemOf(response.status, json);
    const parsed = answer.safeParse(json);
    if (parsed.success) return parsed.data;
    const at = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new ProblemError({
      status: response.status,
      errors: [],
      code: 'unreadable-answer',
      words: sentence(message('machine.edge-answer-unread-at', { path, at })),
    });
  }
}

const NO_ANSWER = {
  status: 0,
  code: 'no-answer',
  words: sentence(message('machine.edge-no-answer')),
  errors: [],
};

function problemOf(status: number, json: unknown): ProblemError {
  const parsed = problemSchema.safeParse(json);
  if (!parsed.success)
    return new ProblemError({
      status,
      code: `http-${status}`,
      words: sentence(message('machine.edge-answered', { status })),
      errors: [],
    });
  const { code, title, detail, key, parameters, errors = [] } = parsed.data;
  const words = { key, parameters, zh: title, en: detail };
  return new ProblemError({ status, code, words, errors });
}

/** Anything thrown, in words a person can act on. */
export function problemWords(error: unknown): Words {
  if (error instanceof ProblemError) return error.words;
  return sentence(message('machine.page-failed', { what: wordsOf(error) }));
}

function parseJson(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema accepts undefined: the caller reports an unreadable answer
  }
}
