/** What a fuzz sends: valid values with a few things wrong, any JSON at all, and bytes. Everything follows from the seed. */
import type { SeededRandom } from '../support/seeded-random.ts';

/** Beyond every bound of text in the contracts, and still many of them a second. */
const LONG_TEXT = 70_000;
const DEEP = 800;
/** As many of one thing as an array is made of when it shall be long. */
const MANY = 1200;

type Maker = (random: SeededRandom) => unknown;

const nested = (depth: number): unknown => {
  let value: unknown = [];
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
};

const NUMBERS: readonly number[] = [
  0,
  -0,
  -1,
  1,
  0.5,
  255,
  256,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e308,
  -1e308,
  5e-324,
  8.64e15,
  8.64e15 + 1,
];
const TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  '\n',
  '\u{d800}',
  'a\u{dfff}b',
  '\u{202e}',
  '\u{1b}[2J',
  '\u{feff}',
  '😀',
  '＝１＋１',
  '=1+1',
  'e\u{301}'.repeat(60),
  '__proto__',
  'constructor',
  'toString',
  'null',
  '-1',
  '1e999',
  'NaN',
  "' OR 1=1 --",
  '../../../etc/passwd',
  '%00%ff',
  '1970-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '2026-02-30',
  '00000000-0000-4000-8000-000000000000',
  '00000000-0000-4000-8000-000000000000:9007199254740993',
  '0'.repeat(32),
  '0'.repeat(64),
  'f'.repeat(64),
];
const KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toJSON',
  'then',
  'length',
  '',
  '\0',
  'x',
  '0',
];

const MAKERS: readonly Maker[] = [
  () => null,
  (random) => random.next() < 0.5,
  (random) => random.pick(NUMBERS),
  (random) => random.pick(NUMBERS),
  (random) => random.pick(TEXTS),
  (random) => random.pick(TEXTS),
  (random) => anyText(random, 40),
  (random) => random.below(2 ** 31) - 2 ** 30,
  () => [],
  () => ({}),
  (random) => bytesOf(random, random.below(64)),
];
/** Seldom: they take as long as hundreds of others. */
const LARGE_MAKERS: readonly Maker[] = [
  (random) => random.pick(['x', '长', '\0', '\u{d800}', '０', ' ']).repeat(random.below(LONG_TEXT)),
  (random) => nested(random.below(DEEP)),
  (random) => Array.from({ length: random.below(MANY) }, () => random.pick(TEXTS)),
  (random) => Object.fromEntries(Array.from({ length: random.below(MANY) }, (_, i) => [`k${i}`, i])),
];
const LARGE_SHARE = 0.01;

/** One value of any kind. */
export function anyAtom(random: SeededRandom): unknown {
  return random.pick(random.next() < LARGE_SHARE ? LARGE_MAKERS : MAKERS)(random);
}

/** JSON of any shape, up to a few levels deep. */
export function anyJson(random: SeededRandom, depth = 3): unknown {
  if (depth === 0 || random.next() < 0.4) return anyAtom(random);
  const length = random.below(5);
  if (random.next() < 0.5) return Array.from({ length }, () => anyJson(random, depth - 1));
  return objectOf(
    Array.from({ length }, () => [
      random.next() < 0.3 ? random.pick(KEYS) : anyText(random, 8),
      anyJson(random, depth - 1),
    ]),
  );
}

function anyText(random: SeededRandom, longest: number): string {
  return String.fromCharCode(
    ...Array.from({ length: random.below(longest) }, () =>
      random.next() < 0.8 ? 32 + random.below(95) : random.below(65_536),
    ),
  );
}

export function bytesOf(random: SeededRandom, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

/** An object whose keys are its own, whatever they are called. */
function objectOf(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (const [key, value] of entries)
    Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
  return made;
}

/** A place in a value: the container and its key. */
interface Place {
  at: Record<string, unknown> | unknown[];
  key: string;
}

function placesIn(value: unknown, found: Place[] = []): Place[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return found;
  for (const key of Object.keys(value)) {
    found.push({ at: value as Place['at'], key });
    if (key !== '__proto__') placesIn((value as Record<string, unknown>)[key], found);
  }
  return found;
}

function copyOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return objectOf(Object.entries(value).map(([key, part]) => [key, copyOf(part)]));
}

const set = ({ at, key }: Place, value: unknown): void => {
  Object.defineProperty(at, key, { value, enumerable: true, configurable: true, writable: true });
};

/** The value with one to three things of it wrong; now and then as it is, now and then something else altogether. */
export function mutated(value: unknown, random: SeededRandom): unknown {
  const chance = random.next();
  if (chance < 0.04) return value;
  if (chance < 0.08) return anyJson(random);
  const copy = copyOf(value);
  for (let i = random.below(3); i >= 0; i--) {
    const places = placesIn(copy);
    if (places.length === 0) return nearly(copy, random);
    damage(random.pick(places), places, random);
  }
  return copy;
}

