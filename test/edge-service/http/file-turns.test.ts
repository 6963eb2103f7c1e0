import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  FILE_BODY_BYTES_MAX,
  FILE_BYTES_HELD_MAX,
  FILE_WAIT_MS_MAX,
  FILES_WAITING_MAX,
} from '../../../edge-service/http/file-turns.ts';
import { EdgeSite } from '../../support/edge/edge-site.ts';
import { HandClock } from '../../support/hand-clock.ts';

const clock = new HandClock(Date.now());
const LARGE_AT_ONCE = Math.floor(FILE_BYTES_HELD_MAX / FILE_BODY_BYTES_MAX);
const ROSTER = 'number,name,workshop,team\n11019919751103008X,样本,一车间,甲班\n';

let site: EdgeSite;
let lead: string;
let round: string;
beforeAll(async () => {
  site = await EdgeSite.start({ clock });
  lead = await site.lead();
  round = await site.round(lead);
});
afterAll(async () => {
  await site.stop();
  site.remove();
});

/** A file whose sender announces the largest size and has sent only its beginning. */
class SlowFile {
  readonly #socket: Socket;
  #answer = '';

  constructor() {
    this.#socket = connect(site.edge.port, '127.0.0.1');
    this.#socket.setEncoding('utf8').on('data', (text: string) => (this.#answer += text));
    this.#socket.on('error', () => undefined); // a refused sender may be cut off
    this.#socket.write(
      `PUT /api/v1/rounds/${round}/roster HTTP/1.1\r\nhost: 127.0.0.1:${site.edge.port}\r\n` +
        `authorization: Bearer ${lead}\r\ncontent-type: text/csv\r\ncontent-length: ${FILE_BODY_BYTES_MAX}\r\n\r\n${ROSTER}`,
    );
  }

  get answer(): string {
    return this.#answer;
  }

  /** Sends the rest: a file of too many bytes, refused by its reader. */
  sendRest(): void {
    this.#socket.write(Buffer.alloc(FILE_BODY_BYTES_MAX - Buffer.byteLength(ROSTER), '\n'));
  }

  async leave(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.destroy();
    await closed;
  }
}

const put = () => site.ask('PUT', `/rounds/${round}/roster`, { token: lead, body: ROSTER });
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
/** Resolves once so many files wait: each has a timer of its own, and nothing else begins or ends one meanwhile. */
async function waits(idle: number, files: number): Promise<void> {
  await until(() => clock.timersWaiting === idle + files);
}
/** Room for no file, and one waits. */
async function full(idle: number): Promise<SlowFile[]> {
  const slow = Array.from({ length: LARGE_AT_ONCE + 1 }, () => new SlowFile());
  await waits(idle, 1);
  return slow;
}

describe('many files at once', () => {
  it('AC65 two large files are read at once, eight wait unread, and one more is told to come again', async () => {
    expect((await put()).status).toBe(200);
    const idle = clock.timersWaiting;
    const slow = await full(idle);
    const waiting = Array.from({ length: FILES_WAITING_MAX - 1 }, put);
    await waits(idle, FILES_WAITING_MAX);
    const more = await put();
    expect([more.status, more.json.code]).toEqual([503, 'files-waiting']);
    expect(more.headers.get('retry-after')).toBe('10');
    expect(clock.timersWaiting, 'the others still wait').toBe(idle + FILES_WAITING_MAX);
    expect((await site.ask('GET', `/rounds/${round}/ladder`, { token: lead })).status).toBe(200);
    for (const file of slow) file.sendRest();
    for (const reply of await Promise.all(waiting)) expect(reply.status).toBe(200);
    await until(() => slow.every((file) => file.answer !== ''));
    for (const file of slow) expect(file.answer).toMatch(/^HTTP\/1.1 413 /);
    for (const file of slow) await file.leave();
  });

  it('AC65 who has waited long is told to come again, and who leaves gives the room back', async () => {
    expect((await put()).status).toBe(200);
    const idle = clock.timersWaiting;
    const slow = await full(idle);
    const late = put();
    await waits(idle, 2);
    await clock.advance(FILE_WAIT_MS_MAX - 1);
    expect(clock.timersWaiting).toBeGreaterThanOrEqual(2);
    await clock.advance(1);
    expect((await late).json.code).toBe('files-waiting');
    await until(() => slow.some((file) => file.answer !== ''));
    const refused = slow.filter((file) => file.answer !== '');
    expect(refused.map((file) => file.answer)).toEqual([expect.stringMatching(/^HTTP\/1.1 503 /)]);
    const next = put();
    for (const file of slow) await file.leave();
    expect((await next).status).toBe(200);
    // Who leaves while waiting is not waited for: room for all is there again.
    const before = clock.timersWaiting;
    const more = await full(before);
    const behind = put();
    await waits(before, 2);
    for (const file of more) await file.leave();
    expect((await behind).status).toBe(200);
  });
});
