import type { z } from 'zod';
import { problemSchema, type RowError } from '#shared/contract/http.ts';
import { wordsOf } from '#shared/error-words.ts';
import type { Words } from '#shared/words.ts';
import type { EdgeClock } from './edge-clock.ts';

/**
 * An answer of the edge that is not the thing asked for, in words. `status` 0: there was no answer at all. `errors` name
 * rows and columns of a file, or fields of a body.
 */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly errors: readonly RowError[];
  constructor(problem: {
    status: number;
    code: string;
    zh: string;
    en: string;
    errors: readonly RowError[];
  }) {
    super(`${problem.code}: ${problem.en}`);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.code = problem.code;
    this.zh = problem.zh;
    this.en = problem.en;
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
      zh: `主机的回答看不懂(${path},${at}),请刷新页面`,
      en: `The edge gave an answer this page cannot read (${path}, ${at}): reload.`,
    });
  }
}

const NO_ANSWER = {
  status: 0,
  code: 'no-answer',
  zh: '连不上主机,请检查网线后再试',
  en: 'The edge does not answer: check the network and try again.',
  errors: [],
};

function problemOf(status: number, json: unknown): ProblemError {
  const parsed = problemSchema.safeParse(json);
  if (!parsed.success)
    return new ProblemError({
      status,
      code: `http-${status}`,
      zh: `主机回答 ${status},请再试或告诉管理员`,
      en: `The edge answered ${status}.`,
      errors: [],
    });
  const { code, title, detail, errors = [] } = parsed.data;
  return new ProblemError({ status, code, zh: title, en: detail, errors });
}

/** Anything thrown, in words a person can act on. */
export function problemWords(error: unknown): Words {
  if (error instanceof ProblemError) return { zh: error.zh, en: error.en };
  const text = wordsOf(error);
  return { zh: `页面出错:${text}`, en: `The page failed: ${text}` };
}

function parseJson(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema accepts undefined: the caller reports an unreadable answer
  }
}
