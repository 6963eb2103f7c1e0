import { describe, expect, it } from 'vitest';
import type { BoardSnapshot, InstallRow, StationRow, TubeRow } from '#shared/contract/board.ts';
import type { InstallId, EventId } from '#shared/ids.ts';
import type { Language } from '#shared/language/languages.ts';
import type { Text } from '#shared/language/message.ts';
import { sayText, voiceOf } from '#shared/language/say.ts';
import { handOverParts, handOverSlip } from '../../../edge-service/board/tubes/hand-over.ts';

/** 24 January 2021, 08:00 in China. */
const AT_0800 = Date.UTC(2021, 0, 24, 0, 0);
const MINUTE_MS = 60_000;
const at = (minutes: number): number => AT_0800 + minutes * MINUTE_MS;

const tube = (opened: string, over: Partial<TubeRow> = {}): TubeRow => ({
  opened: opened as EventId,
  code: opened,
  batch: null,
  station: 1,
  openedAt: at(0),
  sealedAt: at(10),
  people: 10,
  places: 10,
  capacity: 10,
  swabbed: 10,
  booked: null,
  ...over,
});
const install = (over: Partial<InstallRow> = {}): InstallRow => ({
  install: 'a' as InstallId,
  station: 1,
  device: null,
  connected: true,
  lastContact: at(60),
  watermark: 90,
  head: 90,
  waiting: 0,
  reader: 'ready',
  readerSince: null,
  wrongObjects: 0,
  tokenBound: true,
  doubtfulTimes: 0,
  settled: true,
  excepted: false,
  parent: null,
  trouble: null,
  ...over,
});
const station = (number: number, over: Partial<InstallRow> = {}, stand: 'before' | 'after' = 'before') =>
  ({
    station: number,
    stand,
    people: 0,
    swipes: 0,
    openTube: null,
    installs: [install({ station: number, ...over })],
  }) satisfies StationRow;

/** The slip of one part of a round, at 09:30, as it reads in a language; Chinese where none is asked for. */
function slipOf(
  key: string,
  tubes: TubeRow[],
  more: {
    stations?: StationRow[];
    finalUpTo?: number | null;
    staleSince?: number | null;
    complete?: boolean;
    language?: Language;
  } = {},
) {
  const part = handOverParts(tubes).find((p) => p.key === key);
  if (part === undefined) throw new Error(`no part ${key}`);
  const { finalUpTo = null, complete = true } = more;
  const ladder = { finalUpTo, complete } as BoardSnapshot['ladder'];
  const slip = handOverSlip(part, {
    snapshot: { tubes, stations: more.stations ?? [station(1), station(2)], ladder, closing: null },
    roundFrom: AT_0800,
    now: at(90),
    staleSince: more.staleSince ?? null,
  });
  const said = (text: Text): string => sayText(voiceOf(more.language ?? 'zh'), text);
  return {
    ...slip,
    rows: slip.rows.map((row) => ({
      ...row,
      code: said(row.code),
      station: said(row.station),
      sealed: row.sealed === null ? null : said(row.sealed),
      remarks: row.remarks.map(said),
    })),
    stations: said(slip.stations),
    codes: slip.codes === null ? null : { first: said(slip.codes.first), last: said(slip.codes.last) },
    until: said(slip.until),
    notFinal: slip.notFinal.map(said),
  };
}

const partNames = (tubes: TubeRow[]): string[] => handOverParts(tubes).map(({ name }) => voiceOf('zh')(name));

