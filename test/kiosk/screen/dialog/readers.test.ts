import { describe, expect, it } from 'vitest';
import type { ReaderCandidate } from '#shared/contract/kiosk-readers.ts';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { NUMBER_FORMS } from '../../../../kiosk/screen/input/reader-press.ts';
import {
  readersHint,
  readerTitle,
  readerWords,
  wrongObjectsWords,
} from '../../../../kiosk/screen/dialog/reader-words.ts';
import { faceWords } from '../../../../kiosk/screen/words/face-words.ts';
import { BEFORE } from '../../../support/screen/kiosk-states.ts';
import { READER_STATES } from '../../../support/screen/reader-states.ts';
import { first, screenDesk } from '../../../support/screen/screen-desk.ts';
import { zhOf } from '../../../support/said.ts';
import { message } from '#shared/language/message.ts';
import { wholeLine } from '../../../../kiosk/screen/words/line.ts';

const { found, bulk, using } = READER_STATES;
const choose = (candidate: string, model: string, more: object = {}) => ({
  command: 'choose-reader',
  candidate,
  model,
  role: 'person',
  numberFormat: null,
  ...more,
});

describe('the page of the readers', () => {
  it('KR12 the number pad alone finds, confirms and removes every kind of reader', async () => {
    const run = async (state: KioskState, keys: string, expected: object) => {
      const d = screenDesk();
      d.show(state);
      await d.type(`⏎6${keys}`);
      expect(d.commands, keys).toEqual([expected]);
      expect(d.draft(), 'back on the page').toBe('readers');
    };
    await run(found, '*', { command: 'look-for-readers' });
    await run(found, '11', choose('/dev/ttyUSB0', 'sdt-serial'));
    await run(
      found,
      '1221',
      choose('/dev/ttyUSB0', 'number-serial', {
        numberFormat: { digits: 'hex', bytes: 8, byteOrder: 'same' },
      }),
    );
    await run(
      found,
      '1262',
      choose('/dev/ttyUSB0', 'number-serial', {
        numberFormat: { digits: 'decimal-comma', bytes: 3, byteOrder: 'reversed' },
      }),
    );
    await run(found, '131', choose('/dev/ttyUSB0', 'scanner-serial', { role: 'tube' }));
    await run(found, '132', choose('/dev/ttyUSB0', 'scanner-serial'));
    await run(found, '2', choose('http://127.0.0.1:19196', 'service-huashi'));
    await run(found, '321', choose('wedge', 'scanner-wedge', { role: 'tube' }));
    await run(using, '11', { command: 'forget-reader', reader: '/dev/ttyUSB0' });
  });

  it('KR12 every step goes back by one key, and a reader unplugged meanwhile goes back to the page', async () => {
    const d = screenDesk();
    d.show(found);
    await d.type('⏎6122');
    expect(d.draft()).toBe('reader-order');
    const steps = [];
    for (let i = 0; i < 4; i++) {
      await d.type('-');
      steps.push(d.draft());
    }
    expect(steps).toEqual(['reader-format', 'reader-model', 'readers', 'none']);
    await d.type('⏎61');
    d.show({ ...found, candidates: [] });
    await d.type('1');
    expect([d.draft(), d.commands]).toEqual(['readers', []]);
  });

  it('KR12 more readers than keys are reached by turning the page', async () => {
    const many: KioskState = {
      ...BEFORE,
      candidates: Array.from({ length: 14 }, (_, i): ReaderCandidate => ({
        ...found.candidates[1],
        candidate: `number ${i}`,
      })),
    };
    const d = screenDesk();
    d.show(many);
    await d.type('⏎6991'); // one reader in use stands first
    expect(d.commands).toEqual([choose('number 11', 'service-huashi')]);
    await d.type('-⏎69991'); // round again
    expect(d.draft()).toBe('reader');
  });

  it('KR12 what cannot be driven says what to install, in Chinese first', async () => {
    const d = screenDesk();
    d.show(bulk);
    expect(zhOf(faceWords(bulk).main)).toBe('没有读卡器');
    expect(wholeLine('zh', faceWords(bulk).below[0]!)).toContain('需要厂家服务');
    await d.type('⏎61');
    expect(d.draft()).toBe('reader-model');
    expect(zhOf(readerTitle(bulk, { draft: 'reader-model', candidate: 'usb:0400:C35A' }))).toContain(
      '厂家程序',
    );
    await d.type('1');
    expect(d.commands).toEqual([]);
  });

  it('KR2 KR12 the words say which reader is there, how it is and what to do when none is', () => {
    expect(using.readers.map((one) => zhOf(readerWords(one)))).toEqual([
      '串口身份证读卡器 · 刷人:正常',
      '串口扫码枪 · 扫管号:断开,请插好 USB 线',
      '键盘式卡号读头 · 刷人:还没有动静,请试刷一次',
    ]);
    expect(zhOf(readersHint({ ...BEFORE, readers: [], candidates: [] }))).toContain('请插上 USB 线');
    expect(zhOf(readersHint(found))).toContain('按号码选一台');
    const idle = faceWords({ ...BEFORE, reader: 'none', readers: [], candidates: [] });
    expect(wholeLine('zh', idle.below[0]!)).toBe('请插上读卡器;可按 0 手工登记');
    expect(wholeLine('zh', faceWords(found).below[0]!)).toBe('按 Enter、6 选读卡器;可按 0 手工登记');
    expect(zhOf(wrongObjectsWords(using)!)).toBe('本轮放错、扫错 5 次:管号 3 · 个人码 2');
    expect(wrongObjectsWords(BEFORE)).toBeNull();
  });

  it('KR12 every form of a card number has its key', () => {
    expect(NUMBER_FORMS.map(({ digit }) => digit).join('')).toBe('12345678');
  });
});

