import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { swabbedFewerId } from '#shared/counting/counting.ts';
import { discrepancySchema } from '#shared/counting/discrepancy.ts';
import { alignCounts } from '../../../edge-service/reconcile/count-alignment.ts';
import type { Decided, ReconciliationInput, SiteTube } from '../../../edge-service/reconcile/difference.ts';
import type { BookedLine } from '../../../edge-service/lab/lab-store.ts';
import { reconcile } from '../../../edge-service/reconcile/reconciliation.ts';
import { clockText } from '#shared/site-time.ts';
import { eventId, installIdSchema } from '#shared/ids.ts';
import { bookTubes, LAB_FAULTS, type SampledTube } from '../../support/edge/lab-samples.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const INSTALL = installIdSchema.parse('11111111-1111-4111-8111-111111111111');
const AT_0841 = Date.parse('2021-01-24T00:41:00Z');

function tube(n: number, of: Partial<SiteTube>): SiteTube {
  const made: SiteTube = {
    opened: eventId(INSTALL, n),
    code: String(n).padStart(7, '0'),
    batch: null,
    station: 2,
    openedAt: AT_0841 - 600_000 + n * 1000,
    sealedAt: AT_0841 + n * 1000 - 17_000,
    capacity: 10,
    places: 10,
    swabbed: null,
    repeats: 0,
    voided: 0,
    unreadables: 0,
  };
  return { ...made, ...of };
}

const booked = (code: string | null, count: number, of: Partial<BookedLine> = {}): BookedLine => ({
  source: '第1版清单',
  from: 'list',
  tube: code,
  count,
  batch: null,
  station: null,
  ...of,
});

/** Entered by hand by somebody. */
const typed = (code: string | null, count: number, by: string): BookedLine =>
  booked(code, count, { source: `手工录入 ${by}`, from: 'hand' });

function compare(of: Partial<ReconciliationInput>) {
  const found = reconcile({
    tubeMode: 'codes',
    tubes: [],
    stations: [],
    booked: [],
    listComplete: true,
    unsettledStations: new Set(),
    decisions: new Map(),
    clockText,
    ...of,
  });
  for (const d of found) discrepancySchema.parse(d);
  return found;
}
const named = (found: { kind: string; tube: string | null }[]): { kind: string; tube: string | null }[] =>
  found.map(({ kind, tube: code }) => ({ kind, tube: code }));
const sorted = <T extends { kind: string; tube: string | null }>(rows: T[]): string[] =>
  rows.map((r) => `${r.kind} ${r.tube}`).toSorted();

