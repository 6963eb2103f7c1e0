import { describe, expect, it } from 'vitest';
import { acceptedTags, firstLanguage } from '#shared/language/languages.ts';
import { message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';
import { sayReceived, sentence } from '#shared/language/sentence.ts';

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
