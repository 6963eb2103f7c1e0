import { IntlMessageFormat } from 'intl-messageformat';
import { SITE_TIME_ZONE } from '../site-time.ts';
import { LANGUAGE_CODES, LANGUAGES, type Language } from './languages.ts';
import { message, type Given, type Inset, type Message, type MessageKey, type Text } from './message.ts';

/**
 * How times are written in a message: `{at, time, clock}` is 08:41, `{at, date, day}` 1月24日, all in the site's zone; and a number
 * as it stands in a list of figures, `{n, number, plain}` is 1012.
 */
const FORMATS = {
  number: { plain: { useGrouping: false } },
  time: {
    clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: SITE_TIME_ZONE },
    seconds: {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZone: SITE_TIME_ZONE,
    },
  },
  date: {
    day: { month: 'long', day: 'numeric', timeZone: SITE_TIME_ZONE },
    whole: { year: 'numeric', month: 'long', day: 'numeric', timeZone: SITE_TIME_ZONE },
  },
} as const;

const compiled = new Map<string, IntlMessageFormat>();

/** The message in a language, its parameters in their places; messages among them are said in the same language. */
export function say(language: Language, { key, parameters }: Message): string {
  const values: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(parameters)) values[name] = insetIn(language, value);
  return String(formatOf(language, key).format(values));
}

function insetIn(language: Language, inset: Inset): string | number {
  if (typeof inset !== 'object') return inset;
  if (!isList(inset)) return say(language, inset);
  return LISTS[language].format(inset.map((each) => String(insetIn(language, each))));
}

const isList = (inset: Message | readonly Inset[]): inset is readonly Inset[] => Array.isArray(inset);

/** `1、2、5` or `1, 2, 5`: a list as a language writes it, without a word before the last. */
const LISTS = Object.fromEntries(
  LANGUAGE_CODES.map((code) => [
    code,
    new Intl.ListFormat(LANGUAGES[code].locale, { type: 'conjunction', style: 'narrow' }),
  ]),
) as Readonly<Record<Language, Intl.ListFormat>>;

function formatOf(language: Language, key: MessageKey): IntlMessageFormat {
  const name = `${language} ${key}`;
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const { locale, messages } = LANGUAGES[language];
  const format = new IntlMessageFormat(messages[key], locale, FORMATS, { ignoreTag: true });
  compiled.set(name, format);
  return format;
}

/** Says messages in one language: by key with its parameters, or one that was made elsewhere. */
export type Say = <Said extends MessageKey | Message>(
  said: Said,
  ...given: Said extends MessageKey ? Given<Said> : []
) => string;

/** The voice of a language, for code that says much in it. */
export const voiceOf =
  (language: Language): Say =>
  (said, ...given) =>
    say(language, messageOf(said, given));

/** A text as it stands, a message in a language. */
export const sayText = (voice: Say, text: Text): string => (typeof text === 'string' ? text : voice(text));

/** The message of a key with what was given for it; a message as it is. */
export const messageOf = (said: MessageKey | Message, given: readonly unknown[]): Message =>
  typeof said === 'object' ? said : message(said, ...(given as Given<MessageKey>));
