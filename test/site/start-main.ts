import '#drivers/require-runtime.ts';

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '#drivers/system-clock.ts';
import type { HttpRound } from '#shared/http.ts';
import { ROOT } from './child.ts';
import { EdgeClient } from './edge-client.ts';
import { startEdgeProcess } from './edge-process.ts';
import { startKiosk } from './kiosk-process.ts';
import { servePanel } from './reader-panel.ts';
import { SimulatedReader } from './simulated-reader.ts';
import { serveReader } from './simulated-reader-carriers.ts';
import { SiteBooks } from './site-books.ts';
import { labCsv, roundRequest, rosterCsv } from './site-files.ts';
import { planSite, type SitePlan, type StationPlan } from './site-plan.ts';
import { StationStaff } from './station-staff.ts';

const PEOPLE = 120;
const BUSY_STATIONS = 3;
/** The table one plays at. */
const OWN_STATION = BUSY_STATIONS + 1;
const CARDS_TO_PLAY_WITH = 12;
const SESSION_HOURS = 12;
/** Whoever starts the site to try knows this login from its first lines; a real site has none. */
const DEMO = { name: 'demo', password: 'muster-demo' };
const EDGE_PORT = 8470;
const OWN_KIOSK_PORT = 8471;
const PANEL_PORT = 8472;

/** From card to card 4 to 9 s: a table of two staff in its rush. */
const PACE = { betweenPeople: () => 3000 + Math.random() * 5000, hold: 700, think: 500 };

const USAGE = `用法 usage: npm start [-- --fresh] [--data DIR] [--any-port]
  --fresh     清空上次的数据重来 · begin anew, the data of the last time is deleted
  --data DIR  数据目录(data/site)
  --any-port  任意空闲端口 · any free ports instead of ${EDGE_PORT}–${PANEL_PORT}
`;

type Stop = () => Promise<void>;

/** What of a plan has been played, so that starting again goes on. */
interface Progress {
  round: string;
  done: Record<string, number>;
}

class Site {
  readonly #directory: string;
  readonly #ports: { edge: number; kiosk: number; panel: number };
  readonly #stops: Stop[] = [];
  #stopping = false;

  constructor(directory: string, anyPort: boolean) {
    this.#directory = directory;
    // Kiosks know the edge by the address they were paired with, so a free port once found is kept.
    const held = path.join(directory, 'edge-port');
    const edge = existsSync(held) ? Number(readFileSync(held, 'utf8')) : anyPort ? 0 : EDGE_PORT;
    this.#ports = anyPort ? { edge, kiosk: 0, panel: 0 } : { edge, kiosk: OWN_KIOSK_PORT, panel: PANEL_PORT };
  }

