import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildEdge } from '../site/edge-process.ts';
import { tableReader, type TableReader } from '../site/table-reader.ts';
import { answeredToday } from './changed-answers.ts';
import { LeadClient } from './lead-client.ts';
import { DELIVERED_TO, expectedOf, recordedReleases, unpackData } from './release-folder.ts';
import { headcountColumns, reported } from './reported.ts';
import { TODAY, runEdge, startEdge, startKiosk } from './running-programs.ts';

let directory: string;
let reader: TableReader;
beforeAll(async () => {
  buildEdge();
  directory = mkdtempSync(path.join(tmpdir(), 'muster-release-data-'));
  reader = await tableReader();
});
afterAll(async () => {
  await reader.unplug();
  rmSync(directory, { recursive: true, force: true });
});

describe.each(recordedReleases())('the data of release %s', (version) => {
  const expected = expectedOf(version);
  const edges = Object.keys(expected.edges);
  const kiosks = Object.keys(expected.kiosks);
  const into = (): string => path.join(directory, version);
  beforeAll(() => unpackData(version, into()));

  /** A copy of an edge or a kiosk, for one test alone. */
  const copyOf = (name: string, test: string): string => {
    const copy = path.join(directory, `${version}-${test}`, name);
    cpSync(path.join(into(), name), copy, { recursive: true });
    return copy;
  };
  const edgeIn = (folder: string) => ({ data: path.join(folder, 'data'), keys: path.join(folder, 'keys') });
  /** What a release says, and nothing of what a later one adds to it. */
  const expectAsSaid = async (url: string, told: (typeof expected)['afterDelivery']): Promise<void> => {
    const lead = await LeadClient.logIn(url, expected.account);
    const today = answeredToday(version, told);
    expect(await reported(lead, headcountColumns(told))).toMatchObject(today as object);
  };

  it.each(edges)('RL1 today’s edge opens %s and says what the release said of it', async (name) => {
    const edge = await startEdge(TODAY, { ...edgeIn(copyOf(name, 'opened')), port: 0 });
    await expectAsSaid(edge.url, expected.edges[name] ?? null);
    await edge.stop();
  });

  it.each(edges)('RL1 today’s rebuild finds no difference in %s, and its chains verify', async (name) => {
    const where = edgeIn(copyOf(name, 'rebuilt'));
    const rebuilt = await runEdge(TODAY, where, 'rebuild');
    expect(rebuilt).toEqual({ code: 0, said: expect.stringMatching(/ 0 differences\n$/) });
    const backup = await runEdge(TODAY, where, 'backup', `--to=${path.join(where.data, 'copy.sqlite')}`);
    expect(backup).toEqual({ code: 0, said: expect.stringMatching(/backed up/) });
  });

  it.each(kiosks)('RL2 today’s kiosk opens %s and finds its journal whole', async (name) => {
    const kiosk = await startKiosk(TODAY, { data: copyOf(name, 'journal'), reader: reader.path, pair: null });
    const { lastSequence, received } = expected.kiosks[name] ?? {};
    const seen = await kiosk.hands.see('its journal', () => true);
    expect(seen).toMatchObject({ paired: true, lastSequence, received });
    await kiosk.stop();
    expect(kiosk.log()).not.toMatch(/journal-damaged|forked|"fault"/);
  });

  it('RL2 without its edge today’s kiosk takes the opening code of that release and knows who was counted elsewhere', async () => {
    const data = copyOf('kiosk-delivered', 'alone');
    const kiosk = await startKiosk(TODAY, { data, reader: reader.path, pair: null });
    await kiosk.hands.see('the wrapped key', ({ bands }) =>
      bands.some(({ band }) => band === 'needs-opening-code'),
    );
    await kiosk.hands.press({ command: 'opening-code', digits: expected.openingCode });
    const { number, name } = expected.countedElsewhere;
    const person = { kind: 'id', number, documentType: null, name, phone: null };
    const { face } = await kiosk.hands.pressFor('repeat-elsewhere', { command: 'manual', ...person });
    expect(face).toMatchObject({ station: expected.countedElsewhere.station });
    await kiosk.stop();
  });

  it('RL2 today’s kiosks deliver what the release left behind to today’s edge, which comes to the same counts', async () => {
    const edge = await startEdge(TODAY, { ...edgeIn(copyOf(DELIVERED_TO, 'delivery')), port: 0 });
    const left = Object.values(expected.kiosks).map(({ undelivered }) => undelivered);
    expect(Math.max(...left)).toBeGreaterThan(1);
    for (const name of kiosks) {
      const data = copyOf(name, 'delivery');
      moveEdge(data, { from: expected.port, to: edge.port });
      const kiosk = await startKiosk(TODAY, { data, reader: reader.path, pair: null });
      const { lastSequence, bands } = await kiosk.hands.delivered();
      expect(lastSequence).toBe(expected.kiosks[name]?.lastSequence);
      expect(bands.map(({ band }) => band)).not.toContain('forked');
      await kiosk.stop();
    }
    await expectAsSaid(edge.url, expected.afterDelivery);
    await edge.stop();
  });
});

/** The edge of a test stands at another port than the one the kiosk was paired at. */
function moveEdge(data: string, port: { from: number; to: number }): void {
  const file = path.join(data, 'settings.json');
  const settings = readFileSync(file, 'utf8');
  const moved = settings.replaceAll(new RegExp(String.raw`\b${port.from}\b`, 'g'), String(port.to));
  if (moved === settings) throw new Error(`${file} does not name port ${port.from}`);
  writeFileSync(file, moved);
}
