import type { Language } from './languages.ts';
import { LANGUAGES } from './languages.ts';
import { say } from './say.ts';
import type { Inset, Message, MessageKey } from './message.ts';

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
  parameters: { ...made.parameters },
  zh: say('zh', made),
  en: say('en', made),
});

/** What arrived: of a program of another version, so that neither its key nor its parameters need be known here. */
interface Received {
  key?: string;
  parameters?: unknown;
  zh: string;
  en: string;
}

/** A received sentence in the language of its reader; one that is not known here as it was sent, Chinese for Chinese, else English. */
export function sayReceived(language: Language, received: Received): string {
  const known = parsedMessage(received, 0);
  if (known !== null) {
    try {
      return say(language, known);
    } catch {
      // a parameter that this text has was not sent: the sentence as it was sent says more
    }
  }
  return language === 'zh' ? received.zh : received.en;
}

/** Bound on messages nested in messages; no sentence of the catalogues nests deeper. */
export const MESSAGE_DEPTH_MAX = 6;

function parsedMessage(sent: { key?: unknown; parameters?: unknown }, depth: number): Message | null {
  const { key, parameters } = sent;
  if (depth > MESSAGE_DEPTH_MAX || !isKey(key) || typeof parameters !== 'object' || parameters === null)
    return null;
  const parsed: Record<string, Inset> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const inset = Array.isArray(value) ? parsedList(value, depth) : parsedInset(value, depth);
    if (inset === null) return null;
    parsed[name] = inset;
  }
  return { key, parameters: parsed };
}

type Single = string | number | Message;

function parsedInset(value: unknown, depth: number): Single | null {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'object' && value !== null ? parsedMessage(value, depth + 1) : null;
}

function parsedList(values: readonly unknown[], depth: number): Single[] | null {
  const parsed = values.map((value) => parsedInset(value, depth));
  return parsed.every((inset) => inset !== null) ? parsed : null;
}

const isKey = (key: unknown): key is MessageKey =>
  typeof key === 'string' && Object.hasOwn(LANGUAGES.zh.messages, key);
