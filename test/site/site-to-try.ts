import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '#shared/node/system-clock.ts';
import { EdgeClient } from './edge-client.ts';
import { startEdgeProcess } from './edge-process.ts';
import { startKiosk } from './site-kiosk.ts';
import { KeptBooks } from './played.ts';
import { servePanel } from './readers/reader-panel.ts';
import { SimulatedReader } from './readers/simulated-reader.ts';
import { serveReader } from './readers/simulated-reader-carriers.ts';
import { labCsv } from './site-files.ts';
import type { StationPlan } from './site-plan.ts';
import { BUSY_STATIONS, OWN_STATION, roundToTry, type TriedRound } from './site-round.ts';
import { isOnline, StationStaff, type Pace } from './station-staff.ts';

/** Whoever starts the site to try knows this login from its first lines; a real site has none. */
const DEMO = { name: 'demo', password: 'muster-demo' };

type Stop = () => Promise<void>;

/** How the busy tables work. `gapMs`: between two looks at a reader, null as with real readers. */
export interface Tempo {
  pace: Pace;
  gapMs: number | null;
}

export interface SitePorts {
  edge: number;
  kiosk: number;
  panel: number;
}

/** Edge, board, a table to play at and busy tables, as processes of their own. */
export class SiteToTry {
  readonly #directory: string;
  readonly #ports: SitePorts;
  readonly #tempo: Tempo;
  readonly #stops: Stop[] = [];
  #stopping = false;

  constructor(options: { directory: string; ports: SitePorts; tempo: Tempo }) {
    this.#directory = options.directory;
    this.#ports = options.ports;
    this.#tempo = options.tempo;
  }

