import type { Language } from './languages.ts';
import { say } from './say.ts';
import { LANGUAGES } from './languages.ts';
import type { Message, MessageKey } from './message.ts';

/**
 * A message as an answer carries it: for programs its key and parameters, for people who read the answer itself the sentence in
 * Chinese and English (docs/http.md). Boards say it in their own language.
 */
export interface Sentence extends Message {
  zh: string;
  en: string;
}

export const sentence = (made: Message): Sentence => ({
  key: made.key,
  parameters: made.parameters,
  zh: say('zh', made),
  en: say('en', made),
});

/** What arrived, whose key this program may not know: a kiosk or edge of another version made it. */
interface Received {
  key: string;
  parameters: Message['parameters'];
  zh: string;
  en: string;
}

/** A received sentence in the language of its reader; one with an unknown key as it was sent, Chinese for Chinese, else English. */
export function sayReceived(language: Language, received: Received): string {
  if (isKey(received.key)) return say(language, { key: received.key, parameters: received.parameters });
  return language === 'zh' ? received.zh : received.en;
}

const isKey = (key: string): key is MessageKey => Object.hasOwn(LANGUAGES.zh.messages, key);
