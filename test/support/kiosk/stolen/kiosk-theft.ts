import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { credentialKey } from '#shared/event/credential.ts';
import { KeyStore } from '../../../../edge-service/keys/key-store.ts';
import { openDatabase } from '../../../../kiosk/station/disk/database.ts';
import { HostileSite } from '../../edge/hostile-site.ts';
import { startWatchedKiosk, type WatchedKiosk } from '../watched-kiosk.ts';
import type { Loot } from './loot.ts';

/** Between two looks whether the kiosk has written the roster's keys. */
const LOOK_MS = 50;

/** Somebody with a card. */
interface Somebody {
  number: string;
  name: string;
  phone: string;
}

/** A reader that lies on a table. */
export interface Table {
  readonly path: string;
  lay(person: Somebody): Promise<void>;
  unplug(): Promise<void>;
}

/** The people of a round: swiped at the table whose kiosk is stolen, at the other one, and on the roster alone. */
export interface Crowd {
  here: readonly Somebody[];
  there: readonly Somebody[];
  absent: readonly Somebody[];
}

/** What a thief has of a kiosk, and, for the test alone, what would open it. */
export interface StolenKiosk {
  /** Every file of its data directory as kill -9 left it. The ballast is not among them: random bytes, made before any card. */
  disk: Loot[];
  /** What its tables and settings say, but for events, keys of the roster and of who was counted: those are compared with. */
  told: Loot[];
  /** Whatever the edge answers to whoever asks without a session. */
  answered: Loot[];
  /** Words and times of the round that anybody may know. */
  words: string[];
  roundKey: Uint8Array;
}

/** A real edge, two tables and a round with a roster. The kiosk of the first table is killed and its disk taken. */
export async function stealKiosk(crowd: Crowd, setTable: () => Promise<Table>): Promise<StolenKiosk> {
  const site = await HostileSite.start();
  try {
    const round = await site.openRound();
    const rows = [crowd.here, crowd.there, crowd.absent]
      .flat()
      .map((p) => `${p.number},${p.name},一车间,${p.phone}`);
    const token = site.lead;
    await site.ask('PUT', `/rounds/${round}/roster`, {
      token,
      body: ['number,name,workshop,phone', ...rows].join('\n'),
    });
    await swipeAt(site, { station: 2, people: crowd.there, table: await setTable() }, (kiosk) =>
      kiosk.stop(),
    );
    // the last card was counted at the other table: what was counted there has come
    const people = [...crowd.here, ...crowd.there.slice(0, 1)];
    const roundKey = new KeyStore(path.join(site.dir, 'keys')).round(round)!.key;
    const canonical = crowd.absent[0]!.number;
    const onRoster = Buffer.from(credentialKey(roundKey, { kind: 'id', canonical }), 'hex');
    const data = await swipeAt(site, { station: 1, people, table: await setTable() }, async (kiosk) => {
      const directory = path.join(site.dir, 'kiosk-1');
      while (!filesIn(directory).some(({ bytes }) => bytes.includes(onRoster))) await pause(LOOK_MS);
      await kiosk.kill();
    });
    const { json } = await site.ask('GET', `/rounds/${round}`, { token });
    const times = [json.sessions?.[0]?.from, json.openedAt].filter((time) => typeof time === 'string');
    const image = path.join(site.dir, 'image');
    cpSync(data, image, { recursive: true });
    return {
      disk: filesIn(image),
      told: toldBy(data),
      answered: await answeredBy(site, round),
      words: ['1', '第4轮', '示例机电', '早场', 'id', 'muster', round, round.replaceAll('-', ''), ...times],
      roundKey,
    };
  } finally {
    await site.stop();
  }
}

/** Counts these people at a kiosk of its own; returns its data directory. */
async function swipeAt(
  site: HostileSite,
  { station, people, table }: { station: number; people: readonly Somebody[]; table: Table },
  end: (kiosk: WatchedKiosk) => Promise<void>,
): Promise<string> {
  const data = path.join(site.dir, `kiosk-${station}`);
  const { secret } = await site.pair(station);
  const pair = `muster:127.0.0.1:${new URL(site.url).port}/-/${secret}`;
  const kiosk = await startWatchedKiosk({ data, reader: table.path, pair });
  try {
    await kiosk.until('an open round', (s) => s.round?.state === 'open' && s.reader === 'ready');
    await kiosk.send({ command: 'tube-code', code: `000000${station}` });
    for (const person of people) {
      const before = kiosk.state?.serial ?? 0;
      await table.lay(person);
      await kiosk.until('the card', (s) => s.serial > before && /^(counted|repeat)/.test(s.face.face));
    }
    const last = kiosk.state?.face.face;
    const expected = station === 1 ? 'repeat-elsewhere' : 'counted';
    if (last !== expected) throw new Error(`the last card at table ${station} is ${last}, not ${expected}`);
    await kiosk.until('all received', (s) => s.received === s.lastSequence);
    await end(kiosk);
  } catch (error) {
    await kiosk.kill();
    throw error;
  } finally {
    await table.unplug();
  }
  return data;
}

function filesIn(directory: string): Loot[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name !== 'ballast')
    .map((entry) => ({ from: entry.name, bytes: readFileSync(path.join(entry.parentPath, entry.name)) }));
}

/** Opens the database, which folds its log into it: only behind the copy. */
function toldBy(data: string): Loot[] {
  const db = openDatabase({ file: path.join(data, 'kiosk.db'), nativeBinding: null });
  const tables = ['installation', 'known', 'round', 'counted_batch', 'joined_tube'];
  const told = tables.map((table) => ({
    from: `table ${table}`,
    bytes: Buffer.from(JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all())),
  }));
  const hashes = JSON.stringify(db.prepare('SELECT hash FROM roster_snapshot').pluck().all());
  db.close();
  const settings = readFileSync(path.join(data, 'settings.json'));
  return [
    ...told,
    { from: 'table roster_snapshot', bytes: Buffer.from(hashes) },
    { from: 'settings', bytes: settings },
  ];
}

/** Every GET of the contract, and the pages, without a session. */
async function answeredBy(site: HostileSite, round: string): Promise<Loot[]> {
  const contract = await site.ask('GET', '/../openapi.json');
  const routes = Object.entries(contract.json.paths as Record<string, object>)
    .filter(([, methods]) => 'get' in methods)
    .map(([route]) => route.replaceAll(/\{[^}]*\}/g, round));
  const answers: Loot[] = [{ from: 'the contract', bytes: Buffer.from(contract.text) }];
  for (const route of ['/', '/index.html', '/health', '/healthz', ...routes]) {
    const response = await fetch(`${site.url}${route}`);
    const head = JSON.stringify([...response.headers]);
    answers.push({ from: `GET ${route}`, bytes: Buffer.from(`${head}\n${await response.text()}`) });
  }
  return answers;
}
