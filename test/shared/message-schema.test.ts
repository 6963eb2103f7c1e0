import { describe, expect, it } from 'vitest';
import { commandReplySchema, kioskStateSchema } from '#shared/contract/kiosk-screen.ts';
import { message } from '#shared/language/message.ts';
import { BEFORE } from '../support/screen/kiosk-states.ts';

const refused = (words: unknown): unknown => ({ ...BEFORE, face: { face: 'refused', words } });

describe('messages at the border of the screen', () => {
  it('LN24 one of a known key passes, with a message in its place', () => {
    const said = message('refusal.unlike-pattern', { pattern: message('tube-pattern.length', { n: 10 }) });
    expect(kioskStateSchema.parse(refused(said)).face).toEqual({ face: 'refused', words: said });
    expect(commandReplySchema.safeParse({ ok: false, code: 'x', words: said }).success).toBe(true);
  });

  it.each([
    ['an unknown key', { key: 'refusal.no-such-thing', parameters: {} }],
    [
      'an unknown key in a place',
      { key: 'list.dot', parameters: { one: { key: 'x', parameters: {} }, more: '' } },
    ],
    ['a property of every object', { key: 'toString', parameters: {} }],
    ['words of no key', { zh: '不行', en: 'no' }],
    ['a place that is neither text nor number', { key: 'face.attempt', parameters: { n: [true] } }],
  ])('LN24 %s is refused', (_, words) => {
    expect(kioskStateSchema.safeParse(refused(words)).success).toBe(false);
    expect(commandReplySchema.safeParse({ ok: false, code: 'x', words }).success).toBe(false);
  });
});
