import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { roundIdSchema, type RoundId } from '#shared/ids.ts';
import { type EdgeSettings, type RunningEdge, startEdge } from '../../../edge-service/edge.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { DescribedRefusals } from './described-refusals.ts';
import { redeem, WireKiosk } from './wire-kiosk.ts';

export interface Reply {
  status: number;
  type: string;
  /** Parsed JSON, or null where the answer is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests reach into answers whose shape other tests prove
  json: any;
  bytes: Uint8Array;
  headers: Headers;
}

/** A real edge on a free port with a real database: what a test asks goes over HTTP and sockets. */
export class EdgeSite {
  readonly edge: RunningEdge;
  readonly dir: string;
  /** Everything the edge logged, as lines of JSON. */
  readonly logged: string[];
  readonly #kiosks: WireKiosk[] = [];
  readonly #described: DescribedRefusals;
  #stopped: Promise<void> | null = null;

  private constructor(made: { edge: RunningEdge; dir: string; logged: string[] }) {
    this.edge = made.edge;
    this.dir = made.dir;
    this.logged = made.logged;
    this.#described = new DescribedRefusals(made.edge.url);
  }

  static async start(settings: Partial<EdgeSettings> & { dir?: string } = {}): Promise<EdgeSite> {
    const dir = settings.dir ?? mkdtempSync(path.join(tmpdir(), 'muster-site-'));
    const logged: string[] = [];
    const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
    const edge = await startEdge({
      data: path.join(dir, 'data'),
      keys: path.join(dir, 'keys'),
      host: '127.0.0.1',
      port: 0,
      boardDir: null,
      site: '示例机电',
      tls: false,
      advertisedHost: null,
      log,
      clock: systemClock,
      demo: null,
      ...settings,
    });
    return new EdgeSite({ edge, dir, logged });
  }

  /** The first account, with the code that was printed. Returns its token. */
  async lead(): Promise<string> {
    const reply = await this.ask('POST', '/setup', {
      json: { code: this.edge.setupCode, name: '现场负责人', password: 'four words are long' },
    });
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.json));
    return reply.json.token as string;
  }

  /** A further account with these roles, logged in. Returns its token. */
  async person(lead: string, account: { name: string; roles: string[] }): Promise<string> {
    const password = `${account.name} has a password`;
    const made = await this.ask('POST', '/accounts', { token: lead, json: { ...account, password } });
    if (made.status !== 201) throw new Error(JSON.stringify(made.json));
    const opened = await this.ask('POST', '/session', { json: { name: account.name, password } });
    return opened.json.token as string;
  }

  async ask(
    method: string,
    at: string,
    given: {
      token?: string;
      json?: unknown;
      body?: string | Uint8Array;
      type?: string;
      headers?: Record<string, string>;
    } = {},
  ): Promise<Reply> {
    const body = given.json !== undefined ? JSON.stringify(given.json) : given.body;
    const headers: Record<string, string> = { ...given.headers };
    if (given.token !== undefined) headers['authorization'] = `Bearer ${given.token}`;
    if (given.json !== undefined) headers['content-type'] = 'application/json';
    else if (body !== undefined) headers['content-type'] = given.type ?? 'application/octet-stream';
    const url = `${this.edge.url}${at.startsWith('/api') ? at : `/api/v1${at}`}`;
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : (body as Uint8Array<ArrayBuffer>) }),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const type = response.headers.get('content-type') ?? '';
    const json = bytes.length > 0 && /json/.test(type) ? JSON.parse(new TextDecoder().decode(bytes)) : null;
    if (/problem/.test(type))
      await this.#described.check({ method, url, status: response.status, code: String(json.code) });
    return { status: response.status, type, json, bytes, headers: response.headers };
  }

  /** A draft round around now; `stations` all before the swab unless said otherwise. Returns its id. */
  async round(token: string, definition: Record<string, unknown> = {}): Promise<RoundId> {
    const now = Date.now();
    const reply = await this.ask('POST', '/rounds', {
      token,
      json: {
        name: '第4轮核酸',
        capacity: 10,
        tubeMode: 'codes',
        expectedBasis: 'roster-minus-excused',
        stations: [{ station: 1, stand: 'before' }],
        sessions: [
          {
            name: '早场',
            from: new Date(now - 7_200_000).toISOString(),
            to: new Date(now - 3_600_000).toISOString(),
            shift: null,
          },
        ],
        ...definition,
      },
    });
    if (reply.status !== 201) throw new Error(JSON.stringify(reply.json));
    return roundIdSchema.parse(reply.json.id);
  }

  async open(token: string, round: RoundId): Promise<void> {
    const reply = await this.ask('POST', `/rounds/${round}/state`, { token, json: { state: 'open' } });
    if (reply.status !== 200) throw new Error(JSON.stringify(reply.json));
  }

  /** A paired kiosk that knows an open round. */
  async kiosk(
    token: string,
    at: { station: number; stand: 'before' | 'after'; wall?: () => number },
  ): Promise<WireKiosk> {
    const pairing = await this.ask('POST', '/pairings', { token, json: { station: at.station } });
    const address = { origin: this.edge.url, fingerprint: this.edge.fingerprint };
    const redeemed = await redeem(address, { secret: pairing.json.secret as string, device: 'test kiosk' });
    const kiosk = await WireKiosk.open({
      edge: address,
      redeemed,
      device: 'test kiosk',
      stand: at.stand,
      wall: at.wall ?? Date.now,
    });
    this.#kiosks.push(kiosk);
    return kiosk.ready();
  }

  /** Once, however often it is asked. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    for (const kiosk of this.#kiosks) kiosk.socket.disconnect();
    await this.edge.stop();
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
