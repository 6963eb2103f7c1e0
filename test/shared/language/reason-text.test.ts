import { describe, expect, it } from 'vitest';
import { reasonText, sameReason } from '#shared/language/reason-text.ts';
import { sayText, voiceOf } from '#shared/language/say.ts';

describe('reasons that are offered', () => {
  it('LN34 a reason pressed in one language is said in the other, and counts as the same', () => {
    for (const [zh, en] of [
      ['休假', 'on leave'],
      ['本人查询', 'The person asks'],
    ] as const)
      for (const given of [zh, en]) {
        expect(sayText(voiceOf('zh'), reasonText(given))).toBe(zh);
        expect(sayText(voiceOf('en'), reasonText(given))).toBe(en);
        expect(sameReason(given)).toBe(zh);
      }
  });

  it('LN34 a reason that was typed stands as it was typed', () => {
    for (const typed of ['休假三天', 'On Leave', '', 'constructor']) {
      expect(reasonText(typed)).toBe(typed);
      expect(sameReason(typed)).toBe(typed);
    }
  });
});