describe('the hand-over slip', () => {
  it('BD65 it is offered by batch where tubes have one, then by station, then whole', () => {
    const tubes = [
      tube('A', { batch: '第10批', station: 2 }),
      tube('B', { batch: '第2批' }),
      tube('C', { station: 12 }),
    ];
    const held = handOverParts(tubes).map((p) => p.tubes.map((t) => t.opened).join(''));
    expect(partNames(tubes).map((name, i) => [name, held[i]])).toEqual([
      ['批次 第2批', 'B'],
      ['批次 第10批', 'A'],
      ['未分批', 'C'],
      ['1号台', 'B'],
      ['2号台', 'A'],
      ['12号台', 'C'],
      ['全部采样台', 'ABC'],
    ]);
    expect(partNames([tube('A')])).toEqual(['1号台', '全部采样台']);
    expect(handOverParts([])).toMatchObject([{ key: 'all', tubes: [] }]);
  });

  it('BD65 its rows go by sealing, with both numbers and what is remarkable, and its totals leave out empty tubes', () => {
    const tubes = [
      tube('0000013', { openedAt: at(40), sealedAt: at(50), places: 4, people: 4, swabbed: 4 }),
      tube('0000011', { openedAt: at(1), sealedAt: at(9), places: 11, people: 11, swabbed: 10 }),
      tube('0000012', { openedAt: at(12), sealedAt: at(25), places: 9, people: 10, swabbed: null }),
      tube('0000014', { openedAt: at(51), sealedAt: at(52), places: 0, people: 0, swabbed: 0 }),
      tube('0000015', { station: 2 }),
    ];
    const slip = slipOf('station 1', tubes);
    expect(slip.rows.map((r) => [r.code, r.swiped, r.swabbed, r.sealed, r.remarks])).toEqual([
      ['0000011', 11, 10, '08:09', ['数目不符:刷 11,采样员数 10', '超过满管 10 人']],
      ['0000012', 9, null, '08:25', ['采样员没数', '未满管', '打卡 10 人']],
      ['0000013', 4, 4, '08:50', ['尾管']],
      ['0000014', 0, 0, '08:52', ['空管,不计入管数']],
    ]);
    expect(slip).toMatchObject({ tubes: 3, people: 24, swabs: 14, uncounted: 1, stations: '1号台' });
    expect(slip.codes).toEqual({ first: '0000011', last: '0000013' });
    const more = slipOf('station 1', [...tubes, tube('0000016', { openedAt: at(60), sealedAt: null })]);
    expect(more.rows.find((r) => r.code === '0000013')?.remarks).toEqual(['未满管']);
  });

  it('BD65 a tube sealed on another day says the day, one without a code is named so, and a code used twice is told', () => {
    const slip = slipOf('all', [
      tube('A', { code: null, sealedAt: at(24 * 60) }),
      tube('B', { code: '0000017' }),
      tube('C', { code: '0000017', station: 2, sealedAt: at(11) }),
      tube('D', { code: '第1管', sealedAt: at(12) }),
      tube('E', { code: '第1管', station: 2, sealedAt: at(13) }),
    ]);
    expect(slip.rows.map((r) => [r.code, r.station, r.sealed, r.remarks])).toEqual([
      ['0000017', '1号台', '08:10', ['管号重复']],
      ['0000017', '2号台', '08:11', ['管号重复']],
      ['第1管', '1号台', '08:12', []],
      ['第1管', '2号台', '08:13', []],
      ['(无管号)', '1号台', '1月25日 08:00', []],
    ]);
    expect(slip).toMatchObject({ stations: '1号台、2号台', codes: null });
  });

  it('BD66 with every tube sealed and every station packed up it says up to when, and nothing else', () => {
    expect(slipOf('station 1', [tube('A')])).toMatchObject({ until: '截至 1月24日 09:30', notFinal: [] });
  });

  it('BD66 an open tube, records on their way, a station at work, trouble and a tube of nobody knows where are named', () => {
    const tubes = [
      tube('0000011'),
      tube('0000012', { sealedAt: null, swabbed: null, places: 3, people: 3, openedAt: at(30) }),
      tube('X', { code: null, station: null, openedAt: null, sealedAt: null, capacity: null, swabbed: null }),
    ];
    const stations = [
      station(1, { settled: false, waiting: 3 }),
      station(2, { settled: false }),
      station(3, { settled: false, trouble: 'forked' }),
      station(4, { settled: false, waiting: 7 }, 'after'),
    ];
    const slip = slipOf('all', tubes, { stations, finalUpTo: at(80) });
    expect(slip.until).toBe('截至 1月24日 09:20');
    expect(slip.notFinal).toEqual([
      '还有 1 支管未封:0000012',
      '有 1 支管的开管记录未到,不知是哪一台的',
      '1号台还有 3 条未到',
      '2号台、3号台还没有收工',
      '3号台记录分叉',
    ]);
    expect(slip.rows.map((r) => [r.code, r.sealed, r.remarks])).toEqual([
      ['0000011', '08:10', []],
      ['(无管号)', null, ['开管记录未到']],
      ['0000012', null, ['未封管']],
    ]);
    // What another station still holds does not touch the tubes of this one.
    const second = slipOf('station 2', [...tubes.slice(0, 2), tube('0000021', { station: 2 })], { stations });
    expect(second.notFinal).toEqual(['2号台还没有收工']);
  });

  it('LN64 in English it has no Chinese character: marks by number, days, remarks and what keeps it open', () => {
    const tubes = [
      tube('A', { code: '第1管', sealedAt: at(24 * 60), places: 12, people: 13, swabbed: 11 }),
      tube('B', { code: null, sealedAt: null, swabbed: null, openedAt: at(30) }),
      tube('C', { code: '0000017', places: 4, people: 4, swabbed: null }),
      tube('D', { code: '0000017', station: 2, places: 4, people: 4, swabbed: 4 }),
      tube('E', { places: 0, people: 0, swabbed: 0, sealedAt: at(12) }),
      tube('X', { code: null, station: null, openedAt: null, sealedAt: null, capacity: null, swabbed: null }),
    ];
    const stations = [
      station(1, { settled: false, waiting: 3 }),
      station(2, { settled: false }),
      station(3, { settled: false }),
      station(4, { settled: false, trouble: 'forked' }),
    ];
    const slip = slipOf('all', tubes, { stations, staleSince: at(75), finalUpTo: at(80), language: 'en' });
    expect(slip.rows.map((r) => [r.code, r.station, r.sealed, r.remarks])).toEqual([
      ['0000017', 'Station 1', '08:10', ['the sampler did not count', 'short tube', 'code used twice']],
      ['0000017', 'Station 2', '08:10', ['last tube', 'code used twice']],
      ['E', 'Station 1', '08:12', ['empty, no tube of the total']],
      [
        'no. 1',
        'Station 1',
        '25 January 08:00',
        [
          'numbers differ: 12 swiped, 11 counted by the sampler',
          'over its capacity of 10',
          '13 people swiped',
        ],
      ],
      ['(no code)', '—', null, ['its opening has not arrived']],
      ['(no code)', 'Station 1', null, ['not sealed']],
    ]);
    expect(slip.stations).toBe('Station 1, Station 2, —');
    expect(slip.until).toBe('As of 24 January 09:20');
    expect(slip.notFinal).toEqual([
      'Edge out of reach: numbers as of 09:15',
      '1 tube is not sealed: (no code)',
      'The opening of 1 tube has not arrived: its station is not known',
      'station 1: 3 records to come',
      'Station 2, Station 3, Station 4: not packed up yet',
      'Station 4: forked',
    ]);
    const closed = slipOf('all', [tube('A', { code: '第1管' })], { complete: false, language: 'en' });
    expect(closed.notFinal).toEqual(['some records may not have arrived yet']);
    expect(closed.codes).toEqual({ first: 'no. 1', last: 'no. 1' });
  });

  it('BD66 a kiosk never heard again, and a round that is not complete for no reason named, are not called arrived', () => {
    const silent = [station(1, { settled: false, connected: false, lastContact: null })];
    expect(slipOf('all', [tube('A')], { stations: silent, complete: false }).notFinal).toEqual([
      '1号台还没有收工',
    ]);
    expect(slipOf('all', [tube('A')], { complete: false }).notFinal).toEqual(['还有记录可能没到']);
    const other = [station(1), station(2, { settled: false })];
    expect(slipOf('station 1', [tube('A')], { stations: other, complete: false }).notFinal).toEqual([]);
  });

  it('BD66 a board that lost the edge says so and since when', () => {
    const slip = slipOf('station 1', [tube('A')], { staleSince: at(75), finalUpTo: at(70) });
    expect(slip.notFinal).toEqual(['与主机断开,以下是 09:15 的数']);
    expect(slip.until).toBe('截至 1月24日 09:10');
  });
});
