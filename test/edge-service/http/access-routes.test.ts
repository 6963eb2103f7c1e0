import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsePairingCode } from '#shared/contract/wire.ts';
import { problemSchema } from '#shared/contract/http.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { redeem } from '../../support/edge/wire-kiosk.ts';

describe('access', () => {
  let site: EdgeSite;
  let lead: string;
  beforeAll(async () => {
    site = await EdgeSite.start();
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });

  test('AC1 the first start prints a set-up code that makes one account, once; there is no default password', async () => {
    expect(site.edge.setupCode).toMatch(/^[0-9]{8}$/);
    expect((await site.ask('GET', '/health')).json).toMatchObject({
      status: 'ok',
      needsSetup: true,
      site: '示例机电',
    });
    expect((await site.ask('GET', '/rounds')).json).toMatchObject({ status: 401, code: 'no-session' });
    for (const name of ['admin', 'administrator', ''])
      expect((await site.ask('POST', '/session', { json: { name, password: 'admin' } })).status).toBe(401);
    const wrong = await site.ask('POST', '/setup', {
      json: { code: '00000000x', name: '甲', password: 'four words are long' },
    });
    expect([wrong.status, wrong.json.code]).toEqual([403, 'setup-code']);
    lead = await site.lead();
    expect((await site.ask('GET', '/session', { token: lead })).json).toMatchObject({
      name: '现场负责人',
      roles: ['administrator', 'site-lead', 'hr'],
    });
    const again = await site.ask('POST', '/setup', {
      json: { code: site.edge.setupCode, name: '乙', password: 'four words are long' },
    });
    expect([again.status, again.json.code]).toEqual([409, 'already-set-up']);
  });

  test('AC2 a session is a cookie no script reads, or its token as bearer, and ends at log-out', async () => {
    await site.person(lead, { name: '人事', roles: ['hr'] });
    const opened = await site.ask('POST', '/session', {
      json: { name: '人事', password: '人事 has a password' },
    });
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^muster=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const value = cookie.split(';')[0]!;
    expect((await site.ask('GET', '/session', { headers: { cookie: value } })).json.name).toBe('人事');
    expect((await site.ask('DELETE', '/session', { headers: { cookie: value } })).status).toBe(204);
    expect((await site.ask('GET', '/session', { token: opened.json.token as string })).status).toBe(401);
  });

  test('AC3 passwords and tokens lie nowhere on disk in clear, keys are readable by the owner alone', async () => {
    const token = (
      await site.ask('POST', '/session', { json: { name: '现场负责人', password: 'four words are long' } })
    ).json.token as string;
    const files = readdirSync(site.dir, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) {
      const bytes = readFileSync(path.join(file.parentPath, file.name));
      expect(bytes.includes(token)).toBe(false);
      expect(bytes.includes('four words are long')).toBe(false);
      if (file.parentPath.endsWith('keys'))
        expect(statSync(path.join(file.parentPath, file.name)).mode & 0o077).toBe(0);
    }
  });

  test('AC4 after ten wrong passwords a name is refused for a while at that address, right password or not', async () => {
    await site.person(lead, { name: '被猜的人', roles: ['hr'] });
    const other = await EdgeSite.start();
    try {
      const token = await other.lead();
      await other.person(token, { name: '被猜的人', roles: ['hr'] });
      const statuses: number[] = [];
      for (let i = 0; i < 11; i++)
        statuses.push(
          (await other.ask('POST', '/session', { json: { name: '被猜的人', password: `wrong ${i}` } }))
            .status,
        );
      expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
      expect(
        (
          await other.ask('POST', '/session', {
            json: { name: '被猜的人', password: '被猜的人 has a password' },
          })
        ).json.code,
      ).toBe('too-many-tries');
    } finally {
      await other.stop();
      other.remove();
    }
  });

  test('AC5 a changed password, changed roles or a disabled account end its sessions, and one administrator stays', async () => {
    const token = await site.person(lead, { name: '临时', roles: ['hr'] });
    expect(
      (
        await site.ask('PATCH', `/accounts/${encodeURIComponent('临时')}`, {
          token: lead,
          json: { disabled: true },
        })
      ).json,
    ).toMatchObject({ disabled: true });
    expect((await site.ask('GET', '/session', { token })).status).toBe(401);
    expect(
      (await site.ask('POST', '/session', { json: { name: '临时', password: '临时 has a password' } }))
        .status,
    ).toBe(401);
    const last = await site.ask('PATCH', `/accounts/${encodeURIComponent('现场负责人')}`, {
      token: lead,
      json: { roles: ['hr'] },
    });
    expect([last.status, last.json.code]).toEqual([409, 'last-administrator']);
    expect(
      (
        await site.ask('POST', '/accounts', {
          token: lead,
          json: { name: '临时', password: 'four words are long', roles: ['hr'] },
        })
      ).json.code,
    ).toBe('account-exists');
  });

  test('AC6 every role is kept to its paths, and nobody is let in without a session', async () => {
    const round = await site.round(lead);
    const staff = await site.person(lead, { name: '登记员', roles: ['station-staff'] });
    const clerk = await site.person(lead, { name: '录入员', roles: ['lab-clerk'] });
    const closed: [method: string, path: string][] = [
      ['GET', `/rounds/${round}/ladder`],
      ['GET', `/rounds/${round}/tubes`],
      ['GET', `/rounds/${round}/stations`],
      ['GET', `/rounds/${round}/discrepancies`],
      ['GET', `/rounds/${round}/headcount.xlsx`],
      ['GET', `/rounds/${round}/report.xlsx`],
      ['GET', `/rounds/${round}/reconciliation.xlsx`],
      ['GET', `/rounds/${round}/missing.csv`],
      ['PUT', `/rounds/${round}/roster`],
      ['POST', '/pairings'],
      ['POST', '/rounds'],
      ['GET', '/accounts'],
      ['GET', '/unfiled'],
    ];
    for (const [method, at] of closed) {
      expect((await site.ask(method, at)).json.code, at).toBe('no-session');
      for (const token of [staff, clerk])
        expect((await site.ask(method, at, { token })).json.code, at).toBe('forbidden');
    }
    expect((await site.ask('GET', `/rounds/${round}/missing`, { token: staff })).status).toBe(200);
    expect((await site.ask('GET', '/rounds', { token: clerk })).json.rounds[0].openingCode).toBeNull();
    expect((await site.ask('GET', '/rounds', { token: lead })).json.rounds[0].openingCode).toMatch(
      /^[0-9]{13}$/,
    );
  });

  test('AC7 every path of the description is either open to all by name or refuses a stranger', async () => {
    const open = [
      'GET /api/v1/health',
      'POST /api/v1/setup',
      'POST /api/v1/session',
      'POST /api/v1/pairings/redeem',
    ];
    const { paths } = (await site.ask('GET', '/api/openapi.json')).json as {
      paths: Record<string, Record<string, unknown>>;
    };
    const all = Object.entries(paths).flatMap(([at, methods]) =>
      Object.keys(methods).map((m) => ({ method: m.toUpperCase(), at })),
    );
    expect(all.length).toBeGreaterThan(35);
    const id = '11111111-1111-4111-8111-111111111111';
    for (const { method, at } of all) {
      if (open.includes(`${method} ${at}`)) continue;
      const reply = await site.ask(
        method,
        at.replaceAll(/\{[^}]+\}/g, id),
        method === 'GET' || method === 'DELETE' ? {} : { json: {} },
      );
      expect([reply.status, reply.json.code], `${method} ${at}`).toEqual([401, 'no-session']);
    }
  });

  test('AC8 a pairing code is parsed as printed, works once, and is refused to whoever has tried five wrong ones', async () => {
    const made = (await site.ask('POST', '/pairings', { token: lead, json: { station: 3 } })).json;
    expect(parsePairingCode(made.code as string)).toEqual({
      host: '127.0.0.1',
      port: site.edge.port,
      fingerprint: null,
      secret: made.secret,
    });
    expect(made.qr).toContain('<svg');
    const address = { origin: site.edge.url, fingerprint: null };
    expect(await redeem(address, { secret: made.secret as string, device: 'laptop' })).toMatchObject({
      station: 3,
      site: '示例机电',
    });
    await expect(redeem(address, { secret: made.secret as string, device: 'laptop' })).rejects.toThrow(
      'pairing-secret',
    );
    const guessed = (await site.ask('POST', '/pairings', { token: lead, json: { station: 4 } })).json;
    for (let i = 0; i < 5; i++)
      await expect(redeem(address, { secret: `9999999${i}`, device: 'x' })).rejects.toThrow('403');
    await expect(redeem(address, { secret: guessed.secret as string, device: 'laptop' })).rejects.toThrow(
      'too-many-tries',
    );
  });

  test('AC9 a revoked pairing fetches nothing more', async () => {
    const other = await EdgeSite.start();
    try {
      const token = await other.lead();
      const round = await other.round(token);
      await other.ask('PUT', `/rounds/${round}/roster`, {
        token,
        type: 'text/csv',
        body: 'number,name,workshop,team\n110199198803150010,测一,一车间,甲\n',
      });
      const made = (await other.ask('POST', '/pairings', { token, json: { station: 1 } })).json;
      const kiosk = await redeem(
        { origin: other.edge.url, fingerprint: null },
        { secret: made.secret as string, device: 'laptop' },
      );
      const missing = '0'.repeat(64);
      expect((await other.ask('GET', `/roster-keys/${missing}`, { token: kiosk.token })).json.code).toBe(
        'no-roster-keys',
      );
      expect((await other.ask('DELETE', `/pairings/${made.id}`, { token })).status).toBe(204);
      expect((await other.ask('GET', `/roster-keys/${missing}`, { token: kiosk.token })).json.code).toBe(
        'no-session',
      );
      expect((await other.ask('GET', `/rounds/${round}/ladder`, { token: kiosk.token })).json.code).toBe(
        'no-session',
      );
    } finally {
      await other.stop();
      other.remove();
    }
  });

  test('AC10 over TLS trust is the public key: the fingerprint printed is the one a kiosk pins, and it stays', async () => {
    const first = await EdgeSite.start({ tls: true });
    const { fingerprint } = first.edge;
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    await expect(
      redeem({ origin: first.edge.url, fingerprint }, { secret: '12345678', device: 'x' }),
    ).rejects.toThrow('403');
    await expect(
      redeem({ origin: first.edge.url, fingerprint: '0'.repeat(64) }, { secret: '12345678', device: 'x' }),
    ).rejects.toThrow('public key');
    await first.stop();
    const second = await EdgeSite.start({ tls: true, dir: first.dir });
    expect(second.edge.fingerprint).toBe(fingerprint);
    await second.stop();
    second.remove();
  });

  test('AC11 the demo login exists only where it is asked for by name', async () => {
    const demo = await EdgeSite.start({ demo: { name: '演示', password: '试试看' }, clock: systemClock });
    expect(demo.edge.setupCode).toBeNull();
    expect((await demo.ask('POST', '/session', { json: { name: '演示', password: '试试看' } })).status).toBe(
      200,
    );
    await demo.stop();
    demo.remove();
    expect((await site.ask('POST', '/session', { json: { name: '演示', password: '试试看' } })).status).toBe(
      401,
    );
  });

  test('HT1 a foreign page, a foreign host name and an unknown path are refused as RFC 9457 says', async () => {
    const foreign = await site.ask('GET', '/health', { headers: { origin: 'http://evil.example' } });
    expect([foreign.status, foreign.type, foreign.json.code]).toEqual([
      403,
      'application/problem+json',
      'foreign-origin',
    ]);
    expect((await site.ask('GET', '/health', { headers: { origin: site.edge.url } })).status).toBe(200);
    const unknown = await site.ask('GET', '/nothing-here');
    expect(problemSchema.parse(unknown.json)).toMatchObject({ status: 404, code: 'not-found' });
    expect(unknown.headers.get('content-security-policy')).toContain("script-src 'self';");
  });

  const aRound = {
    name: '第1轮',
    capacity: 10,
    tubeMode: 'codes',
    expectedBasis: 'roster',
    stations: [{ station: 1, stand: 'before' }],
    sessions: [{ name: '早场', from: '2021-01-24T08:00:00Z', to: '2021-01-24T09:00:00Z', shift: null }],
  };
  const refusedRound = async (given: object) => {
    const reply = await site.ask('POST', '/rounds', { token: lead, json: { ...aRound, ...given } });
    expect(reply.status).toBe(400);
    return problemSchema.parse(reply.json).errors ?? [];
  };
  /** Chinese holds no English sentence, and English no Chinese. */
  const inBoth = ({ zh, en }: { zh: string; en: string }): void => {
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(zh).not.toMatch(/[a-z]+ [a-z]+/i);
    expect(en).not.toMatch(/\p{Script=Han}/u);
  };

  test('HT2 a malformed body names its field, and no log line holds what was sent', async () => {
    const bad = await site.ask('POST', '/rounds', {
      token: lead,
      json: { name: '张三的号码110199198803150010' },
    });
    expect(bad.status).toBe(400);
    expect(problemSchema.parse(bad.json).errors?.map((e) => e.column)).toContain('capacity');
    const ends = { from: '2021-01-24T09:00:00Z', to: '2021-01-24T08:00:00Z' };
    const backwards = await refusedRound({ sessions: [{ name: 'a', ...ends }] });
    expect(backwards[0]).toMatchObject({ column: 'sessions.0.to' });
    expect(site.logged.join('')).not.toMatch(/110199|four words/);
  });

  test('HT2 what is wrong with a field is said in both languages', async () => {
    const ends = { from: '2021-01-24T09:00:00Z', to: '2021-01-24T08:00:00Z' };
    for (const [given, zh, en] of [
      [{ name: undefined }, 'name:没有填,或不是文字', 'name: missing, or not text'],
      [{ name: '长'.repeat(61) }, 'name:最多 60 个字', 'name: at most 60 characters'],
      [{ capacity: 0 }, 'capacity:至少为 1', 'capacity: at least 1'],
      [{ capacity: 1.5 }, 'capacity:没有填,或不是整数', 'capacity: missing, or not a whole number'],
      [{ stations: [] }, 'stations:至少 1 项', 'stations: at least 1 of them'],
      [
        { tubeMode: 'bags' },
        'tubeMode:只能是 codes、marks、none',
        'tubeMode: must be one of codes, marks, none',
      ],
      [{ colour: 'red' }, '请求:不认识 colour', 'request: unknown: colour'],
      [
        { sessions: [{ name: 'a', ...ends }] },
        'sessions.0.to:结束要晚于开始',
        'sessions.0.to: must be after the beginning',
      ],
      [
        { sessions: [{ name: 'a', from: 'x', to: ends.to }] },
        'sessions.0.from:格式不对',
        'sessions.0.from: not of the form asked for',
      ],
    ] as const)
      expect(await refusedRound(given), zh).toMatchObject([{ zh, en }]);
    const short = await site.ask('POST', '/accounts', {
      token: lead,
      json: { name: '某', password: 'short', roles: ['hr'] },
    });
    expect(short.json.errors).toMatchObject([{ zh: 'password:至少 10 个字' }]);
    for (const error of [...short.json.errors, ...(await refusedRound({ name: 1, capacity: 'x' }))])
      inBoth(error);
  });

  test('HT2 a body of which nothing can be read says so', async () => {
    for (const [given, zh] of [
      [{ body: '{"name":', type: 'application/json' }, /不是可用的 JSON/],
      [{ body: '{"__proto__":1}', type: 'application/json' }, /不是可用的 JSON/],
      [{ body: '', type: 'application/json' }, /没有内容/],
      [{ body: 'name: x', type: 'text/yaml' }, /application\/json/],
    ] as const) {
      const reply = await site.ask('POST', '/rounds', { token: lead, ...given });
      expect([reply.status, reply.json.code, reply.json.errors], given.body).toEqual([
        400,
        'invalid-request',
        undefined,
      ]);
      expect(reply.json.title).toMatch(zh);
      expect(reply.json.title + reply.json.detail).not.toMatch(/errors/);
    }
    const address = await site.ask('GET', '/rounds/%zz', { token: lead });
    expect([address.status, address.json.code]).toEqual([400, 'invalid-request']);
    expect(address.json.title).not.toMatch(/errors/);
  });

  test('HT43 a new round names each station once, and its names are single lines', async () => {
    const twice = [
      { station: 1, stand: 'before' },
      { station: 1, stand: 'after' },
    ];
    expect(await refusedRound({ stations: twice })).toMatchObject([
      { column: 'stations', zh: 'stations:同一台写了两次', en: 'stations: a station is named twice' },
    ]);
    for (const name of ['第1轮\r\nX: y', '第\n1轮', '第\u00001轮', '第\u20281轮', '第\u007f1轮']) {
      expect(await refusedRound({ name }), JSON.stringify(name)).toMatchObject([{ column: 'name' }]);
      const session = { ...aRound.sessions[0], name };
      expect(await refusedRound({ sessions: [session] })).toMatchObject([{ column: 'sessions.0.name' }]);
    }
    const made = await site.ask('POST', '/rounds', { token: lead, json: { ...aRound, name: ' 第1轮\n' } });
    expect([made.status, made.json.name]).toEqual([201, '第1轮']);
  });
});
