import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { labelText, readLabel } from '#shared/label.ts';

const GS = '\u001d';
const code = fc.stringMatching(/^[0-9A-Z][0-9A-Z._/-]{0,19}$/);
const plainAim = fc.constantFrom('', ']C0', ']A0', ']Q1', ']X0');
const gs1Aim = fc.constantFrom(']C1', ']e0', ']d2', ']Q3', GS, `]C1${GS}`, `]d2${GS}`);

describe('labels', () => {
  it('KR17 an AIM identifier is no part of a code', () => {
    fc.assert(
      fc.property(plainAim, code, (aim, text) => {
        fc.pre(!/^01[0-9]{14}21/.test(text));
        expect(readLabel(`${aim}${text}\r\n`)).toEqual({ is: 'text', text });
        expect(labelText(labelText(`${aim}${text}`))).toBe(text);
      }),
    );
  });

  it('KR17 of a GS1 label the code is its serial number, wherever that stands among the elements', () => {
    const element = fc.constantFrom(
      '0106901234567892',
      '11221130',
      '17231130',
      `10LOT7${GS}`,
      `240X1${GS}`,
      '3102000500',
    );
    fc.assert(
      fc.property(gs1Aim, fc.array(element), fc.array(element), code, (aim, before, after, serial) => {
        const text = `${aim}${before.join('')}21${serial}${after.length === 0 ? '' : GS}${after.join('')}`;
        expect(readLabel(text)).toEqual({ is: 'gs1', serial });
        expect(readLabel(`${aim}${before.join('')}0106901234567892`)).toEqual({
          is: 'gs1',
          serial: null,
        });
      }),
    );
  });

  it('KR17 (01) and (21) are read without FNC1 and in brackets, and digits that are no article stay a code', () => {
    expect(labelText('010690123456789221A7')).toBe('A7');
    expect(labelText('(01)06901234567892(21)A7')).toBe('A7');
    expect(readLabel('(01)06901234567892')).toEqual({ is: 'gs1', serial: null });
    expect(labelText('010690123456789321A7')).toBe('010690123456789321A7');
    expect(labelText('0106901234567892')).toBe('0106901234567892');
  });

  it('KR17 whatever bytes are sent, reading them ends and reads no more into them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii', maxLength: 600 }), (text) => {
        const withoutGs = (one: string) => one.replaceAll(GS, '').trim();
        expect(withoutGs(text)).toContain(withoutGs(labelText(text)));
      }),
    );
  });
});