  async start(): Promise<void> {
    const edge = await startEdgeProcess({
      data: this.#made('edge'),
      keys: this.#made('keys'),
      port: this.#ports.edge,
      site: '示例机电',
    });
    this.#stops.push(() => edge.stop());
    writeFileSync(path.join(this.#directory, 'edge-port'), new URL(edge.url).port);
    const lead =
      edge.setupCode === null
        ? await EdgeClient.logIn(edge.url, DEMO)
        : await EdgeClient.setUp(edge.url, { code: edge.setupCode, ...DEMO });
    const { round, plan, spare } = await openRound(lead);
    const panel = await this.#ownTable(lead, spare);
    console.log(`
看板 Board       ${edge.url}/
                 登录 login  ${DEMO.name} / ${DEMO.password}
打卡机 Kiosk     ${panel.kiosk}   (${OWN_STATION}号台)
模拟读卡器 Cards ${panel.cards}

另有 ${BUSY_STATIONS} 个台正在打卡,人员均为虚构;有一管封 9 记 10,送检清单到后见"核对"页。Ctrl-C 停止,再次启动会接着来。
${BUSY_STATIONS} more stations are swiping invented people; one tube sealed with nine is booked as ten: see "核对" once the
laboratory's list has come. Ctrl-C stops; starting again goes on.`);
    await this.#play(lead, round, plan);
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const stop of this.#stops.toReversed()) await stop();
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  async #ownTable(
    lead: EdgeClient,
    people: readonly { person: SitePlan['roster'][number]; hint: string }[],
  ): Promise<{ kiosk: string; cards: string }> {
    const { kiosk, reader } = await this.#table(lead, OWN_STATION, this.#ports.kiosk);
    const panel = await servePanel({ reader, people, kioskAddress: kiosk.address, port: this.#ports.panel });
    this.#stops.push(() => panel.stop());
    return { kiosk: kiosk.address, cards: panel.address };
  }

  async #table(lead: EdgeClient, station: number, port: number) {
    const reader = new SimulatedReader(systemClock);
    const served = await serveReader(reader, 0);
    this.#stops.push(() => served.unplug());
    const data = path.join(this.#directory, `kiosk-${station}`);
    const paired = existsSync(data);
    const kiosk = await startKiosk({
      name: `kiosk ${station}`,
      data,
      reader: served.path,
      pair: paired ? null : (await lead.pairing(station)).code,
      port,
      gapMs: null,
    });
    this.#stops.push(() => kiosk.stop());
    return { kiosk, reader };
  }

  /** The busy tables swipe at a human pace; the laboratory books what they sealed. */
  async #play(lead: EdgeClient, round: HttpRound, plan: SitePlan): Promise<void> {
    const progress = this.#progress(round.id);
    const books = new SiteBooks(plan);
    const booked = async (whole: boolean): Promise<void> => {
      const short = plan.stations.find((s) => s.shortTube !== null);
      if (!books.tubes.some((t) => t.code === short?.tubeCodes[short.shortTube ?? 0])) return;
      await lead.putFile(
        `/rounds/${round.id}/lab-counts?complete=${whole}`,
        labCsv(books.laboratory().lines),
      );
    };
    const played = plan.stations.map((station) =>
      this.#playStation(lead, station, { books, progress, booked }),
    );
    await Promise.all(played);
    if (this.#stopping) return;
    await booked(true);
    console.log('三个台已收工,送检清单已到 · the three stations have packed up, the list has come');
  }

  async #playStation(
    lead: EdgeClient,
    plan: StationPlan,
    site: { books: SiteBooks; progress: Progress; booked: (whole: boolean) => Promise<void> },
  ): Promise<void> {
    const visits = [...plan.rush, ...plan.late];
    const { kiosk, reader } = await this.#table(lead, plan.station, 0);
    const staff = new StationStaff({
      plan,
      capacity: 10,
      bridge: kiosk.bridge,
      reader,
      books: site.books,
      pace: PACE,
    });
    await staff.see('a round', (s) => s.round !== null && s.reader === 'ready');
    staff.takeOver();
    let racked = 0;
    for (let n = site.progress.done[plan.station] ?? 0; n < visits.length && !this.#stopping; n++) {
      await staff.work(visits.slice(n, n + 1));
      site.progress.done[plan.station] = n + 1;
      writeFileSync(this.#progressFile, JSON.stringify(site.progress));
      if (site.books.tubes.length > racked) await site.booked(false);
      racked = site.books.tubes.length;
    }
    if (!this.#stopping) await staff.packUp();
  }

  #made(name: string): string {
    const directory = path.join(this.#directory, name);
    mkdirSync(directory, { recursive: true });
    return directory;
  }

  get #progressFile(): string {
    return path.join(this.#directory, 'played.json');
  }

  #progress(round: string): Progress {
    if (existsSync(this.#progressFile)) {
      const held = JSON.parse(readFileSync(this.#progressFile, 'utf8')) as Progress;
      if (held.round === round) return held;
    }
    return { round, done: {} };
  }
}

/** The round in which to go on: the newest whose last session has not ended, else a new one with its roster. */
async function openRound(lead: EdgeClient) {
  const { rounds } = await lead.rounds();
  const newest = rounds[0];
  const number = newest?.number ?? 0;
  const isOver = newest === undefined || newest.sessions.every((s) => Date.parse(s.to) < Date.now());
  const plan = planSite({
    seed: isOver ? number + 1 : number,
    stations: BUSY_STATIONS,
    people: PEOPLE,
    faults: ['nine-for-ten'],
  });
  const others = planSite({
    seed: 7000 + plan.seed,
    stations: 1,
    people: CARDS_TO_PLAY_WITH + 1,
    faults: [],
  });
  const spare = others.roster.slice(0, CARDS_TO_PLAY_WITH);
  const onRoster = spare.slice(0, -2);
  const hints = spare.map((person) => ({
    person,
    hint: onRoster.includes(person) ? `${person.workshop} ${person.team}` : '名单外 not on the roster',
  }));
  if (!isOver) return { round: newest, plan, spare: hints };
  const request = roundRequest(plan, {
    name: `第${number + 1}轮`,
    now: Date.now(),
    sessionHours: SESSION_HOURS,
  });
  request.stations.push({ station: OWN_STATION, stand: 'before' });
  const round = await lead.createRound(request);
  const roster = [...plan.roster, ...onRoster.map((p, i) => ({ ...p, staffNumber: String(90_001 + i) }))];
  await lead.putFile(`/rounds/${round.id}/roster`, rosterCsv(roster));
  return { round: await lead.setState(round.id, 'open'), plan, spare: hints };
}

/** The board and the screen are pages that have to be built once. */
function buildPages(): void {
  const vite = path.join(ROOT, 'node_modules/vite/bin/vite.js');
  for (const [page, config] of [
    ['dist/board/index.html', 'edge-service/board/vite.config.ts'],
    ['dist/electron/screen/index.html', 'kiosk/vite.config.ts'],
  ] as const) {
    if (existsSync(path.join(ROOT, page))) continue;
    console.log(`生成网页 building ${path.dirname(page)} …`);
    const built = spawnSync(
      process.execPath,
      [vite, 'build', '-c', path.join(ROOT, config), '--logLevel', 'warn'],
      {
        cwd: ROOT,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    if (built.status !== 0) throw new Error(`${config} could not be built`);
  }
}

async function main(): Promise<void> {
  let given: { fresh: boolean; data: string; 'any-port': boolean };
  try {
    given = parseArgs({
      options: {
        fresh: { type: 'boolean', default: false },
        data: { type: 'string', default: path.join(ROOT, 'data/site') },
        'any-port': { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const directory = path.resolve(given.data);
  if (given.fresh) rmSync(directory, { recursive: true, force: true });
  buildPages();
  const site = new Site(directory, given['any-port']);
  const stop = (): void => {
    console.log('\n正在停止 stopping …');
    // Staff may be waiting for an answer of a kiosk that is no more.
    void site.stop().then(() => process.exit());
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    await site.start();
  } catch (error) {
    if (!site.stopping) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
    await site.stop();
  }
}

await main();
