import http from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '#shared/contract/http.ts';
import { ROLES } from '#shared/permissions.ts';
import { HostileSite } from '../support/edge/hostile-site.ts';
import type { WireKiosk } from '../support/edge/wire-kiosk.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { ContractSamples, operationsOf, type Contract, type Operation } from './contract-samples.ts';
import { fuzzThere, type BorderThere } from './fuzz-case.ts';
import { anyAtom, anyJson, bytesOf, mutated, mutatedBytes, mutatedText } from './hostile-values.ts';
import { ErrorLines, StallProbe } from './probed-program.ts';
import { throwLines } from './raw-line.ts';
import { recountOf } from './recount.ts';

const ROSTER = `工号,姓名,部门,身份证号\n${Array.from({ length: 30 }, (_, i) => `${1000 + i},样本${i},一车间,\n`).join('')}`;
const LAB = '试管编号,人数\n0000001,1\n';

let probe: StallProbe;
let site: HostileSite;
let errors: ErrorLines;
let round: string;
let kiosk: WireKiosk;
let operations: Operation[];
let samples: ContractSamples;
/** A session of every role, the kiosk's own token, one that never was, and none. */
let tokens: (string | null)[];
/** Rounds whose state may change, so that the one that counts goes on. */
let spare: string[];
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

beforeAll(async () => {
  probe = await StallProbe.start();
  site = await HostileSite.start({ ...probe.environment, MUSTER_LOG: 'info' });
  spare = [await site.openRound(), await site.openRound()];
  round = await site.openRound();
  const joined = await site.kiosk(1);
  kiosk = joined.kiosk;
  const opened = kiosk.openTube('0000001');
  const swipe = kiosk.swipe({ kind: 'staff', number: '1000', name: null });
  await kiosk.send();
  for (const [at, body] of [
    ['roster', ROSTER],
    ['lab-counts', LAB],
  ] as const)
    await site.ask('PUT', `/rounds/${round}/${at}`, {
      token: site.lead,
      body,
      headers: { 'content-type': 'text/csv' },
    });
  const sessions: string[] = [];
  for (const role of ROLES) sessions.push(await site.person(role, [role]));
  tokens = [...sessions, site.lead, site.lead, site.lead, joined.token, 'x'.repeat(43), null];
  const answer = await fetch(`${site.url}/api/openapi.json`);
  const contract = (await answer.json()) as Contract;
  operations = operationsOf(contract);
  const key = '0'.repeat(32);
  const known = [
    round,
    ...spare,
    opened,
    swipe,
    kiosk.install,
    key,
    '0'.repeat(64),
    '1000',
    '0000001',
    'tube:x',
    '1970-01-01',
  ];
  samples = new ContractSamples(contract, known);
  errors = new ErrorLines(() => site.process);
}, 60_000);
afterAll(async () => {
  agent.destroy();
  await site.stop();
  probe.stop();
});

interface Request {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array | null;
}

/** A file made or read takes as long as a hundred other requests. */
const HEAVY = /\.(?:xlsx|csv)$|^PUT /;

function operation(random: SeededRandom): Operation {
  const one = random.pick(operations);
  return HEAVY.test(`${one.method} ${one.path}`) && random.next() < 0.9 ? operation(random) : one;
}

/** `null` where the client could not even write it down. */
const inUrl = (value: unknown): string => encodeURIComponent(String(value).toWellFormed().slice(0, 4000));

function request(random: SeededRandom): Request {
  const { method, path: at, parameters = [], requestBody } = operation(random);
  const named = random.next() < 0.8;
  const filled = at.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name);
    if (/state$|recreation$/.test(at)) return random.pick(spare);
    if (name === 'id' && at.includes('/rounds/') && named) return round;
    if (name === 'name') return 'nobody-here';
    const sample = samples.of(parameter?.schema ?? { type: 'string' }, random);
    return inUrl(named ? sample : random.next() < 0.5 ? mutated([sample], random) : anyAtom(random));
  });
  const query = parameters
    .filter((one) => one.in === 'query' && random.next() < 0.6)
    .map(({ name, schema }) => {
      const sample = samples.of(schema, random);
      return `${name}=${inUrl(random.next() < 0.5 ? sample : mutated([sample], random))}`;
    });
  const wanted = at.replace('/api/v1', '') === '/session' && method === 'DELETE' ? null : random.pick(tokens);
  const headers: Record<string, string> = wanted === null ? {} : { authorization: `Bearer ${wanted}` };
  if (random.next() < 0.02)
    headers[random.pick(['origin', 'cookie', 'accept', 'x-forwarded-for', 'range'])] = 'x=%00;,"';
  const body = requestBody === undefined ? null : bodyOf(requestBody.content, random, headers);
  return {
    method: random.next() < 0.97 ? method : random.pick(['HEAD', 'OPTIONS', 'PATCH', 'PUT', 'TRACE']),
    path: `${filled}${query.length === 0 ? '' : `?${query.join('&')}`}`,
    headers,
    body,
  };
}

