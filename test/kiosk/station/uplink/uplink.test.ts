import { cpSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesToHex } from '#shared/bytes.ts';
import {
  RETRY_DELAY_MS_MAX,
  RETRY_DELAY_MS_MIN,
  retryDelayMs,
} from '../../../../kiosk/station/uplink/back-off.ts';
import { ClockOffset } from '../../../../kiosk/station/uplink/clock-offset.ts';
import { KioskBench } from '../../../support/kiosk/kiosk-bench.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { HandEdge, HandLink } from '../../../support/kiosk/hand-link.ts';
import {
  MORNING,
  TestKiosk,
  keyOf,
  makeRound,
  roundsMessage,
  seededBytes,
  temporaryDirectory,
  type KioskOptions,
  type TestRound,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const bench = new KioskBench();
const start = (rounds: TestRound[], options: Partial<KioskOptions> = {}): Promise<TestKiosk> =>
  bench.start(rounds, options);

describe('delivery', () => {
  it('UP1 whatever the network loses, repeats or delays, the edge ends with every event once and in order', async () => {
    const round = await makeRound(1);
    const fates = [
      'pass',
      'pass',
      'pass',
      'lose-request',
      'lose-reply',
      'hold-reply',
      'send-twice',
      'cut',
    ] as const;
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const own = temporaryDirectory();
        const random = seededRandom(seed);
        const clock = new HandClock(MORNING);
        const edge = new HandEdge(() => clock.wall());
        edge.rounds = roundsMessage(round);
        const link = new HandLink(edge);
        const k = await TestKiosk.start({
          directory: own.directory,
          clock,
          edge,
          link,
          seed: seed + 1,
          ballastBytes: 0,
        });
        let toCut = false;
        link.fate = () => {
          const fate = random.pick(fates);
          if (fate !== 'cut') return fate;
          toCut = true;
          return 'lose-reply';
        };
        for (let n = 0; n < 40; n++) {
          await k.swipe(random.below(30));
          if (toCut) link.cut();
          toCut = false;
          if (random.below(3) === 0)
            link.release((held) => random.shuffled(Array.from({ length: held }, (_, i) => i)));
          if (random.below(4) === 0) await clock.advance(random.below(30_000));
        }
        link.fate = () => 'pass';
        link.release();
        await clock.advance(60_000);
        const { lastSequence, received } = k.state;
        expect(lastSequence).toBeGreaterThan(40);
        expect(received).toBe(lastSequence);
        expect([...edge.journals.keys()]).toEqual([k.install]);
        expect(edge.journal(k.install).events.map((e) => e.sequence)).toEqual(
          Array.from({ length: lastSequence }, (_, i) => i + 1),
        );
        expect(link.batchesInFlightMax).toBe(1);
        await k.stop();
        own.remove();
      }),
      { numRuns: 12, seed: 11 },
    );
  }, 60_000);

  it('UP2 a backlog goes in batches of at most 500, one in flight, each naming the head', async () => {
    const k = await start([await makeRound(1)]);
    k.link.reachable = false;
    k.link.cut();
    for (let n = 0; n < 520; n++) k.reader.tell({ event: 'fault', code: 'read-failed' });
    for (let n = 0; n < 300; n++) {
      await k.do({
        command: 'manual',
        kind: 'staff',
        number: `${n}`,
        documentType: null,
        name: null,
        phone: null,
      });
      await k.do({ command: 'undo' });
    }
    const { lastSequence } = k.state;
    k.link.reachable = true;
    k.edge.batches.length = 0;
    await k.clock.advance(20_000);
    expect(k.state.received).toBe(lastSequence);
    expect(k.edge.batches.map((b) => [b.first, b.head.sequence])).toEqual([
      [2, lastSequence],
      [502, lastSequence],
    ]);
    expect(k.link.batchesInFlightMax).toBe(1);
  });

  it('UP3 tries again with a delay that doubles, is bounded and jitters, and wakes at once when something is appended', async () => {
    const random = seededBytes(5);
    for (let failures = 1; failures < 40; failures++) {
      const full = Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS_MIN * 2 ** (failures - 1));
      const delay = retryDelayMs(failures, random);
      expect(delay).toBeGreaterThanOrEqual(full / 2);
      expect(delay).toBeLessThanOrEqual(full);
    }
    const k = await start([await makeRound(1)]);
    k.link.reachable = false;
    k.link.cut();
    await k.clock.advance(300_000);
    const tries = k.link.targets.length;
    expect(tries).toBeGreaterThan(300_000 / RETRY_DELAY_MS_MAX - 2);
    expect(tries).toBeLessThan(80);
    k.link.reachable = true;
    await k.clock.advance(RETRY_DELAY_MS_MAX);
    expect(k.band('offline')).toBeNull();
    await k.swipe(0);
    expect(k.state.received).toBe(k.state.lastSequence);
  });

  it('UP3 an acknowledgement that never comes ends the connection, and the batch goes again', async () => {
    const k = await start([await makeRound(1)]);
    k.link.fate = (request) => (request === 'events' ? 'lose-reply' : 'pass');
    await k.swipe(0);
    expect(k.state.received).toBe(1);
    k.link.fate = () => 'pass';
    await k.clock.advance(60_000);
    expect(k.state.received).toBe(2);
  });

  it('UP3 an edge that is busy is asked again after the time it names', async () => {
    const k = await start([await makeRound(1)]);
    k.edge.nextReply = { outcome: 'busy', retryAfterMs: 3_000, message: '忙' };
    await k.swipe(0);
    await k.clock.advance(2_900);
    expect(k.state.received).toBe(1);
    await k.clock.advance(200);
    expect(k.state.received).toBe(2);
  });

  it('UP4 a restored edge gets everything again from its lower watermark, and learns what it lost', async () => {
    const k = await start([await makeRound(1)]);
    for (const n of [0, 1, 2]) await k.swipe(n);
    k.edge.restore(() => 2);
    k.link.cut();
    await k.clock.advance(20_000);
    expect(k.state).toMatchObject({ lastSequence: 4, received: 4 });
    expect(k.edge.journal(k.install).events).toHaveLength(4);
    expect(k.edge.hellos.at(-1)?.edgeHead?.install).toBe('eeeeeeee-0000-4000-8000-000000000001');
    expect(k.edge.hellos[0]?.edgeHead).toBeNull();
  });

  it('UP11 the edge is looked for at every known address, and the one that worked is tried first', async () => {
    const k = await start([await makeRound(1)]);
    expect(await k.do({ command: 'pair-typed', address: '10.0.0.5:9000', secret: '' })).toEqual({ ok: true });
    await k.clock.advance(1_000);
    expect(k.link.targets.at(-1)?.address).toEqual({ host: '10.0.0.5', port: 9000 });
    k.link.reachable = false;
    k.link.cut();
    await k.clock.advance(60_000);
    const hosts = new Set(k.link.targets.slice(-4).map((t) => t.address.host));
    expect(hosts).toEqual(new Set(['10.0.0.5', '192.168.1.20']));
  });
});

