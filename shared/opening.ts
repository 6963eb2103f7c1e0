import type { Words } from './words.ts';

/** Closed list of what of personal data is opened, in words for people. `other`: an edge of another version wrote it. */
export const OPENING_WORDS = {
  'tube-people': { zh: '同管人员', en: 'People of a tube' },
  find: { zh: '查人', en: 'Find a person' },
  'staff-name': { zh: '采样台核对工号', en: 'Staff number checked at a kiosk' },
  missing: { zh: '漏检名单', en: 'Missing list' },
  'walk-ins': { zh: '名单外', en: 'Walk-ins' },
  links: { zh: '登记卡号', en: 'Links of card numbers' },
  'roster-changes': { zh: '花名册改动', en: 'Changes of the roster' },
  'headcount.xlsx': { zh: '人员表 .xlsx', en: 'Headcount, XLSX' },
  'headcount.csv': { zh: '人员表 .csv', en: 'Headcount, CSV' },
  'missing.xlsx': { zh: '漏检名单 .xlsx', en: 'Missing list, XLSX' },
  'missing.csv': { zh: '未检名单 .csv', en: 'Not tested, CSV' },
  'own.xlsx': { zh: '回填花名册 .xlsx', en: 'HR’s own roster, XLSX' },
  other: { zh: '其他', en: 'Other' },
} as const satisfies Record<string, Words>;
export type OpeningKind = keyof typeof OPENING_WORDS;
export const OPENING_KINDS = Object.keys(OPENING_WORDS) as OpeningKind[];

/** Begins `what` of an opening by a request for the head of the answer alone. */
export const HEAD_ALONE = 'HEAD ';

/** What `what` of a `personal-data-opened` event says. */
export interface OpeningRead {
  kind: OpeningKind;
  /** Only the size was asked for: no name left the edge. */
  headOnly: boolean;
  /** Id of the tube's opened event; null: of no tube. */
  tube: string | null;
  /** How many people it names; null: it does not say. */
  people: number | null;
}

/** Reads `what`; never fails, because what an older edge wrote stays. */
export function readOpening(what: string): OpeningRead {
  const headOnly = what.startsWith(HEAD_ALONE);
  const text = headOnly ? what.slice(HEAD_ALONE.length) : what;
  const read = { headOnly, tube: null, people: null };
  const tube = /^tube (.+)$/.exec(text)?.[1];
  if (tube !== undefined) return { ...read, kind: 'tube-people', tube };
  if (text.startsWith('find: ')) return { ...read, kind: 'find', people: foundIn(text) };
  if (text.startsWith('name ')) return { ...read, kind: 'staff-name', people: 1 };
  const kind = OPENING_KINDS.find((k) => k === text && k !== 'find' && k !== 'other');
  return { ...read, kind: kind ?? 'other' };
}

/** `find: KEY KEY KEY and 2 more`: five. */
function foundIn(text: string): number {
  const named = text.match(/[0-9a-f]{32}/g)?.length ?? 0;
  return named + Number(/ and ([0-9]+) more$/.exec(text)?.[1] ?? 0);
}