function bodyOf(
  content: NonNullable<Operation['requestBody']>['content'],
  random: SeededRandom,
  headers: Record<string, string>,
): Uint8Array {
  const [type, { schema = {} }] = random.pick(Object.entries(content));
  headers['content-type'] =
    random.next() < 0.98 ? type : random.pick(['text/plain', 'application/json; charset=x', '']);
  const encoder = new TextEncoder();
  if (!('application/json' in content) || Object.keys(content).length > 1) {
    const table = encoder.encode(random.next() < 0.5 ? ROSTER : LAB);
    return random.next() < 0.2 ? table : mutatedBytes(table, random);
  }
  const sample = samples.of(schema, random);
  if (random.next() < 0.1) return encoder.encode(mutatedText(JSON.stringify(sample) ?? '', random));
  return encoder.encode(
    JSON.stringify(random.next() < 0.9 ? mutated(sample, random) : anyJson(random)) ?? '',
  );
}

/** Its status and text; null where the edge ended the connection instead. */
function answerTo({
  method,
  path: at,
  headers,
  body,
}: Request): Promise<{ status: number; type: string; text: string } | null> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no answer to ${method} ${at}`)), 30_000);
    const done = (answer: { status: number; type: string; text: string } | null): void => {
      clearTimeout(late);
      resolve(answer);
    };
    const whole = { ...headers, 'content-length': String(body?.length ?? 0) };
    const call = http.request(`${site.url}${at}`, { method, agent, headers: whole }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', () => done(null));
      answer.on('end', () =>
        done({
          status: answer.statusCode ?? 0,
          type: answer.headers['content-type'] ?? '',
          text: Buffer.concat(parts).toString('utf8'),
        }),
      );
    });
    call.on('error', () => done(null));
    call.end(body);
  });
}

async function ask(given: Request): Promise<void> {
  const answer = await answerTo(given);
  if (answer === null || given.method === 'HEAD') return;
  const { status, type, text } = answer;
  if (status >= 500) throw new Error(`${given.method} ${given.path}: ${status} ${text.slice(0, 300)}`);
  if (status >= 400 && /problem/.test(type)) problemSchema.parse(JSON.parse(text));
}

const watched = (): Pick<BorderThere<unknown>, 'longestMs' | 'complaints'> => ({
  longestMs: () => probe.longest(),
  complaints: () => errors.next(),
});

/** A request as bytes, damaged where no client would. */
function line(random: SeededRandom): Uint8Array {
  const { method, path: at, headers, body } = request(random);
  const lines = [
    `${method} ${at} HTTP/1.1`,
    `Host: ${new URL(site.url).host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    random.pick([
      `Content-Length: ${body?.length ?? 0}`,
      'Transfer-Encoding: chunked',
      'Content-Length: 1e9',
      'Content-Length: -1',
    ]),
  ];
  const whole = Buffer.concat([
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n`),
    body ?? bytesOf(random, random.below(50)),
  ]);
  return mutatedBytes(whole, random);
}

describe('HTTP of the edge', () => {
  it('HO72 every operation answers whatever it is asked by whomever, by name and in its time', async () => {
    expect(operations.length).toBeGreaterThan(50);
    const told = await fuzzThere<Request>({
      name: 'operations',
      together: 8,
      make: request,
      send: async (all) => void (await Promise.all(all.map(ask))),
      ...watched(),
    });
    expect(told.cases).toBeGreaterThan(0);
  });

  it('HO72 bytes that are no HTTP cost at most their own connection', async () => {
    const told = await fuzzThere({
      name: 'HTTP lines',
      together: 8,
      make: line,
      send: (all) => throwLines(site.url, all),
      ...watched(),
    });
    expect(told.cases).toBeGreaterThan(0);
  });

  it('HO72 after all of it the next person is counted, and a recount from the events comes to the same', async () => {
    const ladder = async (): Promise<unknown> =>
      (await site.ask('GET', `/rounds/${round}/stations`, { token: site.lead })).json;
    const before = JSON.stringify(await ladder());
    kiosk.swipe({ kind: 'staff', number: '1001', name: null });
    expect(await kiosk.send()).toMatchObject({ outcome: 'stored', watermark: kiosk.head.sequence });
    expect(JSON.stringify(await ladder())).not.toBe(before);
    expect(await site.process.stop()).toBe(0);
    expect(errors.next()).toEqual([]);
    expect(recountOf(site.dir)).toEqual({ damaged: [], differences: [] });
  });
});
