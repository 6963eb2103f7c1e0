import type { z } from 'zod';
import {
  httpDiscrepancySchema,
  httpTubeSchema,
  ladderSchema,
  listOf,
  madeEventSchema,
  missingSchema,
  openedSessionSchema,
  pairingSchema,
  roundSchema,
  type RoundRequest,
} from '#shared/contract/http.ts';
import type { RoundState } from '#shared/round.ts';
import type { RoundId } from '#shared/ids.ts';

/** The people of a site at the board, as far as a simulation needs them: HTTP with a session, every answer parsed. */
export class EdgeClient {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  /** Makes the first account with the set-up code the edge printed. */
  static async setUp(
    url: string,
    account: { code: string; name: string; password: string },
  ): Promise<EdgeClient> {
    const opened = await request(url, null, 'POST', '/setup', openedSessionSchema, account);
    return new EdgeClient(url, opened.token);
  }

  static async logIn(url: string, account: { name: string; password: string }): Promise<EdgeClient> {
    const opened = await request(url, null, 'POST', '/session', openedSessionSchema, account);
    return new EdgeClient(url, opened.token);
  }

  rounds() {
    return this.#get('/rounds', listOf('rounds', roundSchema));
  }

  createRound(round: RoundRequest) {
    return this.#send('POST', '/rounds', roundSchema, round);
  }

  setState(round: RoundId, state: RoundState) {
    return this.#send('POST', `/rounds/${round}/state`, roundSchema, { state });
  }

  pairing(station: number) {
    return this.#send('POST', '/pairings', pairingSchema, { station });
  }

  async putFile(path: string, csv: string): Promise<void> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'text/csv' },
      body: csv,
    });
    if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
  }

  missing(round: RoundId) {
    return this.#get(`/rounds/${round}/missing`, missingSchema);
  }

  excuse(round: RoundId, excuse: { person: string; reason: string }) {
    return this.#send('POST', `/rounds/${round}/excuses`, madeEventSchema, excuse);
  }

  ladder(round: RoundId) {
    return this.#get(`/rounds/${round}/ladder`, ladderSchema);
  }

  tubes(round: RoundId) {
    return this.#get(`/rounds/${round}/tubes`, listOf('tubes', httpTubeSchema));
  }

  /** 回填 as HR gets it. */
  async headcountCsv(round: RoundId): Promise<Uint8Array> {
    const response = await fetch(`${this.#url}/api/v1/rounds/${round}/headcount.csv`, {
      headers: { authorization: `Bearer ${this.#token}` },
    });
    if (!response.ok) throw new Error(`headcount.csv: ${response.status} ${await response.text()}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  discrepancies(round: RoundId) {
    return this.#get(`/rounds/${round}/discrepancies`, listOf('discrepancies', httpDiscrepancySchema));
  }

  #get<S extends z.ZodType>(path: string, schema: S) {
    return request(this.#url, this.#token, 'GET', path, schema, null);
  }

  #send<S extends z.ZodType>(method: 'POST' | 'DELETE', path: string, schema: S, body: object) {
    return request(this.#url, this.#token, method, path, schema, body);
  }
}

async function request<S extends z.ZodType>(
  url: string,
  token: string | null,
  method: string,
  path: string,
  schema: S,
  body: object | null,
): Promise<z.infer<S>> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return schema.parse(JSON.parse(text));
}
