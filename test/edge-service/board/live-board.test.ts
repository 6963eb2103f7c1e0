import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { BoardChange, BoardSnapshot } from '#shared/contract/board.ts';
import { roundIdSchema } from '#shared/ids.ts';
import { EdgeClient, ProblemError, problemWords } from '../../../edge-service/board/parts/edge-client.ts';
import { EdgeClock } from '../../../edge-service/board/parts/edge-clock.ts';
import { LiveBoard, type LiveState } from '../../../edge-service/board/live/live-board.ts';

const clock = new EdgeClock({
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  timer: (delayMs, run) => {
    const timer = setTimeout(run, Math.min(delayMs, 50));
    return () => clearTimeout(timer);
  },
});
const ROUND = roundIdSchema.parse('0b8e7c1a-2f3d-4e5a-9b6c-7d8e9f0a1b2c');
const ladder = {
  swipes: 0,
  voided: 0,
  repeats: 0,
  people: 0,
  onRoster: 0,
  walkIns: 0,
  roster: 0,
  excused: 0,
  expected: 0,
  missing: 0,
  untested: 0,
  toVerify: 0,
  sampledWithoutCard: 0,
  withoutTube: 0,
  complete: false,
  finalUpTo: null,
  rosterAmended: null,
};
const snapshot = (number: number): BoardSnapshot => ({
  number,
  round: ROUND,
  name: '第4轮',
  state: 'open',
  closing: null,
  expectedBasis: 'roster',
  ladder: { ...ladder, people: number * 100 },
  missingFrom: [],
  seenAtSeveralStations: 0,
  stations: [],
  tubes: [],
  listsVersion: 1,
});
const change = (number: number, people: number): BoardChange => ({
  number,
  round: ROUND,
  state: null,
  closing: null,
  ladder: { ...ladder, people },
  missingFrom: null,
  seenAtSeveralStations: null,
  stations: [],
  tubes: [],
  listsVersion: 1,
});

let http: HttpServer;
let edge: Server;
let live: LiveBoard;
let watched = 0;
/** What the next `watch` is answered. */
let answer: () => unknown;

async function start(port: number): Promise<number> {
  http = createServer();
  edge = new Server(http);
  edge.of('/board').on('connection', (socket) => {
    socket.on('watch', (_: unknown, answered: (reply: unknown) => void) => {
      watched++;
      answered(answer());
    });
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  return (http.address() as AddressInfo).port;
}

async function until(holds: (state: LiveState) => boolean): Promise<LiveState> {
  for (let i = 0; i < 500; i++) {
    if (holds(live.state())) return live.state();
    await sleep(10);
  }
  throw new Error(`never so: ${JSON.stringify(live.state())}`);
}
const people = (state: LiveState): number | null =>
  'snapshot' in state ? state.snapshot.ladder.people : null;

let port = 0;
beforeEach(async () => {
  watched = 0;
  answer = () => ({ ok: true, snapshot: snapshot(1) });
  port = await start(0);
  const socket = io(`http://127.0.0.1:${port}/board`, {
    transports: ['websocket'],
    reconnectionDelay: 50,
    reconnectionDelayMax: 100,
    forceNew: true,
  });
  live = new LiveBoard(ROUND, clock, socket);
});
afterEach(async () => {
  live.close();
  await edge.close();
});

describe('live board', () => {
  it('BD7 changes in order are applied; a jump, or a change that cannot be read, asks again', async () => {
    await until((s) => s.live === 'current');
    edge.of('/board').emit('change', change(2, 207));
    await until((s) => people(s) === 207);
    expect(watched).toBe(1);
    answer = () => ({ ok: true, snapshot: snapshot(9) });
    edge.of('/board').emit('change', change(5, 511));
    await until((s) => people(s) === 900);
    expect(watched).toBe(2);
    answer = () => ({ ok: true, snapshot: snapshot(10) });
    edge.of('/board').emit('change', { number: 10, rubbish: true });
    await until((s) => people(s) === 1000);
    expect(watched).toBe(3);
  });

  it('BD8 without the edge the figures stay and are stale; it watches again when the edge is back', async () => {
    await until((s) => s.live === 'current');
    await edge.close();
    const stale = await until((s) => s.live === 'stale');
    expect(people(stale)).toBe(100);
    answer = () => ({ ok: true, snapshot: snapshot(4) });
    await start(port);
    expect(people(await until((s) => s.live === 'current'))).toBe(400);
    answer = () => ({ ok: true, snapshot: snapshot(5) });
    edge.of('/board').disconnectSockets(true); // as an edge that stops does: socket.io does not come back from it by itself
    expect(people(await until((s) => people(s) === 500))).toBe(500);
  });

  it('BD9 a refused watch and unreadable or refused HTTP answers are told in words', async () => {
    await until((s) => s.live === 'current');
    answer = () => ({
      ok: false,
      code: 'blind',
      title: '录入员看不到数字',
      detail: 'A lab clerk sees no numbers',
      key: 'account.blind',
      parameters: {},
    });
    edge.of('/board').emit('change', change(7, 1));
    expect(await until((s) => s.live === 'refused')).toMatchObject({
      words: { key: 'account.blind', zh: '录入员看不到数字' },
    });

    http.prependListener('request', (request, response) => {
      if (request.url === '/problem') {
        response.writeHead(422, { 'content-type': 'application/problem+json' });
        const errors = [
          {
            row: 4,
            column: '身份证号码',
            code: 'number-check-digit',
            sheet: '一车间',
            key: 'roster.number-check-digit',
            parameters: {},
            zh: '校验位不对',
            en: 'check digit',
          },
        ];
        response.end(
          JSON.stringify({
            type: 'about:blank',
            status: 422,
            code: 'bad-rows',
            title: '共 3 人,可用 2',
            detail: 'one bad row',
            key: 'problem.bad-rows',
            parameters: {},
            errors,
          }),
        );
      } else if (request.url === '/odd') response.end('[1]');
      else if (request.url === '/proxy') response.writeHead(502).end('<html>');
    });
    const client = new EdgeClient(clock);
    const refused = async (path: string): Promise<ProblemError> => {
      const told: unknown = await client
        .get(`http://127.0.0.1:${port}${path}`, z.object({ a: z.string() }))
        .catch((e: unknown) => e);
      if (!(told instanceof ProblemError)) throw new Error(`no problem: ${JSON.stringify(told)}`);
      return told;
    };
    expect(await refused('/problem')).toMatchObject({
      words: { zh: '共 3 人,可用 2' },
      errors: [{ row: 4, column: '身份证号码' }],
    });
    expect((await refused('/odd')).words.zh).toContain('主机的回答看不懂');
    expect(problemWords(await refused('/proxy')).zh).toContain('502');
    const nobody = new EdgeClient(clock).get('http://127.0.0.1:1/x', z.unknown());
    await expect(nobody).rejects.toMatchObject({
      status: 0,
      words: { zh: '连不上主机,请检查网线后再试' },
    });
  });
});