describe('forks', () => {
  it('UP5 a cloned kiosk is told apart: it begins a new install at the last common event and appends anew what came after', async () => {
    const round = await makeRound(1);
    const clock = new HandClock(MORNING);
    const edge = new HandEdge(() => clock.wall());
    const a = await start([round], { clock, edge });
    await a.open('T1');
    for (const n of [0, 1]) await a.swipe(n);
    await bench.end(a);
    const copy = temporaryDirectory();
    cpSync(bench.directory, copy.directory, { recursive: true });

    const original = await start([], { clock, edge, seed: 2 });
    await original.swipe(2);
    const dead = new HandLink(edge);
    dead.reachable = false;
    const clone = await start([], { directory: copy.directory, clock, edge, link: dead, seed: 3 });
    await clone.do({ command: 'opening-code', digits: round.openingCode });
    await clone.swipe(3);
    await clone.swipe(1);
    await clone.do({ command: 'undo' });
    dead.reachable = true;
    await clock.advance(20_000);

    expect(original.install).toBe(a.install);
    expect(clone.install).not.toBe(a.install);
    const bodies = edge.bodies(clone.install);
    expect(bodies[0]).toMatchObject({ type: 'installed', parent: { install: a.install, sequence: 4 } });
    expect(bodies.slice(1).map((b) => [b.type, b.origin?.event])).toEqual([
      ['swipe', `${a.install}:5`],
      ['swipe', `${a.install}:6`],
      ['void', `${a.install}:7`],
    ]);
    // What the clone named in its own past has its new name; what both share keeps the old one.
    expect(bodies.at(-1)).toMatchObject({ swipe: `${clone.install}:3`, tube: `${a.install}:2` });
    expect(clone.band('forked')).not.toBeNull();
    expect(clone.state.tube).toEqual({ code: 'T1', count: 3, capacity: 10 });
    expect(clone.state.received).toBe(clone.state.lastSequence);
    expect(await clone.swipe(3)).toMatchObject({ face: 'repeat-here' });
    await bench.end(clone);
    const again = await start([], { directory: copy.directory, clock, edge, seed: 4 });
    expect(again.state.tube).toEqual({ code: 'T1', count: 3, capacity: 10 });
    await bench.end(again);
    copy.remove();
  });

  it('UP5 the last common event is found by few questions in a long journal', async () => {
    const k = await start([await makeRound(1)]);
    k.link.reachable = false;
    k.link.cut();
    for (let n = 0; n < 300; n++)
      await k.do({
        command: 'manual',
        kind: 'staff',
        number: `${n}`,
        documentType: null,
        name: null,
        phone: null,
      });
    k.link.reachable = true;
    await k.clock.advance(20_000);
    const held = k.edge.journal(k.install);
    const asked: string[] = [];
    k.link.fate = (request) => {
      asked.push(request);
      return 'pass';
    };
    const parent = k.install;
    for (const event of held.events.slice(216)) event.hash = Uint8Array.from(event.hash, (byte) => byte ^ 1);
    held.hash = held.events.at(-1)?.hash ?? held.hash;
    k.link.cut();
    await k.clock.advance(20_000);
    expect(asked.filter((request) => request === 'hashes').length).toBeLessThanOrEqual(3);
    expect(k.edge.bodies(k.install)[0]).toMatchObject({ parent: { install: parent, sequence: 216 } });
    expect(k.state.received).toBe(k.state.lastSequence);
  });

  it('UP5 a broken batch and a conflict fork too, and a second fork within a minute is told instead of made', async () => {
    const k = await start([await makeRound(1)]);
    const first = k.install;
    k.edge.nextReply = { outcome: 'broken', code: 'link', at: 2, watermark: 1, message: '链断' };
    await k.swipe(0);
    const second = k.install;
    expect(second).not.toBe(first);
    expect(k.edge.bodies(second).map((b) => b.type)).toEqual(['installed', 'swipe']);
    k.edge.nextReply = { outcome: 'broken', code: 'link', at: 3, watermark: 2, message: '链断' };
    await k.swipe(1);
    expect(k.band('broken')).not.toBeNull();
    expect(k.install).toBe(second);
    await k.clock.advance(20_000);
    expect(k.state.received).toBe(k.state.lastSequence);
    expect(k.band('broken')).toBeNull();
  });

  it('UP6 an edge that never had the parents gets what this install shares with them', async () => {
    const k = await start([await makeRound(1)]);
    const parent = k.install;
    for (const n of [0, 1]) await k.swipe(n);
    k.edge.nextReply = { outcome: 'broken', code: 'link', at: 4, watermark: 3, message: '链断' };
    await k.swipe(2);
    const child = k.install;
    k.edge.restore(() => 0);
    k.edge.journals.clear();
    k.link.cut();
    await k.clock.advance(30_000);
    expect(k.edge.bodies(parent).map((b) => b.type)).toEqual(['installed', 'swipe', 'swipe']);
    expect(k.edge.bodies(child)).toHaveLength(k.state.lastSequence);
    expect(k.edge.hellos.at(-1)?.install).toBe(child);
  });
});

