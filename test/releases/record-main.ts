/**
 * `npm run release:record`: makes `test/releases/<version of package.json>/` by the programs of this checkout. A release that
 * is there is never written again: what it says is what every later build is held to.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { inventPeople, type InventedPerson } from '../site/invented-people.ts';
import { tableReader } from '../site/table-reader.ts';
import { LeadClient } from './lead-client.ts';
import {
  DATA_FILE,
  DELIVERED_TO,
  EXPECTED_FILE,
  PROGRAMS_FILE,
  WIRE_FILE,
  programsIn,
  releaseFile,
  whyNotRecorded,
  type Expected,
} from './release-folder.ts';
import { bundlePrograms } from './release-programs.ts';
import { ACCOUNT, COUNTED_ELSEWHERE, RecordedSite } from './recorded-site.ts';
import { reported } from './reported.ts';
import { startEdge, startKiosk, type Programs } from './running-programs.ts';
import { packDirectory } from './tar.ts';
import { recordWire } from './wire-recording.ts';

const SEED = 7;
const PEOPLE = 40;
/** By kiosk directory: the station it is paired as. */
const KIOSKS = { 'kiosk-delivered': 1, 'kiosk-tail': 2, 'kiosk-no-round': 9, 'kiosk-forked': 1 };
const EDGES = ['edge-plain', DELIVERED_TO];
/** A kiosk tells its edge what its machine is called; the machine of whoever records is nobody's business. */
const MACHINE = [
  `import os from 'node:os';`,
  `import { syncBuiltinESMExports } from 'node:module';`,
  `os.hostname = () => 'a-kiosk';`,
  `syncBuiltinESMExports();`,
].join('');

async function main(): Promise<void> {
  const { version } = JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = releaseFile(version, '.');
  const why = whyNotRecorded(version);
  if (why !== null) {
    process.stderr.write(`${why}\n`);
    process.exitCode = 1;
    return;
  }
  process.env['NODE_OPTIONS'] = `--import=data:text/javascript,${encodeURIComponent(MACHINE)}`;
  const staging = mkdtempSync(path.join(tmpdir(), 'muster-release-'));
  try {
    const out = path.join(staging, 'out');
    await record(version, { staging, out });
    mkdirSync(path.dirname(folder), { recursive: true });
    cpSync(out, `${folder}.part`, { recursive: true });
    renameSync(`${folder}.part`, folder);
    for (const file of [PROGRAMS_FILE, DATA_FILE, WIRE_FILE, EXPECTED_FILE])
      process.stdout.write(
        `${releaseFile(version, file)} ${statSync(releaseFile(version, file)).size} bytes\n`,
      );
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function record(version: string, { staging, out }: { staging: string; out: string }): Promise<void> {
  mkdirSync(out);
  const bundled = path.join(staging, 'programs');
  await bundlePrograms(bundled);
  writeFileSync(path.join(out, PROGRAMS_FILE), packDirectory(bundled));
  const programs = programsIn(bundled);

  const site = path.join(staging, 'site');
  const wire = await recordWire();
  const people = inventPeople({ seed: SEED, count: PEOPLE });
  const { openingCode } = await RecordedSite.play({
    programs,
    directory: site,
    wire,
    people,
    reader: tableReader,
    now: Date.now(),
  });
  await wire.stop();
  writeFileSync(path.join(out, WIRE_FILE), wire.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

  const data = path.join(staging, 'data');
  keep(site, data);
  writeFileSync(path.join(out, DATA_FILE), packDirectory(data));
  const told: Expected = {
    version,
    account: ACCOUNT,
    port: wire.port,
    openingCode,
    countedElsewhere: elsewhere(people),
    ...(await say(programs, { data, port: wire.port })),
  };
  writeFileSync(path.join(out, EXPECTED_FILE), `${JSON.stringify(told, null, 1)}\n`);
}

function elsewhere(people: readonly InventedPerson[]): Expected['countedElsewhere'] {
  const person = people[COUNTED_ELSEWHERE.person];
  if (person === undefined) throw new Error('too few people');
  return { number: person.number, name: person.name, station: COUNTED_ELSEWHERE.station };
}

/** Of what the site left: databases folded into one file, keys and settings; no locks, backups and ballast. */
function keep(site: string, data: string): void {
  cpSync(path.join(site, 'site'), path.join(site, DELIVERED_TO), { recursive: true });
  const wanted = ['muster.sqlite', 'kiosk.db', 'settings.json'];
  for (const name of [...EDGES, ...Object.keys(KIOSKS)])
    cpSync(path.join(site, name), path.join(data, name), {
      recursive: true,
      filter: (from) => {
        const file = path.basename(from);
        // An empty one is left by whoever has only read there.
        if (file.endsWith('-wal') && statSync(from).size > 0)
          throw new Error(`${from}: a program has left its write-ahead log`);
        return (
          statSync(from).isDirectory() ||
          wanted.includes(file) ||
          path.basename(path.dirname(from)) === 'keys'
        );
      },
    });
}

/** What the programs say of copies of the data, before the kiosks deliver and after. */
async function say(
  programs: Programs,
  { data, port }: { data: string; port: number },
): Promise<Pick<Expected, 'edges' | 'kiosks' | 'afterDelivery'>> {
  const copy = `${data}-copy`;
  cpSync(data, copy, { recursive: true });
  const edges: Expected['edges'] = {};
  const at = (name: string, wanted: number) => ({
    data: path.join(copy, name, 'data'),
    keys: path.join(copy, name, 'keys'),
    port: wanted,
  });
  for (const name of EDGES) {
    const edge = await startEdge(programs, at(name, 0));
    edges[name] = await reported(await LeadClient.logIn(edge.url, ACCOUNT), null);
    await edge.stop();
  }
  const kiosks: Expected['kiosks'] = {};
  const reader = await tableReader();
  const start = (name: string) =>
    startKiosk(programs, { data: path.join(copy, name), reader: reader.path, pair: null });
  for (const [name, station] of Object.entries(KIOSKS)) {
    const kiosk = await start(name);
    const { lastSequence, received } = await kiosk.hands.see('its journal', () => true);
    kiosks[name] = { station, lastSequence, received, undelivered: lastSequence - received };
    await kiosk.stop();
  }
  const edge = await startEdge(programs, at(DELIVERED_TO, port));
  for (const name of Object.keys(KIOSKS)) {
    const kiosk = await start(name);
    await kiosk.hands.delivered();
    await kiosk.stop();
  }
  const afterDelivery = await reported(await LeadClient.logIn(edge.url, ACCOUNT), null);
  await edge.stop();
  await reader.unplug();
  return { edges, kiosks, afterDelivery };
}

await main();
