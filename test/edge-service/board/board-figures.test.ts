import { AT_0912 as at0912, LADDER } from '../../support/edge/ladder-sample.ts';
import { describe, expect, it } from 'vitest';
import type { InstallRow, StationRow } from '#shared/contract/board.ts';
import type { Role } from '#shared/permissions.ts';
import { isEntryOnly, pagesFor } from '../../../edge-service/board/parts/page-access.ts';
import { EdgeClock } from '../../../edge-service/board/parts/edge-clock.ts';
import {
  figuresOf,
  ladderLine,
  outstanding,
  reportText,
  type LadderView,
} from '../../../edge-service/board/live/ladder-line.ts';
import { voiceOf } from '#shared/language/say.ts';
import { whenMessage } from '#shared/language/time-message.ts';
import { zhOf } from '../../support/said.ts';
import { clockText, inputTime, timeOfInput } from '#shared/site-time.ts';
import type { InstallId, EventId } from '#shared/ids.ts';
import { differs } from '../../../edge-service/board/tubes/tube-figures.ts';

const at2005 = Date.UTC(2021, 0, 24, 12, 5);

const ladder = LADDER;
const install = (over: Partial<InstallRow>): InstallRow => ({
  install: 'a' as InstallId,
  station: 4,
  device: null,
  connected: true,
  lastContact: at0912,
  watermark: 300,
  head: 300,
  waiting: 0,
  reader: 'ready',
  readerSince: null,
  wrongObjects: 0,
  tokenBound: true,
  doubtfulTimes: 0,
  settled: false,
  excepted: false,
  parent: null,
  trouble: null,
  ...over,
});
const station = (number: number, installs: InstallRow[]): StationRow => ({
  station: number,
  stand: 'before',
  people: 0,
  swipes: 0,
  openTube: null,
  installs,
});
const stations = [station(1, [install({})]), station(4, [install({ connected: false, waiting: 3 })])];
const basis = 'roster-minus-excused' as const;

/** A text as a pattern that is that text. */
const quoted = (text: string): string => text.replaceAll(/[()]/g, String.raw`\$&`);

const zh = voiceOf('zh');
const outWords = (of: StationRow[]): string => {
  const out = outstanding(of);
  return out === null ? '' : zh(out);
};

