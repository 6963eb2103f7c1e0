import { describe, expect, it } from 'vitest';
import { bandWords } from '../../../../kiosk/screen/words/bands.ts';
import { message } from '#shared/language/message.ts';
import { clockText } from '#shared/site-time.ts';
import { tubeAlert } from '../../../../kiosk/screen/words/swipe-words.ts';
import { faceWords } from '../../../../kiosk/screen/words/face-words.ts';
import { BAND_STATES, BEFORE, FACE_STATES } from '../../../support/screen/kiosk-states.ts';
import { saidIn, zhOf } from '../../../support/said.ts';
import { wholeLine } from '../../../../kiosk/screen/words/line.ts';

const ALL = Object.values(FACE_STATES).flat();
const named = (name: string) => faceWords(ALL.find((shown) => shown.name === name)!.state);
const text = (name: string): string => {
  const { main, below, alert } = named(name);
  return [
    zhOf(main),
    ...below.map((line) => wholeLine('zh', line)),
    ...(alert === null ? [] : [zhOf(alert)]),
  ].join(' | ');
};

describe('words of the kiosk', () => {
  it('SC1 every face has Chinese first, English second, a colour and a symbol', () => {
    for (const { name, state } of ALL) {
      const words = faceWords(state);
      expect(zhOf(words.main), name).toMatch(/\p{Script=Han}/u);
      expect(saidIn('en', words.main), name).toMatch(/[A-Za-z]/);
      expect(zhOf(words.main), name).not.toMatch(/undefined|null|NaN/);
    }
    for (const { state } of BAND_STATES)
      for (const band of state.bands) expect(zhOf(bandWords(band).main)).toMatch(/\p{Script=Han}/u);
  });

  it('SC1 the words are those of the field', () => {
    expect(text('idle-before')).toBe('请放身份证 | 第4轮 1月24日 · 1号台 · 本管 6/10');
    expect(text('idle-after')).toBe('采样后请刷身份证 | 第4轮 1月24日 · 1号台 · 已刷 127');
    expect(text('test')).toBe('试刷,不计入 | 张*三 · 读卡正常 | 在名单里');
    expect(text('test-unlisted')).toBe('试刷,不计入 | 读卡正常 | 不在名单');
    expect(text('counted-listed')).toBe('已计入 | 本管第 7 人 | 在名单里');
    expect(text('unlisted-asked')).toContain('花名册没有 99999,仍登记? | Enter 是   − 不');
    expect(text('reading')).toBe('请不要移动');
    expect(text('counted')).toBe('已计入 | 张*三 · 本管第 7 人');
    expect(text('counted-after')).toBe('已计入 | 张*三 · 本台第 128 人');
    expect(text('counted-tube-full')).toContain('换管:本管 10 人,请采样员封管');
    expect(text('counted-over')).toContain('本管已满,仍已计入 (第11人)');
    expect(text('counted-over')).toContain('请换管并扫新管号');
    expect(text('counted-no-tube')).toBe('已计入,未归管 | 张*三 · 未归管第 1 人 | 请扫管号,或按 + 输入');
    expect(text('counted-walk-in')).toContain('请到服务台登记单位');
    expect(text('counted-unchecked')).toContain('重复核对待联网');
    expect(text('repeat-here')).toBe('已刷过 | 08:12 本管第 3 人,不重复计数');
    expect(text('repeat-here-loose')).toBe('已刷过 | 08:12 未归管第 2 人,不重复计数');
    expect(text('repeat-here-after')).toBe('已刷过 | 08:12 本台第 128 人,不重复计数');
    expect(text('repeat-here-unnumbered')).toBe('已刷过 | 08:12 不重复计数');
    expect(text('repeat-elsewhere-asks')).toContain('已在 2 号台刷过 08:12 | 又采了一次?  + 是   − 不是');
    expect(text('unreadable')).toContain('没读出,请重放 | 平放、取出卡套、只放一张');
    expect(text('unreadable-staff')).toBe('请工作人员手工登记 | 按 0');
    expect(text('unreadable-staff-card')).toBe('请工作人员手工登记 | 按 0 | 卡内出生日期或性别与号码不符');
    expect(text('wrong-tube-code')).toBe('这是管号,请放身份证');
    expect(text('tube-used')).toContain('此管 08:12 已在 2 号台用过');
    const opened = ALL.find((shown) => shown.name === 'tube-opened')!.state;
    const takesIn = (collected: number): string | undefined =>
      faceWords({ ...opened, face: { face: 'tube-opened', code: '18', collected } }).below.map((line) =>
        wholeLine('en', line),
      )[0];
    expect([1, 3].map(takesIn)).toEqual([
      'Takes in 1 person without a tube',
      'Takes in 3 people without a tube',
    ]);
    expect(text('reader-gone')).toContain('请插好 USB 线;可按 0 手工登记');
    expect(text('stopped')).toContain('已存的 412 条没有丢');
    expect(text('round-ended')).toContain('可以撤台');
    expect(text('round-ended-waiting')).toContain('还有 3 条没有传完');
    const band = (name: string) => bandWords(BAND_STATES.find((one) => one.name === name)!.state.bands[0]!);
    expect(zhOf(band('band-offline').main)).toContain('断网,照常打卡,已存本机 12 条');
    expect(zhOf(band('band-offline').more!)).toBe('上次联系 07:55');
    expect(band('band-old-round').weight).toBe('stop');
    expect(zhOf(band('band-old-round').more!)).toBe('仍可打卡,请报告现场负责人');
  });

  it('SC1 colours mean what people were told: green counts, red only stops', () => {
    expect(named('counted').tone).toBe('good');
    expect(named('counted-walk-in').tone).toBe('walk-in');
    expect(named('repeat-here').tone).toBe('repeat');
    expect(named('test').tone).toBe('test');
    expect(ALL.filter(({ state }) => faceWords(state).tone === 'stop').map(({ name }) => name)).toEqual([
      'stopped',
      'stopped-journal',
    ]);
    const green = ALL.filter(({ state }) => faceWords(state).tone === 'good').map(
      ({ state }) => state.face.face,
    );
    expect([...new Set(green)]).toEqual(['counted', 'round-ended']);
  });

  it('SC14 the tube asks for hands before the next person: full, none, loose', () => {
    expect(tubeAlert(BEFORE)).toBeNull();
    expect(zhOf(tubeAlert({ ...BEFORE, tube: { code: 'A', count: 10, capacity: 10 } })!)).toContain('换管');
    expect(zhOf(tubeAlert({ ...BEFORE, tube: null, looseCount: 3 })!)).toBe(
      '未归管 3 人,请扫管号,或按 + 输入',
    );
    expect(zhOf(tubeAlert({ ...BEFORE, tube: null, tubeMode: 'marks' })!)).toBe('请按 + 开新管');
    expect(tubeAlert({ ...BEFORE, tube: null, tubeMode: 'none' })).toBeNull();
  });

  it('SC1 times are those of China whatever zone the computer was set to', () => {
    expect(clockText(Date.UTC(2026, 0, 24, 0, 12))).toBe('08:12');
    expect(zhOf(message('time.day-and-time', { at: Date.UTC(2026, 0, 23, 16, 0) }))).toBe('1月24日 00:00');
  });
});
