import { say } from '#shared/language/say.ts';
import { describe, expect, it } from 'vitest';
import { groupedOpeningCode } from '#shared/opening-code.ts';
import { checkOf } from '../../../../kiosk/screen/dialog/keypad.tsx';
import { LATE_ANSWER_MS } from '../../../../kiosk/screen/input/screen-store.ts';
import { BEFORE } from '../../../support/screen/kiosk-states.ts';
import { screenDesk } from '../../../support/screen/screen-desk.ts';

const DIGITS = '01234567890123456789';

describe('an opening code on the number pad', () => {
  it('KS13 thirteen digits and the ten of an old sheet are sent, and no other length', async () => {
    const d = screenDesk();
    const sent: number[] = [];
    for (let length = 1; length <= 16; length++) {
      d.show({ ...BEFORE, bands: [{ band: 'needs-opening-code' }] });
      await d.clock.advance(LATE_ANSWER_MS);
      d.commands.length = 0;
      await d.type(`⏎4${DIGITS.slice(0, length)}⏎`);
      if (d.commands.length > 0) {
        expect(d.commands).toEqual([{ command: 'opening-code', digits: DIGITS.slice(0, length) }]);
        sent.push(length);
      } else {
        expect(d.fault()).toContain('13 位');
        await d.type('-'.repeat(length + 1));
      }
      expect(d.draft()).toBe('none');
    }
    expect(sent).toEqual([10, 13]);
  });

  it('KS13 what is typed stands in the groups of the sheet, and says when it is whole', () => {
    expect(groupedOpeningCode('0123456789012')).toBe('012 345 678 9012');
    expect(groupedOpeningCode('01234')).toBe('012 34');
    const judged = (length: number): string | undefined =>
      checkOf({ draft: 'opening-code', typed: { text: DIGITS.slice(0, length), offered: false } })?.judged;
    expect([9, 10, 12, 13, 14].map(judged)).toEqual(['early', 'early', 'early', 'good', 'bad']);
    const ten = checkOf({ draft: 'opening-code', typed: { text: DIGITS.slice(0, 10), offered: false } });
    expect(ten && say('zh', ten.said)).toContain('旧布置单');
  });
});
