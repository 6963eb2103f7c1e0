import { AT_0912 as AT, LADDER } from '../../support/edge/ladder-sample.ts';
import { expect, it } from 'vitest';
import type { LadderReport } from '#shared/counting/ladder.ts';
import { installIdSchema, roundIdSchema, type InstallId } from '#shared/ids.ts';
import { LANGUAGE_CODES, type Language } from '#shared/language/languages.ts';
import { say } from '#shared/language/say.ts';
import type { RoundContact } from '../../../edge-service/counting/completeness.ts';
import { amendedSince, ladderWords } from '../../../edge-service/counting/ladder-words.ts';
import type { StoredRound } from '../../../edge-service/ledger/stored-round.ts';

const CHILD = installIdSchema.parse('0b8e7c1a-2f3d-4e5a-9b6c-7d8e9f0a1b2c');
const PARENT = installIdSchema.parse('1b8e7c1a-2f3d-4e5a-9b6c-7d8e9f0a1b2c');
const LATE = installIdSchema.parse('2b8e7c1a-2f3d-4e5a-9b6c-7d8e9f0a1b2c');

const ladder: LadderReport = {
  ...LADDER,
  rosterAmended: { amendments: 1, joined: 3, left: 1, changed: 0, leftSwiped: 1, frozenKnown: true },
};
const installOf = (install: InstallId, station: number, excepted: boolean) => ({
  install,
  station,
  excepted,
  parent: null,
  trouble: null,
  superseded: false,
  tookPart: true,
  settled: false,
  lastNumber: 120,
  doubtfulTimes: 0,
  watermark: 100,
});
/** Everything that can be out. */
const contact = {
  complete: false,
  finalUpTo: AT,
  installs: [installOf(CHILD, 3, true), installOf(PARENT, 3, false), installOf(LATE, 5, false)],
  unheardStations: [2],
  open: { unsettled: [], gaps: [], unexcepted: [], quarantined: 2, strayed: 0, unreviewedForks: [CHILD] },
  lacking: [
    { install: CHILD, journal: CHILD, station: 3, from: 101, to: 120 },
    { install: PARENT, journal: CHILD, station: 3, from: 7, to: 7 },
  ],
} as unknown as RoundContact;
const round = {
  round: roundIdSchema.parse('0b8e7c1a-2f3d-4e5a-9b6c-7d8e9f0a1b2c'),
  definition: {
    name: 'Round 4',
    expectedBasis: 'roster-minus-excused',
    sessions: [{ name: 'night', from: AT + 1, to: AT + 2, shift: null }],
  },
  closedAt: AT,
} as unknown as StoredRound;

const rowsIn = (language: Language): (string | number | null)[][] =>
  ladderWords({
    site: 'Example Works',
    round,
    ladder,
    contact,
    notYet: 10,
    toIdentify: 2,
    seenAtSeveralStations: 1,
    now: AT,
  }).map((row) =>
    row.map((cell) => (typeof cell === 'object' && cell !== null ? say(language, cell) : cell)),
  );

it('LN30 the rows of the ladder stand in Chinese as people know them, and in English without a word of it', () => {
  const zh = new Map(rowsIn('zh').map(([name, figure, words]) => [name, [figure, words]]));
  expect(zh.get('应检')).toEqual([985, '在册 997 − 有原因 12;开轮后增 3 减 1']);
  expect(zh.get('实检·名单外')).toEqual([12, '实检 972 − 名单内 960;其中 1 人打卡后移出花名册']);
  expect(zh.get('未检')).toEqual([37, '漏检 15(其中 2 人身份待核对) + 未到场次 10 + 有原因 12']);
  expect(zh.get('漏检')).toEqual([15, '应检 985 − 名单内 960 − 未到场次 10;其中 2 人身份待核对']);
  expect(zh.get('截至')).toEqual([
    '1月24日 09:12',
    '数据未齐:2号台从未联系;3号台第 101–120 条未到(已填例外);3号台前一份记录第 7 条未到;5号台未收工;2 条记录待处理;有分叉的记录待查看;归档时night还没有开始',
  ]);
  const en = rowsIn('en');
  expect(JSON.stringify(en)).not.toMatch(/\p{Script=Han}/u);
  expect(en.map(([, figure]) => typeof figure)).toEqual(rowsIn('zh').map(([, figure]) => typeof figure));
  expect(en.find(([name]) => name === 'As of')).toEqual([
    'As of',
    '24 January 09:12',
    'Not all records are here: station 2 never heard of; station 3, numbers 101–120: not here (exception entered); ' +
      'station 3, its journal before, numbers 7: not here; station 5 has not packed up; 2 records wait for a decision; ' +
      'forked journals to look at; closed before night had begun',
  ]);
});

it.for(LANGUAGE_CODES)('LN30 in %s what was amended in a roster says who left it after the swipe', (code) => {
  const said = amendedSince(ladder);
  expect(said === null ? '' : say(code, said)).toBe(
    {
      zh: '应检开轮后增 3 减 1;其中 1 人打卡后移出花名册',
      en: 'expected since the round opened: 3 added, 1 removed; 1 of them taken off the roster after the swipe',
    }[code],
  );
});
