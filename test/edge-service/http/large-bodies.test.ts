import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JSON_BYTES_MAX } from '../../../edge-service/http/unread-body.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';

let site: EdgeSite;
let lead: string;
beforeAll(async () => {
  site = await EdgeSite.start();
  lead = await site.lead();
});
afterAll(async () => {
  await site.stop();
  site.remove();
});

describe('bodies that are too large', () => {
  /** Announces a body and sends only some of it. Returns what was answered until the edge closed, and how long that took. */
  async function announced(
    head: string,
    { length, sent = 0, token = null }: { length: number | 'chunked'; sent?: number; token?: string | null },
  ): Promise<{ answer: string; ms: number }> {
    const socket = connect(site.edge.port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('error', () => undefined); // a refused sender may be cut off
    const body = 'x'.repeat(sent);
    socket.write(
      [
        `${head} HTTP/1.1`,
        `host: 127.0.0.1:${site.edge.port}`,
        'content-type: application/json',
        ...(token === null ? [] : [`authorization: Bearer ${token}`]),
        length === 'chunked' ? 'transfer-encoding: chunked' : `content-length: ${length}`,
        '',
        length === 'chunked' ? `${sent.toString(16)}\r\n${body}\r\n` : body,
      ].join('\r\n'),
    );
    const at = performance.now();
    await once(socket, 'close');
    return { answer: Buffer.concat(parts).toString('utf8'), ms: performance.now() - at };
  }
  const megabytes = 8 * 1024 * 1024;

  it.each([
    ['POST /api/v1/session', 413],
    ['POST /api/v1/setup', 413],
    ['POST /api/v1/pairings/redeem', 413],
    ['POST /api/v1/rounds', 401],
    ['PUT /api/v1/rounds/0b8e7c1a-2f3d-4e5a-9b6c-7d8e9f0a1b2c/roster', 401],
    ['PUT /api/v1/rounds/0b8e7c1a-2f3d-4e5a-9b6c-7d8e9f0a1b2c/lab-counts', 401],
    ['POST /api/v1/nothing-here', 413],
    ['POST /api/v1/rounds/%zz', 400],
    ['GET /api/v1/rounds', 401],
  ])(
    'AC22 a stranger’s %s of 8 MB is answered before it has come, and the connection ends',
    async (head, status) => {
      const { answer, ms } = await announced(head, { length: megabytes, sent: 1000 });
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toMatch(/^connection: close\r$/im);
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ status });
      expect(ms).toBeLessThan(5000);
    },
  );

  it('AC22 with a session a body is refused all the same, on routes that take no file', async () => {
    const body = { length: JSON_BYTES_MAX + 1, sent: JSON_BYTES_MAX + 1, token: lead };
    const { answer } = await announced('POST /api/v1/rounds', body);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('请求太大');
    const unannounced = await announced('POST /api/v1/session', { length: 'chunked', sent: megabytes / 64 });
    expect(unannounced.answer).toMatch(/^HTTP\/1.1 413 /);
  });

  it('AC22 who sends all of a refused body gets the answer whole, and the log holds nothing of it', async () => {
    const body = JSON.stringify({ name: '测试甲'.repeat(megabytes / 8), password: 'x' });
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => site.ask('POST', '/session', { body, type: 'application/json' })),
    );
    expect(replies.map((reply) => [reply.status, reply.json.code])).toEqual(
      Array.from({ length: 4 }, () => [413, 'file-too-long']),
    );
    expect(site.logged.join('')).not.toContain('测试甲');
  });

  it('AC22 who is logged in and sends a file that is too large slowly is told so when all is sent', async () => {
    const round = await site.round(lead);
    const parts = 12;
    const asked = request(`${site.edge.url}/api/v1/rounds/${round}/roster`, {
      method: 'PUT',
      agent: false,
      headers: {
        authorization: `Bearer ${lead}`,
        'content-type': 'text/csv',
        'content-length': parts * 1024 * 1024,
      },
    });
    const answered = once(asked, 'response');
    for (let n = 0; n < parts; n++) {
      asked.write(Buffer.alloc(1024 * 1024, '\n'));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    asked.end();
    await once(asked, 'finish');
    const [answer] = (await answered) as [{ statusCode: number }];
    expect(answer.statusCode).toBe(413);
  });

  it('BN1 a body of the bound is read, one of a byte more is not', async () => {
    const ask = async (length: number): Promise<string> => {
      const body = JSON.stringify({ name: 'x', password: 'x' }).padEnd(length, ' ');
      return String((await site.ask('POST', '/session', { body, type: 'application/json' })).json.code);
    };
    expect([await ask(JSON_BYTES_MAX - 1), await ask(JSON_BYTES_MAX), await ask(JSON_BYTES_MAX + 1)]).toEqual(
      ['wrong-login', 'wrong-login', 'file-too-long'],
    );
  });
});