  /** Resolves when the busy tables have packed up; the site goes on until it is stopped. */
  async start(): Promise<void> {
    const edge = await startEdgeProcess({
      data: this.#made('edge'),
      keys: this.#made('keys'),
      port: this.#ports.edge,
      site: '示例机电',
    });
    this.#stops.push(() => edge.stop());
    writeFileSync(edgePortFile(this.#directory), new URL(edge.url).port);
    const lead =
      edge.setupCode === null
        ? await EdgeClient.logIn(edge.url, DEMO)
        : await EdgeClient.setUp(edge.url, { code: edge.setupCode, ...DEMO });
    const tried = await roundToTry(lead, path.join(this.#directory, 'played.json'));
    const panel = await this.#ownTable(lead, tried.spare);
    console.log(`
看板 Board       ${edge.url}/
                 登录 login  ${DEMO.name} / ${DEMO.password}
打卡机 Kiosk     ${panel.kiosk}   (${OWN_STATION}号台)
模拟读卡器 Cards ${panel.cards}

${tried.played.over ? OVER : BUSY}`);
    if (!tried.played.over) await this.#play(lead, tried);
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const stop of this.#stops.toReversed()) await stop();
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  async #ownTable(lead: EdgeClient, people: TriedRound['spare']): Promise<{ kiosk: string; cards: string }> {
    const { kiosk, reader } = await this.#table(lead, {
      station: OWN_STATION,
      port: this.#ports.kiosk,
      gapMs: null,
    });
    const panel = await servePanel({ reader, people, kioskAddress: kiosk.address, port: this.#ports.panel });
    this.#stops.push(() => panel.stop());
    return { kiosk: kiosk.address, cards: panel.address };
  }

  async #table(lead: EdgeClient, at: { station: number; port: number; gapMs: number | null }) {
    const { station, port, gapMs } = at;
    const reader = new SimulatedReader(systemClock);
    const served = await serveReader(reader, 0);
    this.#stops.push(() => served.unplug());
    const kiosk = await startKiosk({
      name: `kiosk ${station}`,
      data: path.join(this.#directory, `kiosk-${station}`),
      reader: served.path,
      // A kiosk that is paired leaves it unused; one that was stopped before it was paired needs it.
      pair: (await lead.pairing(station)).code,
      port,
      gapMs,
    });
    this.#stops.push(() => kiosk.stop());
    return { kiosk, reader };
  }

  /** The busy tables swipe; the laboratory books what they sealed. */
  async #play(lead: EdgeClient, tried: TriedRound): Promise<void> {
    const { round, plan, played } = tried;
    const books = new KeptBooks(plan, played);
    const short = plan.stations.find((s) => s.shortTube !== null);
    const shortCode = short?.tubeCodes[short.shortTube ?? 0];
    /** False until the tube that is booked wrong lies in the rack. Tubes of the table one plays at are never on it: 未回. */
    const booked = async (): Promise<boolean> => {
      if (!books.tubes.some((t) => t.code === shortCode)) return false;
      const lines = labCsv(books.laboratory().lines);
      try {
        await lead.putFile(`/rounds/${round.id}/lab-counts?complete=false&add=true`, lines);
        return true;
      } catch (error) {
        // A person at the board may have closed the round meanwhile; the stations go on.
        console.log(`送检清单没有送到 · the laboratory's list did not arrive: ${String(error)}`);
        return false;
      }
    };
    const stations = await Promise.all(
      plan.stations.map((station) => this.#playStation(lead, station, { tried, books, booked })),
    );
    if (this.#stopping || !stations.every((packedUp) => packedUp) || !(await booked())) return;
    played.finish();
    console.log(LIST_HERE);
  }

  /** Whether it has packed up; false where it was stopped before, or its kiosk was turned to another round. */
  async #playStation(
    lead: EdgeClient,
    plan: StationPlan,
    site: { tried: TriedRound; books: KeptBooks; booked: () => Promise<boolean> },
  ): Promise<boolean> {
    const { round, played } = site.tried;
    const visits = [...plan.rush, ...plan.late];
    const { pace, gapMs } = this.#tempo;
    const { kiosk, reader } = await this.#table(lead, { station: plan.station, port: 0, gapMs });
    const staff = new StationStaff({
      plan,
      capacity: 10,
      bridge: kiosk,
      reader,
      books: site.books,
      pace,
    });
    await staff.see('a reader', (s) => s.reader === 'ready');
    // From its disk the kiosk may know the round before; one that somebody turned to another round never comes to this one.
    // It knows again from the edge alone who swiped before it was stopped.
    await staff.see(round.name, (s) => s.round?.name === round.name && isOnline(s)).catch(() => null);
    staff.takeOver();
    let racked = site.books.tubes.length;
    for (let n = played.done(plan.station); n < visits.length; n++) {
      if (this.#stopping) return false;
      if (staff.round !== round.name) {
        console.log(
          `${plan.station}号台已转到${staff.round ?? '别的轮次'},不再自动打卡 · station ${plan.station} works on another round now and swipes no more by itself`,
        );
        return false;
      }
      await staff.work(visits.slice(n, n + 1));
      played.visited(plan.station);
      if (site.books.tubes.length > racked) await site.booked();
      racked = site.books.tubes.length;
    }
    if (this.#stopping) return false;
    await staff.packUp();
    return true;
  }

  #made(name: string): string {
    const directory = path.join(this.#directory, name);
    mkdirSync(directory, { recursive: true });
    return directory;
  }
}

/** Kiosks know the edge by the address they were paired with, so a free port once found is kept. */
export const edgePortFile = (directory: string): string => path.join(directory, 'edge-port');

const BUSY = `另有 ${BUSY_STATIONS} 个台正在打卡,人员均为虚构;有一管封 9 记 10,送检清单到后见"核对"页。Ctrl-C 停止,再次启动会接着来。
${BUSY_STATIONS} more stations are swiping invented people; one tube sealed with nine is booked as ten: see "核对" once the
laboratory's list has come. Ctrl-C stops; starting again goes on.`;

const OVER = `${BUSY_STATIONS} 个台已收工,送检清单已到,见"核对"页;${OWN_STATION}号台仍可打卡。重新来过:npm start -- --fresh
The ${BUSY_STATIONS} stations have packed up and the laboratory's list is here: see "核对". Station ${OWN_STATION} still takes cards.
To see it all again: npm start -- --fresh`;

const LIST_HERE = `${BUSY_STATIONS} 个台已收工,送检清单已到(${OWN_STATION}号台的管不在上面,算未回)
the ${BUSY_STATIONS} stations have packed up, the laboratory's list is here (without the tubes of station ${OWN_STATION}, which are not back yet)`;
