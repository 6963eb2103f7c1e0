import { IntlMessageFormat } from 'intl-messageformat';
import { SITE_TIME_ZONE } from '../site-time.ts';
import { LANGUAGES, type Language } from './languages.ts';
import { message, type Given, type Message, type MessageKey } from './message.ts';

/** How times are written in a message: `{at, time, clock}` is 08:41, `{at, date, day}` 1月24日, all in the site's zone. */
const FORMATS = {
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
  for (const [name, value] of Object.entries(parameters))
    values[name] = typeof value === 'object' ? say(language, value) : value;
  return String(formatOf(language, key).format(values));
}

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
    say(language, typeof said === 'object' ? said : message(said, ...(given as Given<MessageKey>)));
