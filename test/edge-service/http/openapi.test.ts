import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '#shared/contract/http.ts';
import { LAB_CODES } from '../../../edge-service/lab/lab-words.ts';
import { type Action, callersOf, may, type Role, ROLES } from '#shared/permissions.ts';
import { PROBLEM_CODES, type ProblemCode, statusOf } from '../../../edge-service/http/problems.ts';
import { ROSTER_CODES } from '../../../edge-service/roster/roster-words.ts';
import { operationsOfPage, pageWith } from '../../tools/http-page.ts';
import { DescribedRefusals } from '../../support/edge/described-refusals.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';

interface Operation {
  security: Record<string, string[]>[];
  'x-action': Action;
  'x-roles': Role[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: {
    securitySchemes: object;
    schemas: Record<string, { properties: Record<string, { enum?: string[] }>; required: string[] }>;
    responses: Record<
      string,
      { description: string; content: Record<string, { schema: { $ref?: string } }> }
    >;
  };
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const ROSTER = 'number,name,workshop,team\n110199198001010018,测甲,一车间,一班\n';
const page = readFileSync(new URL('../../../docs/http.md', import.meta.url), 'utf8');

let site: EdgeSite;
let lead: string;
let round: string;
let described: Description;

beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
  round = await site.round(lead);
  described = (await site.ask('GET', '/api/openapi.json')).json as Description;
});
afterAll(async () => {
  await site?.stop();
  site?.remove();
});

