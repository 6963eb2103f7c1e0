/** A site lead with a script: the edge's HTTP as docs/http.md has it, answers as they come. */
import { z } from 'zod';

const openedSchema = z.looseObject({ token: z.string() });
type Body = Record<string, unknown> | readonly Record<string, unknown>[];

export class LeadClient {
  readonly url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.url = url;
    this.#token = token;
  }

  static async setUp(
    url: string,
    account: { code: string; name: string; password: string },
  ): Promise<LeadClient> {
    return LeadClient.#open(url, '/setup', account);
  }

  static async logIn(url: string, account: { name: string; password: string }): Promise<LeadClient> {
    return LeadClient.#open(url, '/session', account);
  }

  static async #open(url: string, at: string, account: Body): Promise<LeadClient> {
    const response = await ask(url, null, 'POST', at, account);
    return new LeadClient(url, openedSchema.parse(await response.json()).token);
  }

  /** Of an edge started anew elsewhere, with the same session. */
  at(url: string): LeadClient {
    return new LeadClient(url, this.#token);
  }

  async get<S extends z.ZodType>(at: string, schema: S): Promise<z.infer<S>> {
    return schema.parse(await (await ask(this.url, this.#token, 'GET', at, null)).json());
  }

  async text(at: string): Promise<string> {
    return (await ask(this.url, this.#token, 'GET', at, null)).text();
  }

  async remove(at: string): Promise<void> {
    await ask(this.url, this.#token, 'DELETE', at, null);
  }

  async send<S extends z.ZodType>(
    method: 'POST' | 'PUT',
    at: string,
    body: Body,
    schema: S,
  ): Promise<z.infer<S>> {
    return schema.parse(await (await ask(this.url, this.#token, method, at, body)).json());
  }
}

async function ask(
  url: string,
  token: string | null,
  method: string,
  at: string,
  body: Body | null,
): Promise<Response> {
  const response = await fetch(`${url}/api/v1${at}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${at}: ${response.status} ${await response.text()}`);
  return response;
}
