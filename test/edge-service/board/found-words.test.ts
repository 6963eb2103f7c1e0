import { describe, expect, it } from 'vitest';
import type { FoundPerson, FoundRound } from '#shared/contract/http-find.ts';
import type { HttpLink, KnownPerson } from '#shared/contract/http-identity.ts';
import { CREDENTIAL_KINDS } from '#shared/event/credential.ts';
import type { EventId, RoundId } from '#shared/ids.ts';
import type { Language } from '#shared/language/languages.ts';
import { say } from '#shared/language/say.ts';
import type { Text } from '#shared/language/message.ts';
import { ROUND_STATES } from '#shared/round.ts';
import { foundLines, nobodyMessage } from '../../../edge-service/board/people/found-lines.ts';
import {
  credentialsText,
  linkerText,
  nameText,
  numberText,
  personText,
} from '../../../edge-service/board/people/person-words.ts';

const HAN = /\p{Script=Han}/u;
const WORD = /[A-Za-z]{2,}/;
const said = (language: Language, text: Text | null): string =>
  text === null || typeof text === 'string' ? (text ?? '') : say(language, text);
const both = (text: Text | null): [zh: string, en: string] => [said('zh', text), said('en', text)];

const swipe = (label: 'first' | 'repeat' | 'voided'): FoundPerson['swipes'][number] => ({
  id: `00000000-0000-4000-8000-000000000000:${label.length}` as EventId,
  time: '2026-01-24T00:41:00.000Z',
  timeDoubtful: false,
  station: 1,
  tube: null,
  entry: 'card',
  label,
  reason: label === 'voided' ? '17' : null,
});
const person = (of: Partial<FoundPerson>): FoundPerson => ({
  id: 'a'.repeat(64),
  name: null,
  number: null,
  staffNumber: null,
  workshop: null,
  team: null,
  onRoster: true,
  status: 'tested',
  toIdentify: false,
  reason: null,
  swipes: [],
  moreSwipes: 0,
  ...of,
});
const round = (of: Partial<FoundRound>): FoundRound => ({
  id: '00000000-0000-4000-8000-000000000001' as RoundId,
  name: '4',
  state: 'open',
  from: '2026-01-24T00:00:00.000Z',
  outcome: 'searched',
  hasRoster: true,
  complete: false,
  people: [],
  more: false,
  ...of,
});
const notesOf = (found: FoundPerson, of: Partial<FoundRound> = {}): [zh: string, en: string][] =>
  foundLines({ exact: true, rounds: [round({ ...of, people: [found] })] }).map(({ note }) => both(note));

describe('what is said of a person found', () => {
  it.for([
    [person({ status: 'excused', reason: '17' }), {}, '有原因:17', 'Reason: 17'],
    [
      person({ status: 'missing', toIdentify: true }),
      {},
      '身份待核对:名单外有同名的人,请到“名单外”核对',
      'To identify: a walk-in has the same name, look at Walk-ins',
    ],
    [
      person({ status: 'missing', moreSwipes: 1 }),
      {},
      '记录还没到齐,可能已采样;另有 1 次打卡没有列出',
      'Records are still to come: may have been sampled; 1 more swipe is not listed',
    ],
    [person({ status: 'missing' }), { complete: true }, '', ''],
    [person({ moreSwipes: 1012 }), {}, '另有 1012 次打卡没有列出', '1,012 more swipes are not listed'],
  ] as const)('LN61 a note is whole in each language: %#', ([found, of, zh, en]) => {
    expect(notesOf(found, of)[0]).toEqual([zh, en]);
  });

  it('LN61 further swipes have a note of their own, a voided one the reason that was typed', () => {
    expect(notesOf(person({ swipes: [swipe('first'), swipe('repeat'), swipe('voided')] }))).toEqual([
      ['', ''],
      ['不重复计数', 'Not counted again'],
      ['17', '17'],
    ]);
  });

  it('LN61 why a round shows nobody is told in each language, and that records are to come in both', () => {
    for (const outcome of ['searched', 'in-part', 'keys-gone'] as const)
      for (const hasRoster of [true, false])
        for (const complete of [true, false])
          for (const state of ROUND_STATES) {
            const [zh, en] = both(nobodyMessage(round({ outcome, hasRoster, complete, state })));
            expect(zh).not.toMatch(WORD);
            expect(en).not.toMatch(HAN);
            const late = outcome === 'searched' && !complete && state !== 'draft';
            expect([zh.endsWith(';记录还没到齐'), en.endsWith('; records are still to come')]).toEqual([
              late,
              late,
            ]);
          }
  });

  it('LN61 a number is told with its kind in each language; without a number, that there is no document only of who came without', () => {
    for (const kind of [...CREDENTIAL_KINDS, null])
      for (const number of ['17', null]) {
        const [zh, en] = both(numberText({ kind, number }));
        expect(zh).not.toMatch(WORD);
        expect(en).not.toMatch(HAN);
        expect([zh, en]).toSatisfy((texts: string[]) => texts.every((text) => text.length > 0));
      }
    expect(both(numberText({ kind: 'none', number: null }))).toEqual(['没有证件', 'no document']);
    expect(both(numberText({ kind: null, number: null }))).toEqual(['—', '—']);
    expect(both(numberText({ kind: 'staff', number: '00141' }))).toEqual([
      '工号 00141',
      'staff number 00141',
    ]);
    expect(both(numberText({ kind: 'id', number: '110***0013' }))).toEqual(['110***0013', '110***0013']);
  });

  it('LN61 a person without a name, who linked numbers, and the numbers linked are told in each language', () => {
    const known: KnownPerson = {
      id: 'a'.repeat(64) as KnownPerson['id'],
      name: null,
      number: '110***0013',
      staffNumber: '00141',
      workshop: '3',
      team: '',
      onRoster: true,
      tested: false,
    };
    expect(both(nameText(null))).toEqual(['(没有姓名)', '(no name)']);
    expect(both(personText(known))).toEqual(['(没有姓名) 00141 · 3', '(no name) 00141 · 3']);
    expect(both(linkerText({ station: null, by: null }))).toEqual(['主机', 'the edge']);
    expect(both(linkerText({ station: 2, by: null }))).toEqual(['2号台', 'Station 2']);
    expect(both(linkerText({ station: 2, by: '7' }))).toEqual(['2号台 7', 'Station 2, 7']);
    const credentials: HttpLink['credentials'] = [
      { ...known, kind: null, number: null },
      { ...known, kind: 'id', name: 'A' },
    ];
    expect(both(credentialsText({ credentials }))).toEqual([
      '没有刷过的号码 = 身份证 110***0013 A',
      'a number never swiped = ID card 110***0013 A',
    ]);
  });
});