describe('登记卡号 on the screen', () => {
  it('KR10 it is begun from the menu, typed into, scanned into and left with the number pad', async () => {
    const d = screenDesk();
    d.show(BEFORE);
    await d.type('⏎7');
    expect(d.commands).toEqual([{ command: 'enrol', on: true }]);
    d.show(first('enrolment'));
    expect(d.draft()).toBe('enrolment');
    await d.type('10023⏎');
    expect(d.commands.at(-1)).toEqual({ command: 'enrol-person', kind: 'staff', number: '10023' });
    await d.type('11010519491231002*⏎');
    expect(d.commands.at(-1)).toEqual({ command: 'enrol-person', kind: 'id', number: '11010519491231002X' });
    await d.type('110105194912310021⏎');
    expect(d.commands).toHaveLength(3);
    expect(d.fault()).toContain('校验');
    await d.type('⌫'.repeat(18));
    await d.scan('2712847316');
    expect(d.commands.at(-1)).toEqual({ command: 'scan', text: '2712847316' });
    await d.type('-');
    expect(d.commands.at(-1)).toEqual({ command: 'enrol', on: false });
    d.show(BEFORE);
    expect(d.draft()).toBe('none');
  });

  it('KR10 − on 已关联 undoes nobody', async () => {
    const d = screenDesk();
    d.show(first('linked'));
    await d.type('-');
    expect(d.commands).toEqual([{ command: 'dismiss' }]);
  });
});

describe('scans and dialogs', () => {
  it('KR8 a scan judged by the engine leaves the dialog open as a card does', async () => {
    const d = screenDesk();
    d.show(using);
    await d.type('⏎6');
    await d.scan('2712847316');
    expect(d.commands).toEqual([{ command: 'scan', text: '2712847316' }]);
    expect(d.draft()).toBe('readers');
  });

  it('KR8 in a field of the browser a scanned pairing code counts by its keys, whatever an input method made of it', async () => {
    const d = screenDesk();
    d.show(first('unpaired'));
    const enter = { name: 'enter', char: '' } as const;
    const field = (text: string, gapMs: number) => {
      for (const char of text) d.store.fieldKey({ name: 'char', char }, (at += gapMs));
      return d.store.fieldKey(enter, (at += gapMs));
    };
    let at = 0;
    expect(field('muster:192.168.1.20:8443/-/ABCDEF', 9)).toBe(true);
    expect(d.commands).toEqual([{ command: 'pair', code: 'muster:192.168.1.20:8443/-/ABCDEF' }]);
    expect(field('192.168.1.20', 150)).toBe(false);
    expect(d.commands).toHaveLength(1);
  });

  it('KR8 what was wrong with a scan goes with the face it was about', async () => {
    const d = screenDesk();
    d.show(BEFORE);
    d.answerWith({ ok: false, code: 'not-a-tube-code', words: message('refusal.not-a-tube-code') });
    await d.scan('110105194912310029');
    expect(d.fault()).toContain('这不是管号');
    d.show(first('counted'));
    expect(d.fault()).toBeNull();
  });
});
