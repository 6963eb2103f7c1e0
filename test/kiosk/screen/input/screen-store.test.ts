import { describe, expect, it } from 'vitest';
import type { CommandReply, KioskCommand, KioskState } from '#shared/contract/kiosk-screen.ts';
import { StateOrder } from '#shared/contract/state-order.ts';
import { ENTER_AGAIN_MS, LATE_ANSWER_MS } from '../../../../kiosk/screen/input/screen-store.ts';
import { SOUNDS } from '../../../../kiosk/screen/sound/sounds.ts';
import { AFTER, BEFORE } from '../../../support/screen/kiosk-states.ts';
import { first, screenDesk as desk } from '../../../support/screen/screen-desk.ts';
import { message } from '#shared/language/message.ts';

describe('the screen without a page', () => {
  it('SC5 the number pad alone reaches every command of a round', async () => {
    const d = desk();
    const run = async (state: KioskState, keys: string, expected: KioskCommand) => {
      d.show(state);
      await d.clock.advance(LATE_ANSWER_MS);
      d.commands.length = 0;
      await d.type(keys);
      expect(d.commands, keys).toEqual([expected]);
      expect(d.draft() === 'none' || d.draft() === 'sealing' || d.draft() === 'who').toBe(true);
      d.show(BEFORE);
    };
    const manual = { command: 'manual', documentType: null, name: null, phone: null } as const;
    await run(BEFORE, '+', { command: 'change-tube' });
    await run(BEFORE, '-', { command: 'ask-undo' });
    const asked = first('undo-asked');
    if (asked.face.face !== 'undo-asked') throw new Error('the example asks nothing');
    await run(asked, '⏎', { command: 'undo', swipe: asked.face.swipe });
    await run(asked, '-', { command: 'dismiss' });
    await run(first('undone'), '-', { command: 'restore' });
    await run(first('unlisted-asked'), '⏎', { command: 'take-unlisted', yes: true });
    await run(first('unlisted-asked'), '-', { command: 'take-unlisted', yes: false });
    await run({ ...BEFORE, restorable: { name: '张*三', ordinal: 7 } }, '⏎8', { command: 'ask-undo' });
    await run(first('repeat-elsewhere'), '+', { command: 'sampled-again', yes: true });
    await run(first('repeat-elsewhere'), '-', { command: 'sampled-again', yes: false });
    await run(first('continue-tube'), '+', { command: 'continue-tube', yes: true });
    await run(first('continue-tube'), '-', { command: 'continue-tube', yes: false });
    await run(first('compare-fingerprint'), '+', { command: 'confirm-fingerprint', same: true });
    await run(first('compare-fingerprint'), '-', { command: 'confirm-fingerprint', same: false });
    await run(BEFORE, '0111010519491231002*⏎', { ...manual, kind: 'id', number: '11010519491231002X' });
    await run(BEFORE, '0210023⏎', { ...manual, kind: 'staff', number: '10023' });
    await run(BEFORE, '0315551234⏎', {
      ...manual,
      kind: 'document',
      number: '5551234',
      documentType: 'PASSPORT',
    });
    await run(first('unreadable-staff'), '05', { command: 'settle-unreadable', sampled: true });
    await run(first('unreadable'), '06', { command: 'settle-unreadable', sampled: false });
    await run(BEFORE, '⏎10000018⏎', { command: 'tube-code', code: '0000018' });
    await run(BEFORE, '⏎23+', { command: 'move-last', count: 3, to: 'open-tube' });
    await run(BEFORE, '⏎2-', { command: 'move-last', count: 1, to: 'no-tube' });
    await run(BEFORE, '⏎3⏎', { command: 'end-round' });
    await run({ ...BEFORE, bands: [{ band: 'needs-opening-code' }] }, '⏎40123456789012⏎', {
      command: 'opening-code',
      digits: '0123456789012',
    });
    await run(first('tube-used'), '⏎', { command: 'dismiss' });
    await run(first('tube-used'), '-', { command: 'dismiss' });
  });

  it('KR16 a scan cut off is told in words, and the page that stood still waits for its keys', async () => {
    const d = desk();
    d.show(BEFORE);
    await d.scan('202211300001');
    for (const c of '8901086261') d.store.key({ name: 'char', char: c }, d.clock.monotonic());
    await d.clock.advance(130);
    expect([d.commands.length, d.fault()]).toEqual([1, '没有扫完整,请再扫一次']);
    await d.scan('410');
    expect(d.commands).toEqual([{ command: 'scan', text: '202211300001' }]);
    const at = d.clock.monotonic() + 1_000;
    await d.clock.advance(1_000);
    for (const c of '8901086261') d.store.key({ name: 'char', char: c }, at);
    d.clock.stall(1_000);
    await d.clock.advance(1);
    for (const c of '410') d.store.key({ name: 'char', char: c }, at + 20);
    d.store.key({ name: 'enter', char: '' }, at + 20);
    expect(d.commands.at(-1)).toEqual({ command: 'scan', text: '8901086261410' });
  });

  it('SC5 after the swab there is no tube to change', async () => {
    const d = desk();
    d.show(AFTER);
    await d.type('+');
    expect(d.commands).toEqual([]);
  });

  it('SC19 with no tube open + asks for its code; with marks it opens the next, and with one open it changes', async () => {
    for (const [state, keys, command] of [
      [first('idle'), '+', { command: 'change-tube' }],
      [{ ...BEFORE, tube: null }, '+0000018⏎', { command: 'tube-code', code: '0000018' }],
      [{ ...BEFORE, tube: null, tubeMode: 'marks' }, '+', { command: 'change-tube' }],
    ] as const) {
      const d = desk();
      d.show(state);
      await d.type(keys);
      expect(d.commands, keys).toEqual([command]);
    }
  });

  it('SC19 a code scanned into the window or by a scanner of its own opens the tube, the entry open or not', async () => {
    const d = desk();
    d.show({ ...BEFORE, tube: null });
    await d.scan('0000018');
    expect(d.commands).toEqual([{ command: 'scan', text: '0000018' }]);
    await d.type('+');
    await d.scan('0000018');
    expect([d.commands.at(-1), d.draft()]).toEqual([{ command: 'tube-scan', text: '0000018' }, 'none']);
    d.show({ ...BEFORE, tube: null });
    await d.type('+1');
    expect(d.draft()).toBe('tube-code');
    d.show(first('tube-opened'));
    expect(d.draft()).toBe('none');
  });

  it('SC20 a number pad leaves every dialog: − where it means nothing else, * where it moves people', async () => {
    const state: KioskState = { ...BEFORE, bands: [{ band: 'needs-opening-code' }] };
    const dialogs: readonly (readonly [open: string, leave: string])[] = [
      ['⏎', '-'],
      ['⏎17', '--'],
      ['⏎2', '**'],
      ['⏎23', '**'],
      ['⏎3', '-'],
      ['⏎41', '--'],
      ['⏎5', '-'],
      ['⏎6', '-'],
      ['0', '-'],
      ['011', '--'],
      ['021', '--'],
      ['03', '-'],
      ['0311', '--'],
      ['04', '-'],
    ];
    for (const [open, leave] of dialogs) {
      const d = desk();
      d.show(state);
      await d.type(open);
      expect(d.draft(), open).not.toBe('none');
      await d.type(leave.slice(0, -1));
      expect(d.draft(), open).not.toBe('none');
      await d.type(leave.slice(-1));
      expect([d.draft(), d.commands], open).toEqual(['none', []]);
    }
  });

  it('SC7 each sound plays once, and none that is older than the screen', () => {
    const d = desk();
    d.show({ ...BEFORE, sound: { serial: 3, sound: 'counted' } });
    expect(d.played).toEqual([]);
    d.show({ ...BEFORE, sound: { serial: 4, sound: 'repeat' } });
    d.show({ ...BEFORE, sound: { serial: 4, sound: 'repeat' } });
    expect(d.played).toEqual([SOUNDS.repeat]);
    d.show({ ...BEFORE, sound: { serial: 5, sound: 'counted' } });
    expect(d.played).toEqual([SOUNDS.repeat, SOUNDS.counted]);
  });

  it('SC7 words are spoken only where hands must do something', () => {
    const spoken = Object.entries(SOUNDS).flatMap(([sound, plan]) => (plan.speech === null ? [] : [sound]));
    expect(spoken.toSorted()).toEqual([
      'change-tube',
      'no-tube',
      'over',
      'repeat',
      'staff',
      'unreadable',
      'walk-in',
    ]);
    expect(Object.values(SOUNDS).every((plan) => plan.tones.length > 0)).toBe(true);
  });

  it('SC8 a late or doubled answer to 又采了一次? undoes nobody', async () => {
    const d = desk();
    d.show(first('repeat-elsewhere'));
    await d.type('-');
    d.show(first('counted'));
    await d.type('-');
    expect(d.commands).toEqual([{ command: 'sampled-again', yes: false }]);
    await d.clock.advance(LATE_ANSWER_MS);
    await d.type('-');
    expect(d.commands.at(-1)).toEqual({ command: 'ask-undo' });
  });

  it('SC21 after a dialog has closed − does nothing for 1.5 s: the press that was one too many undoes nobody', async () => {
    for (const [keys, closing] of [
      ['011', '--'],
      ['02', '1⏎'],
      ['⏎', '-'],
      ['⏎2', '-'],
    ] as const) {
      const d = desk();
      d.show(BEFORE);
      await d.type(keys + closing);
      expect(d.draft(), keys).toBe('none');
      const sent = d.commands.length;
      await d.type('--');
      expect(d.commands, keys).toHaveLength(sent);
      await d.clock.advance(LATE_ANSWER_MS);
      await d.type('-');
      expect(d.commands.at(-1), keys).toEqual({ command: 'ask-undo' });
    }
    expect(LATE_ANSWER_MS).toBe(1500);
  });

  it('SC21 a dialog that the engine ends is followed by the same silence, and a question asked then is answered', async () => {
    const d = desk();
    d.show(first('sealing'));
    await d.type('9⏎');
    d.show(first('sealed'));
    await d.type('-');
    expect(d.commands).toEqual([{ command: 'seal', swabbed: 9 }]);
    d.show(first('repeat-elsewhere'));
    await d.type('-');
    expect(d.commands.at(-1)).toEqual({ command: 'sampled-again', yes: false });
  });

  it('SC21 a − too many after the question of 撤销 brings nobody back, and + changes the tube at once', async () => {
    const d = desk();
    d.show(first('undo-asked'));
    await d.type('⏎');
    d.show(first('undone'));
    await d.type('-');
    expect(d.commands).toMatchObject([{ command: 'undo' }]);
    await d.type('+');
    expect(d.commands.at(-1)).toEqual({ command: 'change-tube' });
    await d.clock.advance(LATE_ANSWER_MS);
    await d.type('-');
    expect(d.commands.at(-1)).toEqual({ command: 'restore' });
  });

  it('SC21 nothing but Enter, − and Escape answers the question of 撤销', async () => {
    const d = desk();
    d.show(first('undo-asked'));
    await d.type('+0123456789*');
    expect([d.commands, d.draft()]).toEqual([[], 'none']);
    await d.type('␛');
    expect(d.commands).toEqual([{ command: 'dismiss' }]);
  });

  it('SC43 the Enter that sent a staff number, pressed twice, does not answer 仍登记?; a later one, − and Escape do, and nothing else', async () => {
    const d = desk();
    d.show(BEFORE);
    await d.type('0299999⏎');
    d.show(first('unlisted-asked'));
    await d.type('⏎⏎');
    expect(d.commands).toMatchObject([{ command: 'manual', kind: 'staff', number: '99999' }]);
    await d.clock.advance(ENTER_AGAIN_MS);
    await d.type('+0123456789*');
    expect([d.commands.length, d.draft()]).toEqual([1, 'none']);
    await d.type('⏎');
    expect(d.commands.at(-1)).toEqual({ command: 'take-unlisted', yes: true });
    d.show(first('counted'));
    d.show(first('unlisted-asked')); // it stands again once the face of a card has gone
    await d.type('⏎');
    expect(d.commands).toHaveLength(2);
    await d.type('␛');
    expect(d.commands.at(-1)).toEqual({ command: 'take-unlisted', yes: false });
    d.show(BEFORE);
    await d.type('-');
    expect(d.commands).toHaveLength(3);
  });

  it('SC9 while a command is unanswered no other key acts', async () => {
    const d = desk();
    let answer: (reply: CommandReply) => void = () => {};
    d.answerWith(new Promise((resolve) => (answer = resolve)));
    d.show(BEFORE);
    await d.type('---');
    expect(d.commands).toEqual([{ command: 'ask-undo' }]);
    answer({ ok: true });
    await d.clock.advance(1);
    await d.type('-');
    expect(d.commands).toHaveLength(2);
  });

  it('SC10 a dialog stays whatever card is put down, and a refused command keeps it with the words', async () => {
    const d = desk();
    d.show(BEFORE);
    await d.type('02100');
    d.show(first('counted'));
    expect(d.draft()).toBe('manual-staff');
    d.answerWith({ ok: false, code: 'x', words: message('entry-fault.not-listed') });
    await d.type('⏎');
    expect([d.draft(), d.fault()]).toEqual(['manual-staff', '名单里没有这个号']);
    d.answerWith({ ok: true });
    await d.type('7⏎');
    expect(d.commands.at(-1)).toMatchObject({ number: '1007' });
    expect(d.draft()).toBe('none');
  });

  it("SC11 sealing offers the kiosk's number: one key takes it, digits replace it, * says nobody counted", async () => {
    for (const [keys, swabbed] of [
      ['⏎', 10],
      ['9⏎', 9],
      ['9⌫11⏎', 11],
      ['*', null],
    ] as const) {
      const d = desk();
      d.show(first('sealing'));
      await d.type(keys);
      expect(d.commands, keys).toEqual([{ command: 'seal', swabbed }]);
    }
    const empty = desk();
    empty.show(first('sealing'));
    await empty.type('⌫⏎');
    expect([empty.commands, empty.fault()]).toEqual([[], '请输入采样员数的人数 (0–1000)']);
    await empty.type('␛');
    expect(empty.commands).toEqual([{ command: 'dismiss' }]);
  });

  it('SC11 + in the sealing dialog accepts nothing: a doubled 换管 must not seal unlooked at', async () => {
    const d = desk();
    d.show(first('sealing'));
    await d.type('++');
    expect(d.commands).toEqual([]);
  });

  it('SC12 谁没采 takes a place in the tube, or nobody known; a number that is not listed is told and does not stay', async () => {
    const face = first('who-was-not-sampled').face;
    const candidates = face.face === 'who-was-not-sampled' ? face.candidates : [];
    const d = desk();
    d.show(first('who-was-not-sampled'));
    await d.type('10⏎');
    expect(d.commands).toEqual([{ command: 'not-sampled', swipe: candidates[9]!.swipe }]);
    const wrong = desk();
    wrong.show(first('who-was-not-sampled'));
    await wrong.type('11⏎');
    expect([wrong.commands, wrong.draft()]).toEqual([[], 'who']);
    expect(wrong.fault()).not.toBeNull();
    await wrong.type('3⏎');
    expect(wrong.commands).toEqual([{ command: 'not-sampled', swipe: candidates[2]!.swipe }]);
    wrong.commands.length = 0;
    await wrong.type('*');
    expect(wrong.commands).toEqual([{ command: 'not-sampled', swipe: null }]);
  });

  it('SC12 a number that the engine refuses does not stay either', async () => {
    const d = desk();
    d.show(first('who-was-not-sampled'));
    d.answerWith({ ok: false, code: 'not-candidate', words: message('refusal.not-candidate') });
    await d.type('1⏎');
    expect([d.draft(), d.fault()]).toEqual(['who', '此人不在本管']);
    await d.type('2⏎');
    const { face } = first('who-was-not-sampled');
    const swipe = face.face === 'who-was-not-sampled' ? face.candidates[1]!.swipe : null;
    expect(d.commands.at(-1)).toEqual({ command: 'not-sampled', swipe });
  });

  it('SC12 a card that waits beside the question changes nothing of what is being typed', async () => {
    const state = first('who-was-not-sampled');
    const d = desk();
    d.show(state);
    await d.type('1');
    if (state.face.face === 'who-was-not-sampled') d.show({ ...state, face: { ...state.face, waiting: 1 } });
    await d.type('0⏎');
    const swipe = state.face.face === 'who-was-not-sampled' ? state.face.candidates[9]!.swipe : null;
    expect(d.commands).toEqual([{ command: 'not-sampled', swipe }]);
  });

  it('SC12 − in its empty field and Escape go back to the count, and − first takes away what was typed', async () => {
    for (const keys of ['-', '1--', '⌫', '1␛']) {
      const d = desk();
      d.show(first('who-was-not-sampled'));
      await d.type(keys.slice(0, -1));
      expect([d.commands, d.draft()], keys).toEqual([[], 'who']);
      await d.type(keys.slice(-1));
      expect(d.commands, keys).toEqual([{ command: 'dismiss' }]);
      d.show(first('sealing'));
      await d.type('9⏎');
      expect(d.commands.at(-1)).toEqual({ command: 'seal', swabbed: 9 });
    }
  });

  it('SC13 a wrong ID number is named and not sent', async () => {
    const d = desk();
    d.show(BEFORE);
    await d.type('01110105194912310021⏎');
    expect([d.commands, d.fault()]).toEqual([[], '校验位不对,请逐位核对']);
    await d.type('⌫*');
    expect(d.fault()).toBeNull();
  });

  it('SC6 a scan goes to the dialog that waits for one, else to the engine, in the sealing dialog too', async () => {
    const d = desk();
    d.show(BEFORE);
    await d.scan('0000018');
    expect(d.commands).toEqual([{ command: 'scan', text: '0000018' }]);
    d.show(first('sealing'));
    await d.scan('0000019');
    expect(d.commands.at(-1)).toEqual({ command: 'scan', text: '0000019' });
    const other = desk();
    other.show(BEFORE);
    await other.type('⏎1');
    await other.scan('0000020');
    expect(other.commands).toEqual([{ command: 'tube-scan', text: '0000020' }]);
    expect(other.draft()).toBe('none');
    await other.type('02');
    await other.scan('10023');
    expect(other.commands.at(-1)).toEqual({ command: 'staff-scan', text: '10023' });
    const pairing = desk();
    pairing.show(first('unpaired'));
    await pairing.scan('muster:192.168.1.20:8443/-/ABCDEF');
    expect(pairing.commands).toEqual([{ command: 'pair', code: 'muster:192.168.1.20:8443/-/ABCDEF' }]);
  });

  it('SC17 an older state is ignored, and an engine started again may count from 0', () => {
    const d = desk();
    d.raw({ ...BEFORE, serial: 7, stationCount: 7 });
    d.raw({ ...BEFORE, serial: 6, stationCount: 6 });
    expect(d.store.snapshot().state?.stationCount).toBe(7);
    const order = new StateOrder();
    const sound = (serial: number) => ({ serial, sound: 'counted' as const });
    expect(order.next({ ...BEFORE, serial: 5, sound: sound(2) })).toMatchObject({
      serial: 5,
      sound: { serial: 2 },
    });
    expect(order.next({ ...BEFORE, serial: 5 })).toBeNull();
    order.newSource();
    const again = order.next({ ...BEFORE, serial: 0, sound: sound(0) });
    expect(again?.serial).toBeGreaterThan(5);
    expect(again?.sound?.serial).toBeGreaterThan(2);
    expect(order.next({ ...BEFORE, serial: 1, sound: sound(0) })?.sound?.serial).toBe(again?.sound?.serial);
  });
});