describe('reconciliation', () => {
  test('RC1 sealed with nine and booked as ten names tube, station, minute and both numbers, and the question to ask', () => {
    const [d, ...more] = compare({
      tubes: [tube(17, { places: 9, swabbed: 9 }), tube(18, {})],
      booked: [booked('0000017', 10), booked('0000018', 10)],
    });
    expect(more).toEqual([]);
    expect(d).toMatchObject({
      kind: 'booked-more',
      tube: '0000017',
      station: 2,
      swiped: 9,
      swabbed: 9,
      booked: 10,
      state: 'open',
    });
    expect(d?.zh).toBe('第0000017管(2号台,08:41封管):刷9人,采样员数9人,检测机构登记10人,多1人。');
    expect(d?.en).toBe(
      'Tube 0000017, station 2, sealed 08:41: 9 swiped, 9 counted by the sampler, booked as 10, 1 more.',
    );
    expect(d?.question?.zh).toBe('请复数第0000017管拭子数,我方刷9人,贵方登记10人。');
    expect(d?.hypotheses[0]).toMatchObject({
      hypothesis: 'sealed-short-booked-full',
      evidence: [
        { zh: '登记数等于满管 10 人', en: 'booked as a full tube of 10' },
        { zh: '采样员封管时数 9', en: 'the sampler counted 9 at sealing' },
        { zh: '本台之后还开过管,此管是中间的未满管' },
      ],
    });
  });

  test('RC2 for random rounds and faults exactly the faulty tubes are named, and none without faults', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 14, max: 60 }),
        fc.array(fc.constantFrom(...LAB_FAULTS), { maxLength: 6 }),
        (seed, size, faults) => {
          const random = seededRandom(seed);
          const sampled: SampledTube[] = Array.from({ length: size }, (_, i) => ({
            code: String(1000 + i).padStart(7, '0'),
            station: 1 + (i % 3),
            count: 1 + random.below(10),
          }));
          const { lines, faulty } = bookTubes(sampled, { random, faults });
          const tubes = sampled.map((t, i) =>
            tube(1000 + i, {
              code: t.code,
              station: t.station,
              places: t.count,
              swabbed: random.below(2) === 0 ? t.count : null,
            }),
          );
          const found = compare({
            tubes,
            booked: random.shuffled(lines.map((l) => booked(l.code, l.count, { station: l.station }))),
          });
          expect(sorted(found)).toEqual(sorted(faulty));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('RC3 a short last tube is no finding, and a tube not yet on a partial list is 未回', () => {
    const tubes = [tube(1, {}), tube(2, { places: 3 })];
    expect(compare({ tubes, booked: [booked('0000001', 10), booked('0000002', 3)] })).toEqual([]);
    expect(compare({ tubes, booked: [booked('0000001', 10)], listComplete: false })).toEqual([]);
    expect(named(compare({ tubes, booked: [booked('0000001', 10)] }))).toEqual([
      { kind: 'not-at-lab', tube: '0000002' },
    ]);
  });

  test('RC4 the sampler’s count is compared before any list comes, and one difference is told once', () => {
    const short = tube(5, { swabbed: 9 });
    expect(compare({ tubes: [short], listComplete: false })).toMatchObject([
      { id: swabbedFewerId(short.opened), kind: 'swabbed-fewer', swiped: 10, swabbed: 9, booked: null },
    ]);
    expect(named(compare({ tubes: [short], booked: [booked('0000005', 9)] }))).toEqual([
      { kind: 'swabbed-fewer', tube: '0000005' },
    ]);
    expect(named(compare({ tubes: [short], booked: [booked('0000005', 8)] }))).toEqual([
      { kind: 'swabbed-fewer', tube: '0000005' },
      { kind: 'booked-fewer', tube: '0000005' },
    ]);
    expect(named(compare({ tubes: [tube(6, { swabbed: 11 })], listComplete: false }))).toEqual([
      { kind: 'swabbed-more', tube: '0000006' },
    ]);
  });

  test('RC5 a code twice, here or with different counts on one list, is one finding', () => {
    const twice = [tube(1, { code: '0000007', places: 4 }), tube(2, { code: '0000007', places: 6 })];
    expect(compare({ tubes: twice, booked: [booked('0000007', 10)] })).toMatchObject([
      { kind: 'code-twice', tube: '0000007', swiped: 10, booked: 10 },
    ]);
    expect(
      named(compare({ tubes: [tube(7, {})], booked: [booked('0000007', 10), booked('0000007', 9)] })),
    ).toEqual([{ kind: 'code-twice', tube: '0000007' }]);
    const slip = [tube(1, { code: '0000007' }), tube(2, { code: '0000007', places: 0 })];
    expect(compare({ tubes: slip, booked: [booked('0000007', 10)] })).toEqual([]);
  });

  test('RC14 an entry by hand that is not what the list says is told beside what follows from the list', () => {
    const found = compare({
      tubes: [tube(17, { places: 9, swabbed: 9 })],
      booked: [booked('0000017', 10), typed('0000017', 9, '甲'), typed('0000017', 9, '乙')],
    });
    expect(named(found)).toEqual([
      { kind: 'entries-differ', tube: '0000017' },
      { kind: 'booked-more', tube: '0000017' },
    ]);
    expect(found[0]).toMatchObject({
      id: `entries-differ/${INSTALL}:17`,
      zh: '第0000017管(2号台,08:41封管):手工录入 9 与清单 10 不同,请再看单子。',
      booked: 10,
      question: null,
      hypotheses: [
        {
          hypothesis: 'entered-wrong',
          evidence: [{ zh: '第1版清单:10人' }, { zh: '手工录入 甲:9人' }, { zh: '手工录入 乙:9人' }],
        },
      ],
    });
    // an entry that says what the list says is no difference, nor is one beside a list that says two things
    expect(
      compare({ tubes: [tube(17, {})], booked: [booked('0000017', 10), typed('0000017', 10, '甲')] }),
    ).toEqual([]);
    expect(
      named(
        compare({
          tubes: [tube(7, {})],
          booked: [booked('0000007', 10), booked('0000007', 9), typed('0000007', 9, '甲')],
        }),
      ),
    ).toEqual([{ kind: 'code-twice', tube: '0000007' }]);
  });

  test('RC15 while two people’s entries differ and no list decides, that alone is told; equal they are compared', () => {
    const tubes = [tube(17, { places: 9 }), tube(18, {})];
    const differing = [typed('0000017', 10, '甲'), typed('0000018', 10, '甲'), typed('0000017', 9, '乙')];
    const found = compare({ tubes, booked: differing });
    expect(named(found)).toEqual([{ kind: 'entries-differ', tube: '0000017' }]);
    expect(found[0]?.zh).toContain('各人手工录入不同(10/9),请都再看单子');
    expect(found[0]?.booked).toBeNull();
    const equal = [typed('0000017', 10, '甲'), typed('0000018', 10, '甲'), typed('0000017', 10, '乙')];
    expect(named(compare({ tubes, booked: equal }))).toEqual([{ kind: 'booked-more', tube: '0000017' }]);
    const marks = tubes.map((t, i) => ({ ...t, code: `第${i + 1}管` }));
    expect(
      named(
        compare({
          tubeMode: 'marks',
          tubes: marks,
          booked: [typed('第1管', 10, '甲'), typed('第2管', 10, '甲'), typed('第1管', 9, '乙')],
        }),
      ),
    ).toEqual([{ kind: 'entries-differ', tube: '第1管' }]);
    const strange = compare({ tubes: [], booked: [typed('0000099', 10, '甲'), typed('0000099', 9, '乙')] });
    expect(named(strange)).toEqual([
      { kind: 'entries-differ', tube: '0000099' },
      { kind: 'unknown-tube', tube: '0000099' },
    ]);
    expect(strange[1]?.zh).toContain('(10/9人)');
    const totals = compare({
      tubes,
      booked: [typed(null, 19, '甲'), typed(null, 20, '乙')],
      listComplete: false,
    });
    expect(totals.map((d) => [d.id, d.zh])).toEqual([
      ['entries-differ/site', '全场总人数:各人手工录入不同(19/20),请都再看单子。'],
    ]);
  });

  test('RC16 the total of a station after the swab takes a tube entered by hand and on the list once', () => {
    const stations = [
      { station: 4, stand: 'after' as const, people: 10, firstAt: AT_0841 - 3_600_000, lastAt: AT_0841 },
    ];
    const listed = booked('0000001', 10, { station: 4 });
    expect(named(compare({ stations, booked: [listed, typed('0000001', 9, '甲')] }))).toEqual([
      { kind: 'entries-differ', tube: '0000001' },
    ]);
    expect(
      named(compare({ stations, booked: [typed('0000001', 10, '甲'), typed('0000001', 9, '乙')] })),
    ).toEqual([{ kind: 'entries-differ', tube: '0000001' }]);
  });

  test('RC6 a wrong digit and two swapped codes are each other’s first hypothesis', () => {
    const digit = compare({ tubes: [tube(17, {})], booked: [booked('0000011', 10)] });
    expect(digit.map((d) => [d.kind, d.hypotheses[0]?.hypothesis, d.hypotheses[0]?.evidence[1]?.zh])).toEqual(
      [
        ['not-at-lab', 'wrong-or-swapped-code', '人数都是 10'],
        ['unknown-tube', 'wrong-or-swapped-code', '人数都是 10'],
      ],
    );
    const swapped = compare({
      tubes: [tube(1, { places: 9 }), tube(2, {})],
      booked: [booked('0000001', 10), booked('0000002', 9)],
    });
    expect(swapped.map((d) => d.hypotheses[0])).toMatchObject([
      { hypothesis: 'wrong-or-swapped-code', evidence: [{ zh: '与第0000002管的数正好互换' }] },
      { hypothesis: 'wrong-or-swapped-code', evidence: [{ zh: '与第0000001管的数正好互换' }] },
    ]);
  });

  test('RC7 a tube listed under another batch than ours is told', () => {
    expect(
      compare({ tubes: [tube(1, { batch: '箱1' })], booked: [booked('0000001', 10, { batch: '箱2' })] }),
    ).toMatchObject([{ kind: 'other-batch', batch: '箱2' }]);
  });

  test('RC8 while a station may still hold records, that comes first among the hypotheses of a surplus', () => {
    const tubes = [tube(1, { places: 9 })];
    const first = (found: ReturnType<typeof compare>) => found[0]?.hypotheses[0]?.hypothesis;
    expect(first(compare({ tubes, booked: [booked('0000001', 10)], unsettledStations: new Set([2]) }))).toBe(
      'journal-incomplete',
    );
    expect(first(compare({ tubes, booked: [booked('0000001', 10)], unsettledStations: new Set([3]) }))).toBe(
      'sealed-short-booked-full',
    );
    expect(first(compare({ tubes, booked: [booked('0000001', 8)], unsettledStations: new Set([2]) }))).toBe(
      'swiped-walked-away',
    );
  });

  test('RC17 records still on their way explain no tube that is here and not on the list, nor a sampler who counted fewer', () => {
    const unsettledStations = new Set([2]);
    const ideas = (of: Partial<ReconciliationInput>): [string, string | undefined][] =>
      compare({ ...of, unsettledStations }).map((d) => [d.kind, d.hypotheses[0]?.hypothesis]);
    expect(ideas({ tubes: [tube(1, {})] })).toEqual([['not-at-lab', 'carried-to-another-batch']]);
    expect(ideas({ tubes: [tube(1, { swabbed: 9 })], listComplete: false })).toEqual([
      ['swabbed-fewer', 'swiped-walked-away'],
    ]);
    expect(
      ideas({ tubes: [tube(1, {})], booked: [booked('0000001', 10), typed('0000001', 9, '甲')] }),
    ).toEqual([['entries-differ', 'entered-wrong']]);
    expect(ideas({ tubes: [tube(1, { swabbed: 11 })], listComplete: false })).toEqual([
      ['swabbed-more', 'journal-incomplete'],
    ]);
    expect(ideas({ booked: [booked('0000099', 10, { station: 2 })] })).toEqual([
      ['unknown-tube', 'journal-incomplete'],
    ]);
  });

  test('RC9 a station after the swab is compared by its total: a window of time, no tube', () => {
    const stations = [
      { station: 4, stand: 'after' as const, people: 19, firstAt: AT_0841 - 3_600_000, lastAt: AT_0841 },
    ];
    expect(
      compare({
        stations,
        booked: [booked('0000001', 10, { station: 4 }), booked('0000002', 9, { station: 4 })],
      }),
    ).toEqual([]);
    const [d, ...more] = compare({
      stations,
      booked: [booked('0000001', 10, { station: 4 }), booked('0000002', 10, { station: 4 })],
    });
    expect(more).toEqual([]);
    expect(d).toMatchObject({
      id: 'station-total/4',
      kind: 'station-total',
      tube: null,
      station: 4,
      swiped: 19,
      booked: 20,
    });
    expect(d?.zh).toContain('4号台 07:41至08:41');
    expect(d?.question?.zh).toContain('请复数4号台');
    expect(
      compare({ stations, booked: [booked('0000001', 10, { station: 4 })], listComplete: false }),
    ).toEqual([]);
  });

  test('RC10 a bare total of the site is compared by places, and stays silent where the tubes already say it', () => {
    const tubes = [tube(1, {}), tube(2, { places: 9 })];
    expect(compare({ tubes, booked: [booked(null, 19)], listComplete: false })).toEqual([]);
    expect(compare({ tubes, booked: [booked(null, 20)], listComplete: false })).toMatchObject([
      { kind: 'site-total', swiped: 19, booked: 20, tube: null },
    ]);
    expect(
      named(compare({ tubes, booked: [booked('0000001', 10), booked('0000002', 10), booked(null, 20)] })),
    ).toEqual([{ kind: 'booked-more', tube: '0000002' }]);
  });

  test('RC11 without codes one missing or miscounted tube does not shift the pairs after it', () => {
    const counts = [10, 9, 10, 10, 8, 10, 3];
    const tubes = counts.map((places, i) => tube(i + 1, { code: `第${i + 1}管`, places }));
    const lines = (list: number[]): BookedLine[] =>
      list.map((count, i) => booked(`第${i + 1}管`, count, { station: 2 }));
    expect(compare({ tubeMode: 'marks', tubes, booked: lines(counts) })).toEqual([]);
    expect(named(compare({ tubeMode: 'marks', tubes, booked: lines([10, 10, 10, 10, 8, 10, 3]) }))).toEqual([
      { kind: 'booked-more', tube: '第2管' },
    ]);
    expect(named(compare({ tubeMode: 'marks', tubes, booked: lines([10, 9, 10, 10, 10, 3]) }))).toEqual([
      { kind: 'not-at-lab', tube: '第5管' },
    ]);
    expect(
      named(
        compare({ tubeMode: 'marks', tubes, booked: lines([10, 9, 10, 10, 10, 3]), listComplete: false }),
      ),
    ).toEqual([]);
  });

  test('RC11 marks that come again at every station are lines of their own', () => {
    const tubes = [1, 2].flatMap((station) =>
      [10, 9].map((places, i) => tube(station * 10 + i, { code: `第${i + 1}管`, station, places })),
    );
    const lines = tubes.map((t) => booked(t.code, t.places));
    expect(compare({ tubeMode: 'marks', tubes, booked: lines })).toEqual([]);
    const stations = tubes.map((t) => booked(t.code, t.places, { station: t.station }));
    expect(compare({ tubeMode: 'marks', tubes, booked: stations })).toEqual([]);
    expect(named(compare({ tubeMode: 'marks', tubes, booked: stations.slice(0, 3) }))).toEqual([
      { kind: 'not-at-lab', tube: '第2管' },
    ]);
  });

  test('RC12 an alignment uses every tube of both sides once and in order', () => {
    const side = fc.array(fc.record({ count: fc.integer({ min: 0, max: 10 }), mark: fc.constant(null) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(side, side, (here, there) => {
        const pairs = alignCounts(here, there);
        expect(pairs.map(([a]) => a).filter((a) => a !== null)).toEqual(here.map((_, i) => i));
        expect(pairs.map(([, b]) => b).filter((b) => b !== null)).toEqual(there.map((_, i) => i));
      }),
    );
    expect(alignCounts([{ count: 9, mark: null }], [{ count: 9, mark: null }])).toEqual([[0, 0]]);
  });

  const decidedOn = (about: string, on: Decided['on']) =>
    new Map([[about, [{ state: 'explained' as const, reason: '复数为9', by: '现场负责人', at: 1_000, on }]]]);
  const bookedMore = `booked-more/${INSTALL}:1`;

  test.each([{ swiped: 9, swabbed: null, booked: [10], batches: [] }, null])(
    'RC13 a decision stays with its discrepancy over recounts that give its numbers, as one released without numbers does',
    (on) => {
      expect(
        compare({
          tubes: [tube(1, { places: 9 })],
          booked: [booked('0000001', 10)],
          decisions: decidedOn(bookedMore, on),
        }),
      ).toMatchObject([{ state: 'explained', reason: '复数为9', decidedBy: '现场负责人', earlier: [] }]);
    },
  );

  const other = { swiped: null, swabbed: null, booked: [], batches: [] };
  test.each([
    {
      of: bookedMore,
      on: { ...other, swiped: 8, booked: [10] },
      now: { tubes: [tube(1, { places: 9 })], booked: [booked('0000001', 10)] },
      said: '曾在 8/10 时说明:复数为9',
    },
    {
      of: bookedMore,
      on: { ...other, swiped: 9, booked: [11] },
      now: { tubes: [tube(1, { places: 9 })], booked: [booked('0000001', 10)] },
      said: '曾在 9/11 时说明:复数为9',
    },
    {
      of: 'code-twice/0000001',
      on: { ...other, swiped: 9, booked: [9, 11] },
      now: { tubes: [tube(1, { places: 9 })], booked: [booked('0000001', 9), booked('0000001', 10)] },
      said: '曾在 9/9/11 时说明:复数为9',
    },
    {
      of: `other-batch/${INSTALL}:1`,
      on: { ...other, batches: ['A', 'B'] },
      now: {
        tubes: [tube(1, { places: 9, batch: 'A' })],
        booked: [booked('0000001', 9, { batch: 'C' })],
      },
      said: '曾在 A/B 时说明:复数为9',
    },
    {
      of: 'site-total/site',
      on: { ...other, swiped: 9, booked: [12] },
      now: { tubes: [tube(1, { places: 9 })], booked: [booked('0000001', 9), booked(null, 13)] },
      said: '曾在 9/12 时说明:复数为9',
    },
  ])('RC18 what was decided on other numbers is open again and is told with them: $said', (row) => {
    const found = compare({ ...row.now, decisions: decidedOn(row.of, row.on) });
    expect(found.find((d) => d.id === row.of)).toMatchObject({
      state: 'open',
      reason: null,
      decidedBy: null,
      earlier: [{ state: 'explained', by: '现场负责人', zh: row.said }],
    });
  });
});
