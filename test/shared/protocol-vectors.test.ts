import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hexToBytes, utf8ToBytes } from '#shared/bytes.ts';
import {
  canonicalDocument,
  canonicalPhysicalNumber,
  canonicalStaffNumber,
  credentialKey,
  NUMBER_LENGTH_MAX,
  plainNumber,
} from '#shared/event/credential.ts';
import { parseBody, type EventBody } from '#shared/event/event.ts';
import { encodeSealedPerson } from '#shared/event/sealed.ts';
import { normaliseIdNumber, parseIdNumber } from '#shared/id-number.ts';

const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
const vectors = z
  .object({
    roundKey: z.string(),
    numbers: z.array(
      z.object({
        kind: z.enum(['id', 'staff', 'document', 'physical']),
        type: z.string().optional(),
        given: z.string(),
        canonical: z.string().nullable(),
        key: z.string().nullable(),
      }),
    ),
    padding: z.array(z.object({ jsonLength: z.int(), plainLength: z.int() })),
    events: z.array(z.object({ body: z.string() })),
  })
  .parse(JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? ''));

/** Every code point a sentence of the page names: `U+0009 to U+000D` is a range. */
function codePointsOf(sentence: string): Set<number> {
  const found = new Set<number>();
  for (const [, from = '', to = from] of sentence.matchAll(/U\+([0-9A-F]{4})(?:\s+to\s+U\+([0-9A-F]{4}))?/g))
    for (let code = parseInt(from, 16); code <= parseInt(to, 16); code += 1) found.add(code);
  return found;
}
const sentence = (from: string, to: string): string => page.slice(page.indexOf(from), page.indexOf(to));
const blanks = codePointsOf(sentence('Blanks are U+', 'A staff number that is folded'));
const blanksOfIds = codePointsOf(sentence('Of `id` also U+', '`numbers` of the vectors'));

/** Folding as the page has it, written from the page alone. */
const folded = (text: string, away: ReadonlySet<number>): string =>
  Array.from(text, (c) => {
    const code = c.codePointAt(0) ?? 0;
    return code >= 0xff01 && code <= 0xff5e ? String.fromCodePoint(code - 0xfee0) : away.has(code) ? '' : c;
  })
    .join('')
    .toUpperCase();

const inOurForm = (given: (typeof vectors.numbers)[number]): string | null => {
  if (given.kind === 'staff') return canonicalStaffNumber(given.given);
  if (given.kind === 'physical') return canonicalPhysicalNumber(given.given);
  if (given.kind === 'document') return canonicalDocument({ type: given.type ?? '', number: given.given });
  const parsed = parseIdNumber(given.given);
  return parsed.ok ? parsed.number : null;
};

describe('vectors of docs/protocol.md', () => {
  it('PG32 whatever way a number of the vectors is written, the code has the form and the key that stand there', () => {
    for (const vector of vectors.numbers) {
      const { kind, canonical, key } = vector;
      expect(inOurForm(vector), JSON.stringify(vector.given)).toBe(canonical);
      if (canonical === null) expect(key).toBeNull();
      else {
        expect(credentialKey(hexToBytes(vectors.roundKey), { kind, canonical })).toBe(key);
        const mac = createHmac('sha256', Buffer.from(vectors.roundKey, 'hex')).update(
          `${kind}\0${canonical}`,
        );
        expect(mac.digest('hex').slice(0, 32)).toBe(key);
      }
    }
    const formOf = (given: string): string | null | undefined =>
      vectors.numbers.find((vector) => vector.kind === 'staff' && vector.given === given)?.canonical;
    expect(['０００１', ' 0001 ', 'a-12', '000'].map(formOf)).toEqual(['1', '1', 'A-12', '0']);
  });

  it('PG32 the page names every character that is folded away or changed, and no other', () => {
    const differing: string[] = [];
    for (let code = 0; code <= 0xffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const text = `7${String.fromCodePoint(code)}7`;
      if (plainNumber(text) !== folded(text, blanks)) differing.push(`staff ${code.toString(16)}`);
      if (normaliseIdNumber(text) !== folded(text, new Set([...blanks, ...blanksOfIds])))
        differing.push(`id ${code.toString(16)}`);
    }
    expect(differing).toEqual([]);
    for (const quote of ["'", '‘', '’', '`']) {
      expect(normaliseIdNumber(`${quote}1`)).toBe('1');
      expect(sentence('Of `id` also U+', '`numbers` of the vectors')).toContain(quote);
    }
    expect(page).toContain(`more than ${NUMBER_LENGTH_MAX} UTF-16 code units, is none`);
  });

  it('PG33 a sealed part whose JSON is a multiple of 128 bytes gets no blanks', () => {
    const person = { kind: 'staff', number: '7', name: null, phone: null } as const;
    const bare = utf8ToBytes(JSON.stringify({ ...person, note: '' })).length;
    for (const { jsonLength, plainLength } of vectors.padding) {
      const sealed = { ...person, note: 'x'.repeat(jsonLength - bare) };
      expect(utf8ToBytes(JSON.stringify(sealed))).toHaveLength(jsonLength);
      expect(encodeSealedPerson(sealed)).toHaveLength(plainLength);
    }
    expect(vectors.padding.map(({ jsonLength }) => jsonLength % 128)).toContain(0);
  });

  it('PG34 an event of the vectors that is of no round has what the table says of one', () => {
    const bodies = vectors.events.map(({ body }): EventBody => {
      const parsed = parseBody(utf8ToBytes(body));
      if (!parsed.ok) throw new Error(parsed.code);
      return parsed.body;
    });
    const ofNoRound = bodies.filter(({ round }) => round === null);
    expect(ofNoRound.map(({ type }) => type)).toEqual(['installed']);
    for (const body of ofNoRound) expect(body).toMatchObject({ stand: null, tube: null, phase: 'unfiled' });
    for (const body of bodies.filter(({ round }) => round !== null)) expect(body.stand).not.toBeNull();
  });
});
