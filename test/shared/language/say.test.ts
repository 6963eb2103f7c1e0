import { describe, expect, it } from 'vitest';
import { acceptedTags, firstLanguage } from '#shared/language/languages.ts';
import { message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';
import { MESSAGE_DEPTH_MAX, sayReceived, sentence } from '#shared/language/sentence.ts';

describe('messages', () => {
  it('LN2 says the same message in each language, parameters in their places', () => {
    const made = message('account.password-length', { least: 10 });
    expect(say('zh', made)).toBe('至少 10 个字符,越长越好');
    expect(say('en', made)).toBe('At least 10 characters; longer is better');
  });

  it('LN2 a message in the place of another is said in the same language', () => {
    const made = message('account.password-length', { least: message('term.capacity') });
    expect(say('zh', made)).toBe('至少 每管人数 个字符,越长越好');
    expect(say('en', made)).toBe('At least Capacity of a tube characters; longer is better');
  });

  it('LN2 several in one place stand as a list of the language', () => {
    const made = message('field.one-of', { values: ['codes', 'marks', message('field.kind-text')] });
    expect(say('zh', made)).toBe('只能是 codes、marks、文字');
    expect(say('en', made)).toBe('must be one of codes, marks, text');
  });

  it('LN2 numbers, plurals, days and times are said as the language has them, in the site’s zone', () => {
    const at = Date.UTC(2021, 0, 24, 16, 41); // 00:41 of the 25th in China
    const bar = message('closing.session-not-begun', { at, name: '早场' });
    expect(say('zh', bar)).toContain('1月25日 00:41 才开始');
    expect(say('en', bar)).toContain('begins on 25 January at 00:41');
    const swipes = (n: number): string => say('en', message('closing.unknown-round', { n }));
    expect(swipes(1)).toMatch(/^1 swipe is of/);
    expect(swipes(36_000)).toMatch(/^36,000 swipes are of/);
  });

  it('LN2 a sentence of the edge is said in the language of who reads it, and as it came where its key is unknown here', () => {
    const sent = sentence(message('account.passwords-differ'));
    expect(sent).toEqual({
      key: 'account.passwords-differ',
      parameters: {},
      zh: '两次输入不同',
      en: 'The two passwords differ',
    });
    expect(sayReceived('en', sent)).toBe('The two passwords differ');
    expect(sayReceived('zh', { ...sent, key: 'of.a-later-muster', zh: '新的' })).toBe('新的');
    expect(sayReceived('en', { ...sent, key: '__proto__', en: 'New' })).toBe('New');
  });

  it('LN2 what was sent is parsed: parameters that this text does not fit are left for the sentence as it was sent', () => {
    const sent = sentence(message('field.named', { field: 'name', what: message('field.form') }));
    expect(sayReceived('zh', structuredClone(sent))).toBe('name:格式不对');
    const deep = { key: 'field.named', parameters: { field: 'x', what: {} as unknown } };
    deep.parameters.what = deep;
    for (const parameters of [
      null,
      'x',
      {},
      { field: 'a' },
      { field: true, what: 'b' },
      { field: 'a', what: {} },
      deep.parameters,
    ])
      expect(sayReceived('en', { ...sent, parameters, en: 'As sent' })).toBe('As sent');
  });
});

describe('bounds of what is received', () => {
  it('LN2 messages within messages are said down to the bound, and no deeper', () => {
    const nested = (depth: number): { key: string; parameters: object } =>
      depth === 0
        ? { key: 'field.form', parameters: {} }
        : { key: 'field.named', parameters: { field: 'a', what: nested(depth - 1) } };
    const received = (depth: number): string =>
      sayReceived('en', { ...nested(depth), zh: '', en: 'As sent' });
    expect(received(MESSAGE_DEPTH_MAX)).toBe(`${'a: '.repeat(MESSAGE_DEPTH_MAX)}not of the form asked for`);
    expect(received(MESSAGE_DEPTH_MAX + 1)).toBe('As sent');
  });
});

describe('the language of a person', () => {
  it('LN5 the first wished language that is here, by its primary subtag', () => {
    expect(firstLanguage(['en-US', 'zh-CN'])).toBe('en');
    expect(firstLanguage(['ug', 'zh-Hant-TW', 'en'])).toBe('zh');
    expect(firstLanguage(['ug'])).toBe('zh');
    expect(firstLanguage([])).toBe('zh');
    expect(firstLanguage(['constructor', '__proto__', ''])).toBe('zh');
  });

  it('LN5 an Accept-Language header is read by quality, and what is no tag is left out', () => {
    expect(acceptedTags('zh;q=0.5, en-GB, *;q=0.1, ug;q=0')).toEqual(['en-GB', 'zh']);
    expect(acceptedTags('')).toEqual([]);
    expect(acceptedTags('en;q=x, <b>, zh')).toEqual(['zh']);
  });
});
