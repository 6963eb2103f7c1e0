import { en } from './en/catalogue.ts';
import { zh, type Translated } from './zh/catalogue.ts';

/**
 * What a language is: its name in itself, its BCP 47 locale for plurals, numbers and times, whether a paragraph has a space between
 * a figure and the word beside it, and its catalogue.
 */
interface LanguageRow {
  name: string;
  locale: string;
  figuresApart: boolean;
  messages: Translated;
}

/** Every language of Muster by its ISO 639-1 code; the first is the one for who asks for none of them. */
export const LANGUAGES = {
  zh: { name: '中文', locale: 'zh-CN', figuresApart: false, messages: zh },
  en: { name: 'English', locale: 'en-GB', figuresApart: true, messages: en },
} as const satisfies Record<string, LanguageRow>;

export type Language = keyof typeof LANGUAGES;
export const LANGUAGE_CODES = Object.keys(LANGUAGES) as [Language, ...Language[]];
/** For who asks for a language that is not here, or for none. */
export const DEFAULT_LANGUAGE: Language = LANGUAGE_CODES[0];

/** What every face of a kiosk says for the person at the reader, whatever the staff reads; the first in large type. */
export const FACE_LANGUAGES: readonly [Language, ...Language[]] = ['zh', 'en'];

export const isLanguage = (text: unknown): text is Language =>
  typeof text === 'string' && Object.hasOwn(LANGUAGES, text);

/**
 * The first of the wished languages that is here, by its primary subtag (`en-US` is `en`); the default where none is.
 * `wished` are BCP 47 tags, best first: `navigator.languages`, or those of an Accept-Language header.
 */
export function firstLanguage(wished: readonly string[]): Language {
  for (const tag of wished) {
    const code = tag.split('-', 1)[0]?.toLowerCase();
    if (isLanguage(code)) return code;
  }
  return DEFAULT_LANGUAGE;
}

/** The tags of an Accept-Language header, best first (RFC 9110, section 12.5.4); what cannot be read is left out. */
export function acceptedTags(header: string): string[] {
  return header
    .split(',')
    .map((part) => {
      const [tag = '', ...rest] = part.trim().split(/\s*;\s*/);
      const quality = rest.find((r) => r.startsWith('q='));
      return { tag, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
    })
    .filter(({ tag, quality }) => /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag) && quality > 0)
    .toSorted((a, b) => b.quality - a.quality)
    .map(({ tag }) => tag);
}
