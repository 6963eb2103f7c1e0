import type { Found, FoundPerson, FoundRound } from '#shared/contract/http-find.ts';
import type { Words } from '#shared/words.ts';

type Swipe = FoundPerson['swipes'][number];
/** What one line says of a person: how they stand in the round, or a further swipe. */
type Outcome = FoundPerson['status'] | 'repeat' | 'voided-swipe';

/** One line of the table: the counting swipe of a person or why there is none, a further swipe, or a round without anybody. */
export interface FoundLine {
  key: string;
  round: FoundRound;
  /** Lines of the round and of the person that begin here; 0: they began above. */
  roundRows: number;
  personRows: number;
  /** Null: nobody of this round fits. */
  person: FoundPerson | null;
  outcome: Outcome | null;
  swipe: Swipe | null;
  note: string;
}

export const outcomeWords: Readonly<Record<Outcome, Words & { color: string }>> = {
  tested: { zh: '已检', en: 'tested', color: 'green' },
  excused: { zh: '未检', en: 'excused', color: 'gold' },
  missing: { zh: '漏检', en: 'missing', color: 'red' },
  'not-yet': { zh: '未到场次', en: 'not yet', color: 'blue' },
  voided: { zh: '打卡都已作废', en: 'all void', color: 'volcano' },
  repeat: { zh: '重复打卡', en: 'repeat', color: 'default' },
  'voided-swipe': { zh: '已作废', en: 'void', color: 'volcano' },
};

/** Everything found, line by line: rounds as they come, each person's standing first and their other swipes behind it. */
export function foundLines({ rounds }: Found): FoundLine[] {
  return rounds.flatMap((round) => {
    const lines = round.people.flatMap((person) => personLines(round, person));
    if (lines.length === 0) lines.push(nobody(round));
    return lines.map((line, i) => ({ ...line, roundRows: i === 0 ? lines.length : 0 }));
  });
}

function personLines(round: FoundRound, person: FoundPerson): FoundLine[] {
  const counting = person.swipes.find((s) => s.label === 'first') ?? null;
  const others = person.swipes.filter((s) => s !== counting);
  const line = (outcome: Outcome, swipe: Swipe | null, note: string): FoundLine => ({
    key: `${round.id} ${person.id} ${swipe?.id ?? ''}`,
    round,
    roundRows: 0,
    personRows: 0,
    person,
    outcome,
    swipe,
    note,
  });
  const more = person.moreSwipes > 0 ? `另有 ${person.moreSwipes} 次打卡没有列出` : '';
  const lines = [
    line(person.status, counting, joined([standing(round, person), more])),
    ...others.map((s) =>
      s.label === 'voided' ? line('voided-swipe', s, s.reason ?? '') : line('repeat', s, '不重复计数'),
    ),
  ];
  return lines.map((l, i) => ({ ...l, personRows: i === 0 ? lines.length : 0 }));
}

function standing(round: FoundRound, person: FoundPerson): string {
  if (person.status === 'excused') return `有原因:${person.reason ?? ''}`;
  if (person.toIdentify) return '身份待核对:名单外有同名的人,请到“名单外”核对';
  if (person.status === 'missing' && !round.complete) return '记录还没到齐,可能已采样';
  return '';
}

function nobody(round: FoundRound): FoundLine {
  return {
    key: round.id,
    round,
    roundRows: 1,
    personRows: 1,
    person: null,
    outcome: null,
    swipe: null,
    note: '',
  };
}

/** Why a round shows nobody. */
export function nobodyWords(round: FoundRound): Words {
  if (round.outcome === 'keys-gone')
    return { zh: '本轮个人信息已销毁,查不到了', en: 'personal data of this round has been purged' };
  if (round.outcome === 'in-part')
    return {
      zh: '时间不够,这一轮没有按姓名查完,请用证件号或工号再查',
      en: 'no time to look through all names of this round: search by number',
    };
  const late = round.complete || round.state === 'draft' ? '' : ';记录还没到齐';
  return round.hasRoster
    ? { zh: `花名册上没有,也没有打卡${late}`, en: 'not on the roster, no swipe' }
    : { zh: `本轮没有花名册;没有打卡${late}`, en: 'no roster in this round; no swipe' };
}

/** What to try when nobody was found. */
export const FIND_HINTS: readonly Words[] = [
  {
    zh: '姓名:换同音字再试,或只写其中连着的两个字',
    en: 'another character of that sound, or two characters of the name',
  },
  {
    zh: '证件号写全;工号前面的零可以不写;护照等只写号码',
    en: 'the whole number; zeros before a staff number may be left out',
  },
  {
    zh: '试刷和还没归轮的打卡不在其中,请到“设置 · 各机记录”看',
    en: 'test and unfiled swipes are not among these: see Set up, Installs',
  },
];

const joined = (notes: readonly string[]): string => notes.filter((n) => n !== '').join(';');