function damage(place: Place, places: readonly Place[], random: SeededRandom): void {
  const present = (place.at as Record<string, unknown>)[place.key];
  switch (random.below(6)) {
    case 0:
      return set(place, anyAtom(random));
    case 1:
      if (Array.isArray(place.at)) place.at.splice(Number(place.key), 1);
      else delete place.at[place.key];
      return;
    case 2:
      return set(
        { at: place.at, key: Array.isArray(place.at) ? String(place.at.length) : random.pick(KEYS) },
        anyJson(random, 1),
      );
    case 3: {
      const other = random.pick(places);
      return set(place, copyOf((other.at as Record<string, unknown>)[other.key]));
    }
    default:
      return set(place, nearly(present, random));
  }
}

/** Almost the same value: the mistakes a bound is written against. */
function nearly(value: unknown, random: SeededRandom): unknown {
  if (typeof value === 'number')
    return random.pick([
      value + 1,
      value - 1,
      -value,
      value * 2,
      value + 0.5,
      value * 1e6,
      String(value),
      [value],
    ]);
  if (typeof value === 'string') return nearlyText(value, random);
  if (typeof value === 'boolean') return random.pick<unknown>([!value, Number(value), String(value), null]);
  if (value instanceof Uint8Array) return mutatedBytes(value, random);
  if (Array.isArray(value)) {
    const [first] = value as unknown[];
    return random.pick<() => unknown>([
      () => [],
      () => [...(value as unknown[]), ...(value as unknown[])],
      () => (value as unknown[]).toReversed(),
      () => Array.from({ length: random.below(MANY) }, () => first),
      () => Object.assign({}, value),
    ])();
  }
  if (typeof value === 'object' && value !== null) return random.pick([[value], Object.keys(value), {}]);
  return anyAtom(random);
}

function nearlyText(text: string, random: SeededRandom): string {
  const at = random.below(text.length + 1);
  const edits: readonly (() => string)[] = [
    () => text.slice(0, at),
    () => text.slice(at),
    () => `${text}${text}`,
    () => ` ${text}`,
    () => `${text}\0`,
    () => text.toUpperCase(),
    () => text.slice(0, at) + random.pick(TEXTS) + text.slice(at),
    () => text.slice(0, at) + String.fromCharCode(random.below(65_536)) + text.slice(at + 1),
    () => text.slice(0, at) + String(random.below(10)) + text.slice(at + 1),
    () => text.slice(0, at) + random.below(16).toString(16) + text.slice(at + 1),
    () =>
      text.repeat(random.next() < 0.95 ? 3 : random.below(LONG_TEXT / (text.length + 1))).slice(0, LONG_TEXT),
  ];
  return random.pick(edits)();
}

/** Bytes cut, lengthened, flipped or moved about. */
export function mutatedBytes(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const copy = bytes.slice();
  const at = random.below(bytes.length + 1);
  switch (random.below(7)) {
    case 0:
      return copy.slice(0, at);
    case 1:
      return copy.slice(at);
    case 2:
      return joined(copy, bytesOf(random, random.below(64)));
    case 3:
      return joined(copy.slice(0, at), bytesOf(random, 1 + random.below(8)), copy.slice(at));
    case 4:
      return joined(copy, copy);
    case 5:
      return copy.fill(
        random.pick([0, 255, 0x22, 0x5b]),
        at,
        Math.min(bytes.length, at + 1 + random.below(8)),
      );
    default:
      for (let i = random.below(4); i >= 0 && copy.length > 0; i--)
        copy[random.below(copy.length)]! ^= 1 << random.below(8);
      return copy;
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** JSON text with what no value can say: keys twice, numbers beyond all, cut strings, byte order marks. Bytes stand as they are named. */
export function mutatedText(text: string, random: SeededRandom): string {
  const edits: readonly (() => string)[] = [
    () => text.slice(0, random.below(text.length + 1)),
    () => `\u{feff}${text}`,
    () => text.replace('{', '{"__proto__":{"x":1},'),
    () => text.replace('{', `{${/"[a-z]+"/i.exec(text)?.[0] ?? '"x"'}:null,`),
    () =>
      text.replace(
        /:-?\d+/,
        random.pick([':1e999', ':-1e999', ':01', ':0x1', ':NaN', `:${'9'.repeat(400)}`]),
      ),
    () => text.replace(/"/g, () => (random.next() < 0.9 ? '"' : random.pick(['', '\\', "'"]))),
    () => `${'['.repeat(random.below(9 * DEEP))}${text}`,
    () => new TextDecoder('latin1').decode(mutatedBytes(new TextEncoder().encode(text), random)),
    () => text.replaceAll(',', ',,'),
    () => `${text}${text}`,
  ];
  return random.pick(edits)();
}