describe('figures of the board', () => {
  it('BD1 the line on top says the ladder in the agreed sentence', () => {
    const line = ladderLine(zh, {
      ladder: { ...ladder, complete: true },
      stations,
      expectedBasis: basis,
      closing: null,
      missingFrom: [{ at: at0912, people: 25 }],
      asOf: at0912,
    });
    expect(line).toBe(
      '在册 997 · 应检 985 · 实检 972 (名单内 960 + 名单外 12,其中 10 人待核实) · 未检 37 (漏检 25 + 有原因 12) · 截至 09:12,4号台还有 3 条未到',
    );
    const incomplete = ladderLine(zh, {
      ladder,
      stations,
      expectedBasis: basis,
      closing: null,
      missingFrom: [{ at: at0912, people: 25 }],
      asOf: at2005,
    });
    expect(incomplete).toContain('实检 ≥972');
    expect(incomplete).toContain('截至 09:12,4号台还有 3 条未到');
    expect(
      ladderLine(zh, {
        ladder,
        stations,
        expectedBasis: 'roster',
        closing: null,
        missingFrom: [{ at: at0912, people: 25 }],
        asOf: at2005,
      }),
    ).toContain('应检 997');
  });

  it('BD28 nobody is called 漏检 before their session is over, on top and in the paragraph for the bureau: both figures stand there', () => {
    const said = (missingFrom: LadderView['missingFrom']): string[] => {
      const view = { ladder, stations, expectedBasis: basis, closing: null, missingFrom, asOf: at0912 };
      const text = reportText('zh', { ...view, site: '示例机电', round: '第4轮', tubes: 99, reasons: [] });
      return [ladderLine(zh, view), text].map((t) => /未检 ?37人? ?\((.*?)\)/.exec(t)?.[1] ?? t);
    };
    expect(said([{ at: at2005, people: 25 }])).toEqual(['未到场次 25 + 有原因 12', '未到场次25;有原因12']);
    expect(
      said([
        { at: at0912, people: 15 },
        { at: at2005, people: 10 },
      ]),
    ).toEqual(['漏检 15 + 未到场次 10 + 有原因 12', '漏检15、未到场次10;有原因12']);
    expect(said([{ at: at0912, people: 25 }])).toEqual(['漏检 25 + 有原因 12', '漏检25;有原因12']);
  });

  it('BD80 of the 漏检 both say how many may stand among the walk-ins, and of who has a session to come neither does', () => {
    const missingFrom = [
      { at: at0912, people: 15, toIdentify: 2 },
      { at: at2005, people: 10, toIdentify: 1 },
    ];
    const view = { ladder, stations, expectedBasis: basis, closing: null, missingFrom, asOf: at0912 };
    expect(ladderLine(zh, view)).toContain(
      '未检 37 (漏检 15(其中 2 人身份待核对) + 未到场次 10 + 有原因 12)',
    );
    const text = reportText('zh', { ...view, site: '示例机电', round: '第4轮', tubes: 99, reasons: [] });
    expect(text).toContain('未检37人(漏检15(其中2人身份待核对)、未到场次10;有原因12)');
  });

  it('BD69 a closed round says the moment of its closing, what never came and whose session had not begun, and awaits nothing', () => {
    const closed = (over: Partial<LadderView>): LadderView => ({
      ladder: { ...ladder, complete: true },
      stations: [],
      expectedBasis: basis,
      missingFrom: [{ at: at2005, people: 25 }],
      closing: { at: at0912, notBegun: [] },
      asOf: figuresOf({ closing: { at: at0912, notBegun: [] } }, at2005),
      ...over,
    });
    expect(ladderLine(zh, closed({}))).toMatch(
      /实检 972 .*\(未到场次 25 \+ 有原因 12\) · 截至 1月24日 09:12,已归档$/,
    );
    const short = { ladder, closing: { at: at0912, notBegun: ['夜班场'] } };
    expect(ladderLine(zh, closed(short))).toMatch(
      /实检 ≥972 .*截至 1月24日 09:12,已归档,有记录没有到\(已填例外\),归档时夜班场还没有开始$/,
    );
    const report = { ...closed(short), site: '示例机电', round: '第4轮', tubes: 99, reasons: [] };
    expect(reportText('zh', report)).toMatch(
      /截至1月24日09:12\(已归档,有记录没有到\(已填例外\),归档时夜班场还没有开始\)。$/,
    );
  });

  it('BD2 what may still arrive is named by station: waiting, silent, never heard of; a settled one is not', () => {
    expect(outWords([station(1, [install({})])])).toBe('');
    expect(outWords([station(2, [])])).toBe('2号台还没有联系过');
    expect(outWords([station(2, [install({ connected: false })])])).toBe('2号台 09:12 后无联系');
    expect(outWords([station(2, [install({ connected: false, waiting: 5, settled: true })])])).toBe('');
    expect(outWords([station(2, [install({ waiting: 1 }), install({ waiting: 2 })])])).toBe(
      '2号台还有 3 条未到',
    );
  });

  it('BD3 the paragraph for the bureau is the agreed text with the numbers of the ladder', () => {
    const text = reportText('zh', {
      ladder: { ...ladder, complete: true, toVerify: 0 },
      stations,
      expectedBasis: basis,
      closing: null,
      missingFrom: [{ at: at0912, people: 25 }],
      asOf: at2005,
      site: '示例机电',
      round: '第4轮',
      tubes: 99,
      reasons: [
        { reason: '休假', people: 5 },
        { reason: '隔离', people: 4 },
        { reason: '出差', people: 3 },
      ],
    });
    expect(text).toBe(
      '【示例机电】第4轮核酸:在册997人,应检985人,实检972人(名单内960、名单外12),未检37人(漏检25;有原因12:休假5、隔离4、出差3),采样管99支。截至1月24日20:05(4号台尚有3条未到)。',
    );
  });

  it('LN30 in English the line on top and the paragraph for the bureau say all that they can say without a word of Chinese', () => {
    const en = voiceOf('en');
    const view: LadderView = {
      ladder: {
        ...ladder,
        rosterAmended: {
          amendments: 2,
          joined: 3,
          left: 1,
          changed: 2,
          leftSwiped: 1,
          frozenKnown: false,
        },
      },
      stations: [
        ...stations,
        station(2, []),
        station(3, []),
        station(5, [install({ connected: false, station: 5 })]),
      ],
      expectedBasis: basis,
      closing: null,
      missingFrom: [
        { at: at0912, people: 15, toIdentify: 2 },
        { at: at2005, people: 10 },
      ],
      asOf: at0912,
    };
    expect(ladderLine(en, view)).toBe(
      'On the books 997 · Expected 985 (since the round opened: 3 added, 1 removed, 2 changed; changes before that were not recorded) · ' +
        'Tested ≥972 (960 on the roster + 12 walk-ins, 1 of them taken off the roster after the swipe, 10 of them to verify) · ' +
        'Not tested 37 (missing 15 (2 of them to identify) + session not over 10 + with reason 12) · ' +
        'as of 09:12, station 4: 3 records to come; station 2, station 3 not heard of yet; station 5 silent since 09:12',
    );
    const report = { ...view, site: 'Example Works', round: 'Round 4', tubes: 99 };
    expect(reportText('en', { ...report, reasons: [{ reason: 'leave', people: 5 }] })).toBe(
      '[Example Works] Round 4, nucleic acid test: 997 on the books, 985 expected (since the round opened: 3 added, 1 removed, 2 changed; changes before that were not recorded); ' +
        '≥972 tested (960 on the roster, 12 walk-ins, 1 of them taken off the roster after the swipe, 10 of them to verify); ' +
        '37 not tested (missing 15 (2 of them to identify), session not over 10; 12 with reason: leave 5); tubes: 99. ' +
        'As of 24 January 09:12 (station 4: 3 records to come; station 2, station 3 not heard of yet; station 5 silent since 09:12).',
    );
    const closed = { ...view, stations: [], closing: { at: at0912, notBegun: ['night', 'late'] } };
    const over = 'some records never came (an exception says which), closed before night, late had begun';
    expect(ladderLine(en, closed)).toMatch(new RegExp(`as of 24 January 09:12, closed, ${quoted(over)}$`));
    expect(reportText('en', { ...report, ...closed, reasons: [] })).toMatch(
      new RegExp(`12 with reason\\); .*\\(closed, ${quoted(over)}\\)\\.$`),
    );
  });

  it('BD4 times are those of China whatever the machine believes, and the edge’s clock overrules this one’s', () => {
    expect(clockText(at0912)).toBe('09:12');
    expect(zhOf(whenMessage(at0912, at2005))).toBe('09:12');
    expect(zhOf(whenMessage(at0912, at2005 + 86_400_000))).toBe('1月24日 09:12');
    expect(zhOf(whenMessage(at0912, Date.UTC(2022, 0, 24, 1, 12))), 'the same day of another year').toBe(
      '1月24日 09:12',
    );
    expect(timeOfInput(inputTime(at0912))).toBe(at0912);
    expect(timeOfInput('2021-13-24T09:12')).toBeNull();
    const clock = new EdgeClock({ wall: () => 0, monotonic: () => 0, timer: () => () => undefined });
    clock.note('rubbish');
    expect(clock.wall()).toBe(0);
    clock.note('Sun, 24 Jan 2021 01:12:00 GMT');
    expect(clockText(clock.wall())).toBe('09:12');
  });

  it('BD5 a role sees the pages it may, and a lab clerk alone nothing but the entry', () => {
    expect(pagesFor(['lab-clerk']).map((p) => p.page)).toEqual(['entry']);
    expect(isEntryOnly(['lab-clerk'])).toBe(true);
    expect(isEntryOnly(['lab-clerk', 'site-lead'])).toBe(false);
    expect(isEntryOnly([])).toBe(false);
    expect(pagesFor(['station-staff']).map((p) => p.page)).toEqual(['live', 'missing']);
    expect(pagesFor(['hr']).map((p) => p.page)).not.toContain('pairing');
    expect(pagesFor(['administrator']).map((p) => p.page)).not.toContain('find');
    expect(
      pagesFor(['site-lead'])
        .slice(0, 7)
        .map((p) => p.page),
    ).toEqual(['live', 'missing', 'walk-ins', 'tubes', 'reconcile', 'find', 'report']);
  });

  it('BD5 each role is offered exactly its pages, and several roles those of each', () => {
    const offered: Record<Role, string> = {
      'site-lead':
        'live missing walk-ins tubes reconcile find report rounds roster pairing installs openings',
      hr: 'live missing walk-ins tubes reconcile find report roster installs',
      administrator: 'live tubes reconcile report rounds pairing installs accounts openings',
      'station-staff': 'live missing',
      'lab-clerk': 'entry',
    };
    const roles = Object.keys(offered) as Role[];
    const pagesOf = (of: readonly Role[]): string[] => pagesFor(of).map(({ page }) => page);
    for (const role of roles) expect(pagesOf([role]).join(' '), role).toBe(offered[role]);
    for (let set = 0; set < 2 ** roles.length; set++) {
      const held = roles.filter((_, bit) => (set >> bit) % 2 === 1);
      const all = new Set(held.flatMap((role) => offered[role].split(' ')));
      expect(pagesOf(held).toSorted(), held.join()).toEqual([...all].toSorted());
      expect(isEntryOnly(held), held.join()).toBe(held.join() === 'lab-clerk');
    }
  });

  it('BD6 a tube differs where two of its numbers do, and one not back yet does not', () => {
    const tube = {
      opened: 'a:1' as EventId,
      code: null,
      batch: null,
      station: 1,
      openedAt: null,
      sealedAt: null,
      people: 9,
      places: 9,
      capacity: 10,
    };
    expect(differs({ ...tube, swabbed: 9, booked: 10 })).toEqual({ swabbed: false, booked: true });
    expect(differs({ ...tube, swabbed: 10, booked: null })).toEqual({ swabbed: true, booked: false });
    expect(differs({ ...tube, swabbed: null, booked: null })).toEqual({ swabbed: false, booked: false });
  });
});
