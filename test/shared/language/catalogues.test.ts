import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { LANGUAGES, LANGUAGE_CODES } from '#shared/language/languages.ts';
import { zh } from '#shared/language/zh/catalogue.ts';

type Ast = ReturnType<IntlMessageFormat['getAst']>;

/** What an ICU text wants in its places, by name and kind: `n plural`, `at time`, `who`. */
function placesOf(text: string): string[] {
  const found = new Set<string>();
  const read = (elements: Ast): void => {
    for (const element of elements) {
      if ('options' in element) for (const { value } of Object.values(element.options)) read(value);
      if (element.type !== LITERAL && 'value' in element && typeof element.value === 'string')
        found.add(`${element.value} ${KINDS[element.type] ?? ''}`.trim());
    }
  };
  read(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst());
  return [...found].toSorted();
}
/** Kinds of the parser; a plural in one language may be a plain number in another, which has none. */
/** Keys whose texts are alike in Chinese and English and need not be so elsewhere. */
const ALIKE_AND_APART = [
  // an action, and what it was done to
  'action.void figure.voided',
  // a state beside the short words of others
  'short-round-state.open round-state.open',
  'short-round-state.closed round-state.closed',
];
const LITERAL: Ast[number]['type'] = 0;
const KINDS: Readonly<Record<number, string>> = { 3: 'time', 4: 'time', 5: 'choice' };

/** What a text says beside its places. */
function literalsOf(text: string): string[] {
  const found: string[] = [];
  const read = (elements: Ast): void => {
    for (const element of elements) {
      if ('options' in element) for (const { value } of Object.values(element.options)) read(value);
      if (element.type === LITERAL && 'value' in element) found.push(element.value);
    }
  };
  read(new IntlMessageFormat(text, 'en', undefined, { ignoreTag: true }).getAst());
  return found;
}

/** Names of programs, makers, files, keys, commands and fields: the same in every language. */
const NAMES = new Set(
  'xlsx csv xls et deb Enter USB IT muster Muster ALT JSON from MB KB WPS Excel XML multipart XLSX CSV Ctrl restore errors application json HID HID-POS muster-readers.rules docs readers.md libusb- apt-get install iDR GET REPORT Miaxis DK Windows CR LF CRLF HTTP WebSocket COM CH CP FTDI PL dialout brltty VID PID Linux SHA- GS Code TRUE FALSE'.split(
    ' ',
  ),
);

/** What of a text is of another language; `isChinese`: it is to be Chinese, else it is to hold none. */
const leftOver = (isChinese: boolean, text: string): string[] =>
  literalsOf(text).flatMap((literal) =>
    isChinese
      ? (literal.match(/[A-Za-z][A-Za-z.-]+/g) ?? []).filter((word) => !NAMES.has(word))
      : (literal.match(/\p{Script=Han}/gu) ?? []),
  );

/** Everything in which a catalogue differs from the first: keys too few or too many, texts that are no ICU, other places. */
function catalogueFaults(
  first: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): string[] {
  const missing = Object.keys(first).filter((key) => !Object.hasOwn(other, key));
  const unknown = Object.keys(other).filter((key) => !Object.hasOwn(first, key));
  const unlike = Object.entries(first).flatMap(([key, text]) => {
    const translated = other[key];
    if (translated === undefined) return [];
    if (translated.trim() === '' && text.trim() !== '') return [`${key}: empty`];
    try {
      const [wanted, given] = [placesOf(text), placesOf(translated)];
      return wanted.join() === given.join() ? [] : [`${key}: [${wanted.join()}] against [${given.join()}]`];
    } catch (error) {
      return [`${key}: ${String(error)}`];
    }
  });
  return [...missing.map((key) => `${key}: missing`), ...unknown.map((key) => `${key}: unknown`), ...unlike];
}

describe('catalogues', () => {
  it.for(LANGUAGE_CODES)('LN3 %s has the keys of the first language, and the same places in each', (code) => {
    expect(catalogueFaults(zh, LANGUAGES[code].messages)).toEqual([]);
  });

  it.for(LANGUAGE_CODES)('LN3 no key of %s stands in two rooms', (code) => {
    const folder = path.join(PROJECT_ROOT, 'shared/language', code);
    const keys = readdirSync(folder)
      .filter((file) => file !== 'catalogue.ts')
      .flatMap((file) => [...readFileSync(path.join(folder, file), 'utf8').matchAll(/^ {2}'([\w.-]+)':/gm)])
      .map(([, key]) => key);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
    expect(keys.length).toBe(Object.keys(LANGUAGES[code].messages).length);
  });

  it('LN8 no text is left in another language: no Chinese character outside Chinese, no word of English in it but names', () => {
    for (const code of LANGUAGE_CODES)
      for (const [key, text] of Object.entries(LANGUAGES[code].messages))
        expect(leftOver(code === 'zh', text), `${code} ${key}: ${text}`).toEqual([]);
    expect(leftOver(true, '请 wait {n, plural, other {# people}}')).toEqual(['wait', 'people']);
    expect(leftOver(true, '请另存为 .xlsx,按 Enter')).toEqual([]);
    expect(leftOver(false, 'Sealed, 已封')).toEqual(['已', '封']);
  });

  it('LN3 what means the same has one key', () => {
    const keys = new Map<string, string[]>();
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      const said = LANGUAGE_CODES.map((code) => LANGUAGES[code].messages[key]).join('\n');
      keys.set(said, [...(keys.get(said) ?? []), key]);
    }
    const alike = [...keys.values()].filter((of) => of.length > 1);
    expect(alike.filter((of) => !ALIKE_AND_APART.includes(of.join(' ')))).toEqual([]);
  });

  it('LN3 a key too few or too many, another place, an empty text and a broken one are found', () => {
    const first = { a: '{n, plural, other {# 人}}', b: '{at, time, clock} {who}', c: '好', d: '好', e: '好' };
    expect(
      catalogueFaults(first, {
        a: '{n, plural, one {# person} other {# people}}',
        b: '{who} {at, time, clock}',
        c: 'c',
        d: 'd',
        e: 'e',
      }),
    ).toEqual([]);
    expect(catalogueFaults(first, { a: '{m}', b: '{at} {who}', c: ' ', e: '{', f: 'f' })).toEqual([
      'd: missing',
      'f: unknown',
      'a: [n] against [m]',
      'b: [at time,who] against [at,who]',
      'c: empty',
      expect.stringMatching(/^e: SyntaxError/),
    ]);
  });
});
