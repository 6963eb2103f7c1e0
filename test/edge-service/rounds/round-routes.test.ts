import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyChange, type BoardChange, type BoardSnapshot } from '#shared/contract/board.ts';
import { swabbedFewerId } from '#shared/counting/counting.ts';
import {
  httpDiscrepancySchema,
  httpTubeSchema,
  ladderSchema,
  listOf,
  missingSchema,
  roundSchema,
} from '#shared/contract/http.ts';
import { canonicalStaffNumber } from '#shared/event/credential.ts';
import type { EventId, RoundId } from '#shared/ids.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';
import type { WireKiosk } from '../../support/edge/wire-kiosk.ts';

const person = (n: number) => ({ kind: 'id' as const, number: inventedIdNumber(n), name: `测${n}` });
const rosterCsv = (people: number): string =>
  [
    'number,name,workshop,team,staff_number,shift,leader,phone',
    ...Array.from(
      { length: people },
      (_, n) =>
        `${inventedIdNumber(n)},测${n},${n < 20 ? '一车间' : '二车间'},${n % 2 === 0 ? '甲班' : '乙班'},${String(n + 1).padStart(5, '0')},,${n === 0 ? 1 : ''},100${String(n).padStart(8, '0')}`,
    ),
  ].join('\n');

describe('a round over HTTP', () => {
  let site: EdgeSite;
  let lead: string;
  let round: RoundId;
  let kiosk: WireKiosk;
  const tubes: EventId[] = [];

  beforeAll(async () => {
    site = await EdgeSite.start();
    lead = await site.lead();
    round = await site.round(lead);
  });
  afterAll(async () => {
    await site.stop();
    site.remove();
  });
  const get = async (at: string, token = lead) =>
    (await site.ask('GET', `/rounds/${round}/${at}`, { token })).json;
  const getRound = async () => (await site.ask('GET', `/rounds/${round}`, { token: lead })).json;
  const put = (at: string, body: string, token = lead) =>
    site.ask('PUT', `/rounds/${round}/${at}`, { token, body, type: 'text/csv' });

  test('HT3 a roster with any bad row is refused whole with sheet, row, column and code, and nothing is stored', async () => {
    const bad = await put('roster', `${rosterCsv(3)}\n110199198803150011,例,一车间,甲班,,,,\n`);
    expect([bad.status, bad.type, bad.json.code]).toEqual([422, 'application/problem+json', 'bad-rows']);
    expect(bad.json.errors).toMatchObject([
      { row: 5, column: 'number', code: 'number-check-digit', sheet: null },
    ]);
    expect((await get('ladder')).roster).toBe(0);
    expect((await site.ask('GET', '/rounds', { token: lead })).json.rounds[0].rosterVersion).toBe(0);
  });

  test('HT4 with ?partial=good the good rows are stored and the bad ones come back as a file', async () => {
    const some = await put('roster?partial=good', `${rosterCsv(3)}\n110199198803150011,例,一车间,甲班,,,,\n`);
    expect([
      some.status,
      some.json.version,
      some.json.people,
      some.json.rows,
      some.json.errors.length,
    ]).toEqual([200, 1, 3, 4, 1]);
    expect(some.json.badRows.name).toBe('花名册-需处理.xlsx');
    expect((await get('ladder')).roster).toBe(3);
  });

  test('HT5 each PUT of a roster is a new version, and the snapshot of its keys is served by hash to kiosks', async () => {
    const whole = await put('roster', rosterCsv(40));
    expect([whole.status, whole.json.version, whole.json.people]).toEqual([200, 2, 40]);
    await site.open(lead, round);
    kiosk = await site.kiosk(lead, { station: 1, stand: 'before' });
    const hash = kiosk.round?.info.rosterKeys;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const snapshot = await site.ask('GET', `/roster-keys/${hash}`, { token: lead });
    expect([snapshot.status, snapshot.bytes.length]).toEqual([200, 80 * 16]);
    expect(snapshot.headers.get('cache-control')).toContain('immutable');
  });

  test('HT6 swipes, tubes and a walk-in come out as ladder and tubes with exactly the names of the contract', async () => {
    for (const [code, from, to] of [
      ['0000017', 0, 9],
      ['0000018', 9, 19],
      ['0000019', 19, 24],
    ] as const) {
      tubes.push(kiosk.openTube(code));
      for (let n = from; n < to; n++) kiosk.swipe(person(n));
      kiosk.sealTube(to - from);
    }
    tubes.push(kiosk.openTube('0000020'));
    kiosk.swipe({ kind: 'staff', number: canonicalStaffNumber('00031')!, name: null });
    kiosk.swipe({ kind: 'id', number: inventedIdNumber(500), name: '访客' }, 'walk-in');
    const voided = kiosk.swipe(person(35));
    kiosk.sealTube(3);
    await kiosk.send();
    const made = await site.ask('POST', `/rounds/${round}/voids`, {
      token: lead,
      json: { swipe: voided, reason: '拿错证' },
    });
    expect(made.status).toBe(201);
    const ladder = ladderSchema.parse(await get('ladder'));
    expect(ladder).toMatchObject({
      swipes: 27,
      voided: 1,
      repeats: 0,
      people: 26,
      onRoster: 25,
      walkIns: 1,
      roster: 40,
      excused: 0,
      expected: 40,
      missing: 15,
      untested: 15,
      toVerify: 0,
      complete: false,
    });
    const listed = listOf('tubes', httpTubeSchema).parse(await get('tubes')).tubes;
    expect(listed.map((t) => [t.id, t.code, t.places, t.swabbed, t.booked])).toEqual([
      [tubes[0], '0000017', 9, 9, null],
      [tubes[1], '0000018', 10, 10, null],
      [tubes[2], '0000019', 5, 5, null],
      [tubes[3], '0000020', 2, 3, null],
    ]);
    expect(listed[0]?.openedAt).toMatch(/Z$/);
  });

  test('HT7 an excuse takes a person out of missing by the id of the list, and is withdrawn again', async () => {
    const missing = await get('missing');
    expect([missing.missing, missing.notYet, missing.excused]).toEqual([15, 0, 0]);
    const group = missing.groups.find(
      (g: { workshop: string; team: string }) => g.workshop === '二车间' && g.team === '甲班',
    );
    expect(group.text.zh).toContain('【第4轮核酸漏检】二车间甲班:测24、测26');
    expect(JSON.stringify(missing)).not.toMatch(/110199|10000000/);
    const made = await site.ask('POST', `/rounds/${round}/excuses`, {
      token: lead,
      json: { person: group.missing[0].id, reason: '休假' },
    });
    expect(await get('ladder')).toMatchObject({ excused: 1, expected: 39, missing: 14, untested: 15 });
    const { groups } = missingSchema.parse(await get('missing'));
    expect(groups.flatMap((g) => g.excused)).toEqual([
      { ...group.missing[0], reason: '休假', excuse: made.json.id },
    ]);
    expect(
      (await site.ask('DELETE', `/rounds/${round}/excuses/${made.json.id}`, { token: lead })).status,
    ).toBe(200);
    expect(await get('ladder')).toMatchObject({ excused: 0, missing: 15 });
    await site.ask('POST', `/rounds/${round}/excuses`, {
      token: lead,
      json: { person: group.missing[0].id, reason: '休假' },
    });
    expect(
      (await site.ask('DELETE', `/rounds/${round}/excuses/${tubes[0]}`, { token: lead })).json.code,
    ).toBe('no-event');
  });

  test('HT18 the text for a team names the round by its name', async () => {
    const { groups } = await get('missing');
    const { number, name } = await getRound();
    expect([number, name]).toEqual([1, '第4轮核酸']);
    const texts = groups
      .map((g: { text: { zh: string } | null }) => g.text?.zh)
      .filter((t: string | undefined) => t !== undefined);
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) expect(text).toMatch(/^【第4轮核酸漏检】/);
  });

  test('HT8 a lab clerk alone enters counts and gets no expected or actual number from any path or socket', async () => {
    const clerk = await site.person(lead, { name: '录入员', roles: ['lab-clerk'] });
    const second = await site.person(lead, { name: '复录员', roles: ['lab-clerk'] });
    const enter = (token: string, tube: string, count: number) =>
      site.ask('POST', `/rounds/${round}/lab-counts/entries`, { token, json: { tube, count } });
    expect((await enter(clerk, '0000018', 10)).json).toEqual({
      id: '0000018',
      tube: '0000018',
      count: 10,
      entries: 1,
      agreed: null,
      final: false,
      blind: true,
      warnings: [],
    });
    expect((await get('lab-counts', second)).lines).toEqual([]);
    expect((await enter(second, '0000018', 9)).json).toMatchObject({ entries: 2, agreed: false });
    expect(await get('discrepancies')).toMatchObject({
      discrepancies: [{ kind: 'swabbed-more' }, { kind: 'entries-differ', tube: '0000018' }],
    });
    expect((await enter(second, '0000018', 10)).json).toMatchObject({ agreed: true });
    expect((await enter(lead, '0000018', 10)).json).toMatchObject({ blind: false, agreed: true });
    for (const at of ['ladder', 'tubes', 'stations', 'discrepancies', 'missing'])
      expect((await get(at, clerk)).code, at).toBe('forbidden');
    const refused = io(`${site.edge.url}/board`, {
      auth: { token: clerk },
      transports: ['websocket'],
      reconnection: false,
    });
    const message = await new Promise<string>((resolve) => {
      refused.once('connect_error', (error) => resolve(error.message));
      refused.once('connect', () => resolve('connected'));
    });
    refused.disconnect();
    expect(message).toBe('blind');
  });

  test('HT9 a lab list names exactly the tube booked wrong; an unknown tube is a discrepancy, a malformed row a 422', async () => {
    const malformed = await put('lab-counts', 'tube,count\n0000017,ten\n');
    expect([malformed.status, malformed.json.errors[0]]).toMatchObject([
      422,
      { row: 2, column: 'count', code: 'count' },
    ]);
    const stored = await put(
      'lab-counts',
      'tube,count,batch,station\n17,10,,1\n0000018,10,,1\n0000019,5,,1\n0000020,2,,1\n0000077,4,,1\n',
    );
    expect(stored.json).toMatchObject({ lines: 5, complete: true });
    const { discrepancies } = listOf('discrepancies', httpDiscrepancySchema).parse(
      await get('discrepancies'),
    );
    expect(discrepancies.map((d) => [d.kind, d.tube, d.station])).toEqual([
      ['swabbed-more', '0000020', 1],
      ['booked-more', '0000017', 1],
      ['unknown-tube', '0000077', 1],
    ]);
    expect(discrepancies[1]).toMatchObject({
      id: `booked-more/${tubes[0]}`,
      swiped: 9,
      swabbed: 9,
      booked: 10,
      state: 'open',
    });
    expect((await get('tubes')).tubes[0].booked).toBe(10);
  });

  test('HT10 a PUT replaces the list before it, ?add=true adds to it, and ?complete=false leaves tubes 未回', async () => {
    await put('lab-counts?complete=false', 'tube,count\n0000017,9\n');
    const kinds = async (): Promise<string[]> =>
      (await get('discrepancies')).discrepancies.map(
        (d: { kind: string; tube: string }) => `${d.kind} ${d.tube}`,
      );
    expect(await kinds()).toEqual(['swabbed-more 0000020']);
    await put('lab-counts?add=true', 'tube,count\n0000019,4\n');
    expect(await kinds()).toEqual(['swabbed-more 0000020', 'booked-fewer 0000019', 'not-at-lab 0000020']);
    const both = await put('lab-counts', 'tube,count\n0000017,10\n0000018,10\n0000019,5\n0000020,3\n');
    expect(both.json.version).toBeGreaterThan(3);
    expect(await kinds()).toEqual(['swabbed-more 0000020', 'booked-more 0000017']);
    const part = await put('lab-counts?partial=good', 'tube,count\n0000017,9\n0000018,ten\n');
    expect([part.status, part.json.lines, part.json.complete]).toEqual([200, 1, false]);
    expect(await kinds()).toEqual(['swabbed-more 0000020']);
    await put('lab-counts', 'tube,count\n0000017,10\n0000018,10\n0000019,5\n0000020,3\n');
  });

  test('HT45 code, batch, station and count of a tube are put right with a reason, and the comparison follows', async () => {
    const kinds = async (): Promise<string[]> =>
      (await get('discrepancies')).discrepancies.map(
        (d: { kind: string; tube: string }) => `${d.kind} ${d.tube}`,
      );
    const correct = (opened: string, json: object) =>
      site.ask('POST', `/rounds/${round}/tubes/${opened}/corrections`, { token: lead, json });
    await put('lab-counts', 'tube,count\n0000077,9\n0000018,10\n0000019,5\n0000020,3\n');
    expect(await kinds()).toEqual(expect.arrayContaining(['unknown-tube 0000077', 'not-at-lab 0000017']));
    const [opened] = tubes;
    const wrong = { code: '0000077', batch: '2号箱', swabbed: 9, reason: '管号贴错' };
    expect((await correct(opened!, wrong)).status).toBe(201);
    const now = (await get('tubes')).tubes.find((t: { opened: string }) => t.opened === opened);
    expect(now).toMatchObject({ code: '0000077', batch: '2号箱', swabbed: 9, station: 1 });
    expect((await kinds()).filter((k) => k.includes('0000077') || k.includes('0000017'))).toEqual([]);

    expect((await correct(opened!, { reason: '没有要改的' })).status).toBe(400);
    expect((await correct(opened!, { swabbed: 9 })).status).toBe(400);
    const nobody = await correct(`${opened!.slice(0, 36)}:999`, { swabbed: 1, reason: '没有这支管' });
    expect([nobody.status, nobody.json.code]).toEqual([404, 'no-tube']);
    expect((await correct(opened!, { code: '0000017', reason: '改回来' })).status).toBe(201);
    await put('lab-counts', 'tube,count\n0000017,10\n0000018,10\n0000019,5\n0000020,3\n');
  });

  test('HT11 a round closes only when complete and every discrepancy is explained or accepted, in the order of its states', async () => {
    const state = async (to: string): Promise<[number, string]> => {
      const reply = await site.ask('POST', `/rounds/${round}/state`, {
        token: lead,
        json: { state: to, reason: '收工' },
      });
      return [reply.status, reply.json.code ?? roundSchema.parse(reply.json).state];
    };
    expect(await state('closed')).toEqual([409, 'round-state']);
    expect(await state('settling')).toEqual([200, 'settling']);
    expect(await state('closed')).toEqual([409, 'not-complete']);
    expect(await state('open')).toEqual([200, 'open']);
    await kiosk.until(() => kiosk.round?.info.state === 'open', 'the round taken up again');
    kiosk.append('round-ended', {});
    await kiosk.send();
    await kiosk.status();
    expect(await state('settling')).toEqual([200, 'settling']);
    expect(await state('closed')).toEqual([409, 'discrepancies-open']);
    const { discrepancies } = await get('discrepancies');
    const unknown = await site.ask('POST', `/rounds/${round}/discrepancies/decision`, {
      token: lead,
      json: { id: 'booked-more/nothing', state: 'explained', reason: 'x' },
    });
    expect([unknown.status, unknown.json.code]).toEqual([404, 'no-discrepancy']);
    for (const [i, d] of discrepancies.entries()) {
      const at =
        i === 0
          ? `/rounds/${round}/discrepancies/${encodeURIComponent(d.id)}/decision`
          : `/rounds/${round}/discrepancies/decision`;
      const json = { state: 'explained', reason: '复数为9', ...(i === 0 ? {} : { id: d.id }) };
      expect((await site.ask('POST', at, { token: lead, json })).status).toBe(201);
    }
    expect((await get('discrepancies')).discrepancies).toMatchObject([
      { state: 'explained', decidedBy: '现场负责人' },
      { state: 'explained', reason: '复数为9' },
    ]);
    expect(await state('closed')).toEqual([200, 'closed']);
    expect((await put('lab-counts', 'tube,count\n0000017,9\n')).json.code).toBe('round-closed');
    expect(discrepancies.map((d: { id: string }) => d.id)).not.toContain(swabbedFewerId(tubes[0]!));
  });

  test('HT12 people of a tube come with names, numbers and phones and its neighbours, for a reason, and the opening is an event', async () => {
    const at = `/rounds/${round}/tubes/${tubes[1]}/people`;
    expect((await site.ask('GET', at, { token: lead })).status).toBe(400);
    const { people } = (
      await site.ask('GET', `${at}?reason=${encodeURIComponent('混管异常')}`, { token: lead })
    ).json;
    const inside = people.filter((p: { where: string }) => p.where === 'in');
    expect(inside.map((p: { name: string; number: string }) => [p.name, p.number])).toEqual(
      Array.from({ length: 10 }, (_, i) => [`测${9 + i}`, inventedIdNumber(9 + i)]),
    );
    expect(inside[0]).toMatchObject({
      phone: '10000000009',
      workshop: '一车间',
      team: '乙班',
      station: 1,
      voided: false,
    });
    expect(
      people.filter((p: { where: string }) => p.where === 'before').map((p: { name: string }) => p.name),
    ).toEqual(Array.from({ length: 9 }, (_, i) => `测${i}`));
    expect(people.find((p: { where: string }) => p.where === 'after')).toMatchObject({ name: '测19' });
    const none = await site.ask('GET', `/rounds/${round}/tubes/${kiosk.install}:999/people?reason=x`, {
      token: lead,
    });
    expect(none.json.code).toBe('no-tube');
    expect(site.logged.join('')).not.toMatch(/110199|测9|混管/);
  });

  test('HT13 swipes taken before the round was opened are listed as a run and counted once filed', async () => {
    const next = await site.round(lead, { stations: [{ station: 2, stand: 'after' }], name: '第5轮' });
    await site.open(lead, next);
    const other = await site.kiosk(lead, { station: 2, stand: 'after' });
    const third = await site.round(lead, { stations: [{ station: 3, stand: 'after' }], name: '第6轮' });
    const at3 = await site.ask('POST', '/pairings', { token: lead, json: { station: 3 } });
    expect(at3.status).toBe(201);
    other.swipe(person(1));
    await other.send();
    expect((await site.ask('GET', `/rounds/${next}/ladder`, { token: lead })).json.people).toBe(1);
    const early = other.append(
      'swipe',
      { ...JSON.parse(new TextDecoder().decode(other.journal.at(-1)!.body)), phase: 'test', type: 'swipe' },
      other.journal.at(-1)!.sealed,
    );
    await other.send();
    const { runs } = (await site.ask('GET', '/unfiled', { token: lead })).json;
    expect(runs).toMatchObject([{ install: other.install, phase: 'test', swipes: 1, station: 2 }]);
    const filed = await site.ask('POST', `/rounds/${third}/filings`, {
      token: lead,
      json: { install: other.install, from: runs[0].from, to: runs[0].to, reason: '忘记开轮' },
    });
    expect(filed.status).toBe(201);
    expect((await site.ask('GET', `/rounds/${third}/ladder`, { token: lead })).json.people).toBe(1);
    expect((await site.ask('GET', '/unfiled', { token: lead })).json.runs).toEqual([]);
    expect(early.endsWith(`:${runs[0].from}`)).toBe(true);
  });

  test('HT14 a board gets a snapshot and then numbered changes that lead to the state HTTP tells', async () => {
    const live = await site.round(lead, { name: '第7轮', stations: [{ station: 7, stand: 'before' }] });
    await site.open(lead, live);
    const board: Socket = io(`${site.edge.url}/board`, {
      auth: { token: lead },
      transports: ['websocket'],
      reconnection: false,
    });
    const changes: BoardChange[] = [];
    board.on('change', (change: BoardChange) => changes.push(change));
    const reply = (await board.timeout(5000).emitWithAck('watch', { round: live })) as {
      ok: true;
      snapshot: BoardSnapshot;
    };
    expect(reply.ok).toBe(true);
    const at7 = await site.kiosk(lead, { station: 7, stand: 'before' });
    at7.openTube('A1');
    for (let n = 0; n < 30; n++) {
      at7.swipe(person(100 + n));
      await at7.send();
    }
    await at7.until(() => {
      const seen = changes.reduce<BoardSnapshot | null>((s, c) => s && applyChange(s, c), reply.snapshot);
      return seen?.ladder.people === 30 && seen.tubes[0]?.places === 30;
    }, 'thirty people on the board');
    expect(changes.length).toBeLessThan(30);
    expect(changes.map((c) => c.number)).toEqual(changes.map((_, i) => reply.snapshot.number + 1 + i));
    const stations = (await site.ask('GET', `/rounds/${live}/stations`, { token: lead })).json.stations;
    expect(stations).toMatchObject([{ station: 7, people: 30, installs: [{ connected: true, waiting: 0 }] }]);
    expect(
      (
        (await board
          .timeout(5000)
          .emitWithAck('watch', { round: '11111111-1111-4111-8111-111111111111' })) as { code: string }
      ).code,
    ).toBe('no-round');
    board.disconnect();
  });

  test('HT15 an unknown round is 404 on every path', async () => {
    const none = '11111111-1111-4111-8111-111111111111';
    for (const at of [
      '',
      '/ladder',
      '/tubes',
      '/stations',
      '/discrepancies',
      '/missing',
      '/quarantine',
      '/forks',
      '/lab-counts',
      '/headcount.xlsx',
      '/report.xlsx',
      '/reconciliation.xlsx',
      '/missing.csv',
    ])
      expect((await site.ask('GET', `/rounds/${none}${at}`, { token: lead })).json.code, at).toBe('no-round');
    for (const at of ['roster', 'lab-counts'])
      expect(
        (await site.ask('PUT', `/rounds/${none}/${at}`, { token: lead, body: 'tube,count\nA,1\n' })).json
          .code,
      ).toBe('no-round');
  });
});
