import type { ParametersOf } from './parameters.ts';
import type { zh } from './zh/catalogue.ts';

/** The catalogue whose keys and parameters every other one must have. */
type Catalogue = typeof zh;
export type MessageKey = keyof Catalogue;
type Types<Key extends MessageKey> = ParametersOf<Catalogue[Key]>;

/** What a message is given: numbers for plurals and times (ms since 1970), the name of a branch, else an inset. */
type Parameters<Key extends MessageKey> = {
  [Name in keyof Types<Key>]: Types<Key>[Name] extends 'number'
    ? number
    : Types<Key>[Name] extends 'choice'
      ? string
      : Inset;
};

/** A sentence or a word, in no language yet: what to say, and what stands in its places. */
export interface Message {
  key: MessageKey;
  parameters: Readonly<Record<string, Inset>>;
}

/** What stands in a place without a type: a message there is said in the same language, and several stand as a list of that language. */
export type Inset = string | number | Message | readonly (string | number | Message)[];

/** Nothing where the message has no places, else each of them by name. */
export type Given<Key extends MessageKey> = keyof Parameters<Key> extends never
  ? []
  : [parameters: Parameters<Key>];

/** A message by its key. The compiler asks for the parameters that the text has. */
export const message = <Key extends MessageKey>(key: Key, ...[parameters]: Given<Key>): Message => ({
  key,
  parameters: parameters ?? {},
});

/** The keys of messages without parameters. */
export type PlainKey = { [Key in MessageKey]: keyof Parameters<Key> extends never ? Key : never }[MessageKey];

/** What a component can be given to say: a message, or the key of one without parameters. */
export type Sayable = PlainKey | Message;

/** What stands in a place, or for a thing that has a name: text, or a message. */
export type Text = string | Message;

type Between =
  | 'list.comma'
  | 'list.dot'
  | 'list.or'
  | 'list.space'
  | 'list.equal'
  | 'list.colon'
  | 'count.semicolon';

/** Texts beside each other, put together in the way of each language; null of none. */
export const listed = (between: Between, texts: readonly Text[]): Text | null =>
  texts.length === 0 ? null : texts.reduceRight((more, one) => message(between, { one, more }));