const operations = (): { name: string; method: string; at: string; operation: Operation }[] =>
  Object.entries(described.paths).flatMap(([at, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${at}`,
      method: method.toUpperCase(),
      at,
      operation,
    })),
  );

describe('the machine form of the HTTP contract', () => {
  it('HT50 every operation refuses with a problem whose codes are the closed list', () => {
    const content = described.components.responses['problem']?.content ?? {};
    expect(Object.keys(content)).toEqual(['application/problem+json']);
    expect(content['application/problem+json']?.schema).toEqual({ $ref: '#/components/schemas/Problem' });
    const schema = described.components.schemas['Problem'];
    expect(schema?.properties['code']?.enum).toEqual(PROBLEM_CODES);
    expect(Object.keys(schema?.properties ?? {})).toEqual(Object.keys(problemSchema.shape));
    for (const { name, operation } of operations())
      expect(operation.responses['default'], name).toEqual({ $ref: '#/components/responses/problem' });
  });

  it('HT50 an operation names its roles and, by status, every code it may refuse with', () => {
    const named = new Set<string>();
    for (const { name, operation } of operations()) {
      const action = operation['x-action'];
      expect(operation['x-roles'], name).toEqual(ROLES.filter((role) => callersOf(action).includes(role)));
      expect(operation.security.length === 0, name).toBe(may([], action));
      for (const [status, { $ref = '' }] of Object.entries(operation.responses)) {
        if (!/^[45]/.test(status)) continue;
        const response = described.components.responses[$ref.split('/').at(-1) ?? ''];
        const codes = response?.description.split(', ') ?? [];
        expect(codes.length, `${name} ${status}`).toBeGreaterThan(0);
        for (const code of codes as ProblemCode[]) {
          expect(String(statusOf(code)), `${name} ${code}`).toBe(status);
          named.add(code);
        }
        expect(response?.content['application/problem+json']?.schema).toEqual({
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { type: 'object', properties: { code: { enum: codes } } },
          ],
        });
      }
    }
    expect(PROBLEM_CODES.filter((code) => !named.has(code))).toEqual(['not-found']);
  });

  it('HT50 a refusal is held against the description of its operation, by whatever test provokes it', async () => {
    const held = new DescribedRefusals(site.edge.url);
    const at = `${site.edge.url}/api/v1/rounds/${round}/ladder`;
    const refused = { method: 'GET', url: at, status: 404, code: 'no-round' };
    await held.check(refused);
    await expect(held.check({ ...refused, code: 'no-tube' })).rejects.toThrow('does not name');
    await expect(held.check({ ...refused, status: 409 })).rejects.toThrow('does not name');
    await held.check({ ...refused, url: `${site.edge.url}/nowhere`, code: 'not-found' });
  });

  it('HT50 shapes that have a name stand once and are referred to, and every one that stands there is used', () => {
    const text = JSON.stringify(described);
    const referred = new Set(
      Array.from(text.matchAll(/"#\/components\/schemas\/(\w+)"/g), ([, name]) => name),
    );
    const names = Object.keys(described.components.schemas);
    expect(referred).toEqual(new Set(names));
    expect(names).toEqual(expect.arrayContaining(['Problem', 'Round', 'RoundRequest', 'Ladder', 'Install']));
    expect(names.filter((name) => name.endsWith('Input'))).toEqual([]);
    for (const { name, operation } of operations()) {
      const json = operation.requestBody?.content['application/json']?.schema ?? {};
      const own = 'properties' in json ? Object.keys(json.properties as object) : [];
      expect(own.length, `${name} writes out what it takes`).toBeLessThanOrEqual(3);
    }
  });

  it('HT50 an operation asks for a session where it says so, and for none where it does not', async () => {
    const schemes = Object.keys(described.components.securitySchemes);
    for (const { name, method, at, operation } of operations()) {
      expect(
        operation.security.flatMap((way) => Object.keys(way)).filter((way) => !schemes.includes(way)),
        name,
      ).toEqual([]);
      const reply = await site.ask(
        method,
        at.replaceAll(/\{[^}]+\}/g, round),
        method === 'GET' || method === 'DELETE' ? {} : { json: {} },
      );
      expect(reply.json.code === 'no-session', name).toBe(operation.security.length > 0);
      if (reply.status < 400) continue;
      expect(reply.type, name).toContain('application/problem+json');
      expect(problemSchema.safeParse(reply.json).success, name).toBe(true);
    }
    const kiosk = operations().filter(({ operation }) => operation.security.some((way) => 'kiosk' in way));
    expect(kiosk.map(({ at }) => at)).toEqual(['/api/v1/roster-keys/{hash}']);
  });

  it('HT50 files that come and go stand there with their types, and what is answered is of the type named', async () => {
    const takes = operations().filter(({ method }) => method === 'PUT');
    expect(new Set(takes.map(({ at }) => at.split('/').at(-1)))).toEqual(new Set(['lab-counts', 'roster']));
    for (const { operation } of takes)
      expect(Object.keys(operation.requestBody?.content ?? {})).toEqual([
        'text/csv',
        XLSX,
        'application/json',
        'application/octet-stream',
      ]);
    for (const { name, method, operation } of operations())
      if (method === 'POST' || method === 'PATCH')
        expect(operation.requestBody?.content['application/json'], name).toBeDefined();
    await site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body: ROSTER, type: 'text/csv' });
    const answered: string[] = [];
    for (const { name, method, at, operation } of operations()) {
      const [status, answer] = Object.entries(operation.responses).find(([s]) => s !== 'default') ?? [];
      expect(status, name).toMatch(/^20[014]$/);
      expect(Object.keys(answer?.content ?? {}), name).toHaveLength(status === '204' ? 0 : 1);
      if (method !== 'GET' || /\{(?!id\})/.test(at)) continue;
      const reply = await site.ask('GET', at.replace('{id}', round), { token: lead });
      if (reply.status !== 200) continue;
      answered.push(at);
      expect(answer?.content, name).toHaveProperty([reply.type.split(';')[0] ?? '']);
    }
    const files = ['headcount.xlsx', 'headcount.csv', 'missing.xlsx', 'missing.csv'];
    for (const file of [...files, 'report.xlsx', 'reconciliation.xlsx'])
      expect(answered).toContain(`/api/v1/rounds/{id}/${file}`);
  });

  it('HT51 the page names every operation once, and who may call it as the edge says', () => {
    const { paths } = described;
    expect(operationsOfPage(page, paths).toSorted()).toEqual(
      operations()
        .map(({ name }) => name)
        .toSorted(),
    );
    expect(pageWith(page, paths), 'node test/tools/http-page-main.ts writes it anew').toBe(page);
    const wrong = page.replace('| `GET /unfiled` | L |', '| `GET /unfiled` | L, C |');
    expect(wrong).not.toBe(page);
    expect(pageWith(wrong, paths)).toBe(page);
    expect(() => pageWith(page.replace('`GET /unfiled`', '`GET /filed`'), paths)).toThrow('not served');
  });

  it('HT51 the page lists every code with its status, and every code of a row', () => {
    const codesIn = (text: string): string[] =>
      [...text.replaceAll(/\([^)]*\)/g, '').matchAll(/`([a-z-]+)`/g)].map((m) => m[1] ?? '');
    const row = (start: string): string => page.split('\n').find((l) => l.startsWith(start)) ?? '';
    const told = PROBLEM_CODES.filter((code) => codesIn(row(`| ${statusOf(code)} |`)).includes(code));
    expect(told).toEqual(PROBLEM_CODES);
    const refusals = page.slice(page.indexOf('## Refusals'), page.indexOf('## Session cookie'));
    const rows = refusals.split('\n').filter((line) => /^\| \d/.test(line));
    expect(codesIn(rows.join('\n')).toSorted()).toEqual(PROBLEM_CODES.toSorted());
    expect([...new Set(codesIn(row('| roster |')))].toSorted()).toEqual(ROSTER_CODES.toSorted());
    expect(codesIn(row('| lab counts |')).toSorted()).toEqual(LAB_CODES.toSorted());
  });

  it('HT52 a file in a multipart form is refused as such, for rosters and lab counts', async () => {
    for (const kind of ['roster', 'lab-counts']) {
      const body = new FormData();
      body.set('file', new Blob([kind === 'roster' ? ROSTER : 'tube,count\n0000017,9\n']), 'file.csv');
      const reply = await fetch(`${site.edge.url}/api/v1/rounds/${round}/${kind}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${lead}` },
        body,
      });
      expect([reply.status, await reply.json()]).toMatchObject([
        415,
        {
          code: 'not-a-table',
          title: expect.stringContaining('请把文件本身'),
          detail: expect.stringContaining('multipart'),
        },
      ]);
    }
  });
});
