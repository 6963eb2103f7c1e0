import { FILE_BYTES_MAX } from '#shared/contract/http-requests.ts';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { utils, write } from '@e965/xlsx';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildEdge } from '../../site/edge-process.ts';
import { inventPeople } from '../../site/invented-people.ts';
import { endlessHtml, sheetOf, xlsxOf } from '../../support/edge/hostile-files.ts';
import { edgeArguments } from '../../support/edge/hostile-site.ts';
import { extent } from '../../support/machine/extent.ts';
import { WatchedProcess } from '../../support/machine/watched-process.ts';

const HOUR_MS = 3_600_000;
const GUARD_MS = 30_000;
/** A guard: half a minute of files and a minute of rest, beside ten other programs. */
const FORTY_MS_MAX = 300_000;
/** What a start leaves to be done is done by then. */
const REST_MS = 3000;
/** Characters of a note that make a roster of 36,000 nearly as large as may be. */
const FILLING = 50;
/** Twice two files, their rows on the way to the writer, and as much again that is not cleared out yet; forty of 8 MB were 1,100. */
const PEAK_MB = 400;
const GOOD = sheetOf([
  ['身份证号', '姓名', '车间', '班组'],
  ['11019919751103008X', '样本', '一车间', '甲班'],
]);
const ENDLESS = endlessHtml();

let dir: string;
let edge: WatchedProcess;
let url: string;
let lead: string;
let round: string;

async function ask(method: string, at: string, given: { json?: unknown; body?: Uint8Array<ArrayBuffer> }) {
  const response = await fetch(`${url}/api/v1${at}`, {
    method,
    headers: {
      authorization: `Bearer ${lead}`,
      'content-type': given.json === undefined ? 'application/octet-stream' : 'application/json',
    },
    body: given.json === undefined ? (given.body ?? null) : JSON.stringify(given.json),
  });
  return { status: response.status, json: (await response.json()) as Record<string, string> };
}
const put = (bytes: Uint8Array) => ask('PUT', `/rounds/${round}/roster`, { body: new Uint8Array(bytes) });

beforeEach(async () => {
  buildEdge();
  dir = mkdtempSync(path.join(tmpdir(), 'muster-files-'));
  edge = new WatchedProcess('dist/edge/main.js', edgeArguments(dir));
  [, url = ''] = await edge.says(/the edge is ready: (http:\S+)/);
  const [, code = ''] = await edge.says(/set-up code, once: (\S+)/);
  lead = '0'.repeat(32);
  const account = { code, name: '现场负责人', password: 'four words are long' };
  lead = (await ask('POST', '/setup', { json: account })).json['token'] ?? '';
  const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
  const definition = {
    name: '第4轮',
    capacity: 10,
    tubeMode: 'codes',
    expectedBasis: 'roster',
    stations: [{ station: 1, stand: 'before' }],
    sessions: [{ name: '早场', from: at(-HOUR_MS), to: at(HOUR_MS), shift: null }],
  };
  round = (await ask('POST', '/rounds', { json: definition })).json['id'] ?? '';
});
afterEach(async () => {
  await edge.kill();
  rmSync(dir, { recursive: true, force: true });
});

/** Processes that the edge has started and that run. */
function children(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return new RegExp(`^PPid:\\t${edge.pid}$`, 'm').test(readFileSync(`/proc/${pid}/status`, 'utf8'));
      } catch {
        return false; // ended meanwhile
      }
    })
    .map(Number);
}
/** True while it runs; one that nobody has waited for yet has ended. */
function runs(pid: number): boolean {
  try {
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
/** Resident memory of the edge, MB, without the process for files. */
const resident = (): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${edge.pid}/status`, 'utf8'))?.[1]) / 1024;

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + GUARD_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error('waited in vain');
    await pause(20);
  }
}

describe('the process for files', () => {
  it('AC66 files are read in a process that begins with the first, serves the next and ends with the edge', async () => {
    expect(children()).toEqual([]);
    expect((await put(xlsxOf(GOOD))).status).toBe(200);
    const first = children();
    expect(first).toHaveLength(1);
    expect((await put(xlsxOf(GOOD))).status).toBe(200);
    expect(children()).toEqual(first);
    // Whoever reads the next file does not miss the one that was killed.
    process.kill(first[0]!, 'SIGKILL');
    await until(() => children().length === 0);
    expect((await put(xlsxOf(GOOD))).status).toBe(200);
    const next = children();
    expect(await edge.stop()).toBe(0);
    expect(next.filter(runs)).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'AC66 told to end by %s in the middle of a file, the edge leaves no process behind',
    async (signal) => {
      const given = put(ENDLESS).catch(() => null);
      await until(() => children().length === 1);
      const [reader = 0] = children();
      await pause(1000); // long enough to be in the middle of it
      expect(runs(reader)).toBe(true);
      await edge.stop(signal);
      await until(() => !runs(reader));
      await given;
    },
  );

  it('TF13 what the library says of a file to the console comes into no log', async () => {
    const book = utils.book_new();
    utils.book_append_sheet(
      book,
      utils.aoa_to_sheet([
        ['姓名', '身份证号', '车间', '班组'],
        ['样本', '11019919751103008X', '一车间', '甲班'],
      ]),
    );
    const file = Buffer.from(write(book, { type: 'array', bookType: 'biff8', bookSST: true }) as ArrayBuffer);
    // a record of no kind in the place of the one behind the first
    const bof = file.indexOf(Buffer.from([0x09, 0x08, 0x10, 0]));
    file.writeUInt16LE(0x3031, bof + 4 + file.readUInt16LE(bof + 2));
    expect((await put(file)).status).toBe(200);
    expect((await put(xlsxOf(GOOD))).status).toBe(200);
    expect(edge.said).not.toMatch(/XLS Record/);
  });

  it(
    'AC67 forty files at once take little memory, and a minute later none of it is kept',
    async () => {
      const people = inventPeople({ seed: 5, count: 36_000 });
      const rows = people.map((p) => `${p.number},${p.name},一车间,甲班,${'备'.repeat(FILLING)}`);
      const roster = Buffer.from(['number,name,workshop,team,note', ...rows].join('\n'));
      expect(roster.length).toBeGreaterThan(FILE_BYTES_MAX * 0.8);
      await pause(REST_MS);
      const before = resident();
      let peak = before;
      const watch = setInterval(() => (peak = Math.max(peak, resident())), 50);
      const replies = await Promise.all(Array.from({ length: 40 }, () => put(roster)));
      clearInterval(watch);
      const statuses = new Set(replies.map((reply) => reply.status));
      expect([...statuses].filter((status) => ![200, 503].includes(status))).toEqual([]);
      expect(statuses).toContain(200);
      expect(peak - before, `${before} MB before, ${peak} at the peak`).toBeLessThan(PEAK_MB);
      const seconds = extent({ everyday: 0, full: 60 });
      if (seconds === 0) return;
      await pause(seconds * 1000);
      expect(resident() / before, `${before} MB before, ${resident()} MB after`).toBeLessThan(1.2);
    },
    FORTY_MS_MAX,
  );
});
