import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { linkHash, type Sha256 } from '#shared/event/chain.ts';
import { utf8ToBytes } from '#shared/bytes.ts';
import { roundIdSchema, type RoundId } from '#shared/ids.ts';
import { createHash } from 'node:crypto';
import { redeem, WireKiosk } from './wire-kiosk.ts';
import { WatchedProcess } from '../machine/watched-process.ts';

const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const HOUR_MS = 3_600_000;

export interface Said {
  status: number;
  text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests reach into answers whose shape other tests prove
  json: any;
}

/** A real edge process with its whole log, and the HTTP and sockets of whoever attacks it. */
export class HostileSite {
  readonly dir: string;
  readonly process: WatchedProcess;
  readonly url: string;
  readonly setupCode: string;
  lead = '';
  readonly #kiosks: WireKiosk[] = [];

  private constructor(made: { dir: string; process: WatchedProcess; url: string; setupCode: string }) {
    this.dir = made.dir;
    this.process = made.process;
    this.url = made.url;
    this.setupCode = made.setupCode;
  }

  /** Starts `npm run edge` at its wordiest, unless told otherwise, and makes the first account. */
  static async start(environment: Record<string, string> = {}): Promise<HostileSite> {
    const dir = mkdtempSync(path.join(tmpdir(), 'muster-hostile-'));
    const child = new WatchedProcess('edge-service/main.ts', edgeArguments(dir), {
      MUSTER_LOG: 'trace',
      ...environment,
    });
    const [, url = ''] = await child.says(/the edge is ready: (http:\S+)/);
    const [, setupCode = ''] = await child.says(/set-up code, once: (\S+)/);
    const site = new HostileSite({ dir, process: child, url, setupCode });
    const made = await site.ask('POST', '/setup', {
      json: { code: setupCode, name: '现场负责人', password: 'four words are long' },
    });
    site.lead = made.json.token as string;
    return site;
  }

  async ask(
    method: string,
    at: string,
    given: {
      token?: string | null;
      json?: unknown;
      body?: string | Uint8Array;
      headers?: Record<string, string>;
    } = {},
  ): Promise<Said> {
    const { token = null } = given;
    const body = given.json === undefined ? given.body : JSON.stringify(given.json);
    const response = await fetch(`${this.url}/api/v1${at}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(given.json === undefined ? {} : { 'content-type': 'application/json' }),
        ...given.headers,
      },
      ...(body === undefined ? {} : { body: body as string | Uint8Array<ArrayBuffer> }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
    return { status: response.status, text, json: isJson ? JSON.parse(text) : null };
  }

  /** A further account, logged in. Returns its token. */
  async person(name: string, roles: readonly string[]): Promise<string> {
    const password = `${name} has a password`;
    await this.ask('POST', '/accounts', { token: this.lead, json: { name, roles, password } });
    return (await this.ask('POST', '/session', { json: { name, password } })).json.token as string;
  }

  /** An open round with stations 1 and 2 before the swab. Returns its id. */
  async openRound(): Promise<RoundId> {
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    const round = await this.ask('POST', '/rounds', {
      token: this.lead,
      json: {
        name: '第4轮',
        capacity: 10,
        tubeMode: 'codes',
        expectedBasis: 'roster',
        stations: [1, 2].map((station) => ({ station, stand: 'before' })),
        sessions: [{ name: '早场', from: at(-HOUR_MS), to: at(HOUR_MS), shift: null }],
      },
    });
    const id = roundIdSchema.parse(round.json.id);
    await this.ask('POST', `/rounds/${id}/state`, { token: this.lead, json: { state: 'open' } });
    return id;
  }

  async pair(station: number): Promise<{ pairing: string; secret: string }> {
    const { json } = await this.ask('POST', '/pairings', { token: this.lead, json: { station } });
    return { pairing: json.id as string, secret: json.secret as string };
  }

  /** A kiosk that was paired and welcomed, and whose program does what it likes. */
  async kiosk(station: number): Promise<{ kiosk: WireKiosk; pairing: string; token: string }> {
    const { pairing, secret } = await this.pair(station);
    const edge = { origin: this.url, fingerprint: null };
    const redeemed = await redeem(edge, { secret, device: 'hostile' });
    const kiosk = await WireKiosk.open({
      edge,
      redeemed,
      device: 'hostile',
      stand: 'before',
      wall: Date.now,
    });
    this.#kiosks.push(kiosk);
    return { kiosk: await kiosk.ready(), pairing, token: redeemed.token };
  }

  async stop(): Promise<number | null> {
    for (const kiosk of this.#kiosks) kiosk.close();
    const code = await this.process.stop();
    rmSync(this.dir, { recursive: true, force: true });
    return code;
  }
}

export const edgeArguments = (dir: string): string[] => [
  '--host=127.0.0.1',
  '--port=0',
  `--data=${path.join(dir, 'data')}`,
  `--keys=${path.join(dir, 'keys')}`,
  '--site=示例机电',
];

/** Appends these bytes to the kiosk's journal as an event whose link verifies, whatever they say. */
export function appendRaw(kiosk: WireKiosk, body: object | string | Uint8Array): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const bytes = body instanceof Uint8Array ? body : utf8ToBytes(text);
  const sequence = kiosk.head.sequence + 1;
  const hash = linkHash(sha256, {
    previous: kiosk.head.hash,
    install: kiosk.install,
    sequence,
    body: bytes,
  });
  kiosk.journal.push({ sequence, hash, body: bytes, sealed: null });
  kiosk.head = { sequence, hash };
}

/** Longest wait for an answer that costs the edge nothing but its event loop, ms, since the last look. */
export function watchLoop(url: string): { longest: () => number; stop: () => void } {
  const ended = new AbortController();
  let longest = 0;
  const look = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const from = performance.now();
      await (await fetch(`${url}/nothing-here`)).arrayBuffer();
      longest = Math.max(longest, performance.now() - from);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  void look().catch(() => (longest = ended.signal.aborted ? longest : Infinity));
  return {
    longest: () => {
      const seen = longest;
      longest = 0;
      return seen;
    },
    stop: () => ended.abort(),
  };
}
