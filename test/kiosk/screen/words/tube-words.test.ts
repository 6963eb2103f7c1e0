import { describe, expect, it } from 'vitest';
import { tubeText } from '../../../../kiosk/screen/words/tube-words.ts';
import { numberOfMark, tubeMark } from '#shared/tube-mark.ts';
import { saidIn } from '../../../support/said.ts';

describe('a tube by its code', () => {
  it('LN25 one without a label is told by its number in each language, any other as its label has it', () => {
    expect([1, 12].map(tubeMark)).toEqual(['第1管', '第12管']);
    expect(['第12管', '12', '第管', 'X第1管', '第1管2'].map(numberOfMark)).toEqual([
      12,
      null,
      null,
      null,
      null,
    ]);
    const codes = [tubeMark(3), '0000017', null];
    expect(codes.map((code) => saidIn('zh', tubeText(code)))).toEqual(['管 第3管', '管 0000017', '本管']);
    expect(codes.map((code) => saidIn('en', tubeText(code)))).toEqual([
      'tube no. 3',
      'tube 0000017',
      'this tube',
    ]);
  });
});