describe('what the edge tells', () => {
  it('UP7 the clock offset is measured at half the round trip, and slow replies are not believed', async () => {
    const clock = new HandClock(1_000);
    const offset = new ClockOffset(clock);
    const measured = offset.start();
    await clock.advance(200);
    measured(50_000);
    expect(offset.value).toBe(50_000 + 100 - 1_200);
    const slow = offset.start();
    await clock.advance(5_001);
    slow(0);
    expect(offset.value).toBe(48_900);
    const k = await start([await makeRound(1)]);
    const wrong = k.edge.wall();
    expect(wrong).toBe(k.clock.wall());
    await k.swipe(0);
    expect(k.edge.bodies(k.install).at(-1)).toMatchObject({ clockOffset: 0 });
  });

  it('UP8 counted people come as numbered batches with removals; a jump asks again and never guesses', async () => {
    const round = await makeRound(1);
    const k = await start([round], { station: 9 });
    const entry = (n: number) => ({ key: keyOf(round, n), time: MORNING, station: 2, tubeCode: 'B' });
    const push = (number: number, full: boolean, entries: number[], removals: number[] = []): void =>
      k.link.pushCounted({
        round: round.info.round,
        number,
        full,
        entries: entries.map(entry),
        removals: removals.map((n) => keyOf(round, n)),
      });
    push(3, false, [1]);
    expect(k.edge.countedAsked).toEqual([{ round: round.info.round, number: null }]);
    push(0, true, [1, 2]);
    push(1, false, [3], [2]);
    push(3, false, [4]);
    expect(k.edge.countedAsked.at(-1)).toEqual({ round: round.info.round, number: 1 });
    expect(await k.swipe(1)).toMatchObject({ face: 'repeat-elsewhere' });
    expect(await k.swipe(2)).toMatchObject({ face: 'counted' });
    expect(await k.swipe(4)).toMatchObject({ face: 'counted' });
    await bench.end(k);
    const again = await start([], { clock: k.clock, edge: k.edge, station: 9, seed: 2 });
    expect(k.edge.hellos.at(-1)?.counted).toEqual({ epoch: 'epoch-1', round: round.info.round, number: 1 });
    expect(await again.swipe(3)).toMatchObject({ face: 'repeat-elsewhere', station: 2, tubeCode: 'B' });
  });

  it('UP9 an edge of another version is named with both versions, and the kiosk goes on counting', async () => {
    const k = await start([await makeRound(1)]);
    k.link.refusal = { ok: false, code: 'version', message: 'edge speaks 2', theirs: 2 };
    k.link.cut();
    await k.clock.advance(5_000);
    expect(k.band('version-refused')).toEqual({ band: 'version-refused', ours: 1, theirs: 2 });
    expect(await k.swipe(0)).toMatchObject({ face: 'counted' });
    k.link.refusal = { ok: false, code: 'unpaired', message: 'unpaired', theirs: null };
    await k.clock.advance(20_000);
    expect(k.band('unpaired-edge')).not.toBeNull();
    k.link.refusal = null;
    await k.clock.advance(20_000);
    expect(k.state.bands).toEqual([]);
    expect(k.state.received).toBe(k.state.lastSequence);
  });

  it('UP12 offline shows how many wait and the last contact, and a status goes every five seconds and on change', async () => {
    const k = await start([await makeRound(1)]);
    const before = k.edge.statuses.length;
    await k.clock.advance(10_000);
    expect(k.edge.statuses.length - before).toBe(2);
    await k.open('T1');
    expect(k.edge.statuses.at(-1)).toMatchObject({ openTube: { code: 'T1', count: 0 }, reader: 'ready' });
    const lastContact = k.clock.wall();
    k.link.reachable = false;
    k.link.cut();
    await k.clock.advance(120_000);
    await k.swipe(0);
    await k.swipe(1);
    expect(k.band('offline')).toEqual({ band: 'offline', pending: 2, lastContact });
    await bench.end(k);
    const dead = new HandLink(k.edge);
    dead.reachable = false;
    const again = await start([], { clock: k.clock, edge: k.edge, link: dead, seed: 2 });
    expect(again.band('offline')).toMatchObject({ pending: 2 });
    expect(again.band('offline')?.lastContact).not.toBeNull();
  });

  it('UP4 the head the kiosk names is the one the edge then holds', async () => {
    const k = await start([await makeRound(1)]);
    await k.swipe(0);
    await k.clock.advance(5_000);
    const status = k.edge.statuses.at(-1);
    expect(status?.head).toEqual({
      sequence: 2,
      hash: bytesToHex(k.edge.head(k.install).hash),
    });
  });
});
