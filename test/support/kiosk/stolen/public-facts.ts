import { createHash } from 'node:crypto';
import type { Loot } from './loot.ts';

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

/** 16 and 32 bytes are what could be a key: as hexadecimal, a UUID, or base64 of either alphabet. */
const VALUES: readonly [RegExp, (text: string) => Buffer][] = [
  [/(?<![0-9a-fA-F])(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{64})(?![0-9a-fA-F])/g, (text) => Buffer.from(text, 'hex')],
  [
    /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
    (text) => Buffer.from(text.replaceAll('-', ''), 'hex'),
  ],
  [
    /(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{43}|[A-Za-z0-9+/_-]{22})(?![A-Za-z0-9+/_-])/g,
    (text) => Buffer.from(text, 'base64'),
  ],
];
/** Longer ones (a wrapped key, a box) have what could be a key at either end. */
const LONG = /(?<![0-9a-fA-F])[0-9a-fA-F]{65,400}(?![0-9a-fA-F])/g;

/**
 * What anybody who reads these texts could take for a key: every value of 16 or 32 bytes, itself, its text and its SHA-256, the ends
 * of longer ones, each short text as it stands, and no key at all.
 */
export function factsOf(texts: readonly Loot[], words: readonly string[]): Loot[] {
  const facts = new Map<string, Loot>();
  const add = (from: string, bytes: Buffer): void => {
    const name = bytes.toString('latin1');
    if (!facts.has(name)) facts.set(name, { from, bytes });
  };
  add('nothing', Buffer.alloc(0));
  for (const { from, bytes } of texts) {
    const text = bytes.toString('utf8');
    add(`SHA-256 of ${from}`, sha256(bytes));
    for (const [pattern, decode] of VALUES)
      for (const [value] of text.matchAll(pattern)) {
        add(`${value} in ${from}`, decode(value));
        add(`the text ${value} in ${from}`, Buffer.from(value));
        add(`SHA-256 of ${value} in ${from}`, sha256(decode(value)));
      }
    for (const [value] of text.matchAll(LONG)) {
      const whole = Buffer.from(value, 'hex');
      add(`the head of ${value} in ${from}`, whole.subarray(0, 32));
      add(`the end of ${value} in ${from}`, whole.subarray(-32));
    }
  }
  for (const word of words) {
    add(`the text ${word}`, Buffer.from(word));
    add(`SHA-256 of ${word}`, sha256(word));
  }
  return [...facts.values()];
}
