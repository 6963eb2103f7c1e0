/** Closed list of what of personal data is opened, with the key of its words. `other`: an edge of another version wrote it. */
export const OPENING_WORDS = {
  'tube-people': 'term.people-of-tube',
  find: 'term.find',
  'staff-name': 'opening.staff-name',
  missing: 'term.missing-list',
  'walk-ins': 'term.walk-ins',
  links: 'opening.links',
  'roster-changes': 'opening.roster-changes',
  'roster-people': 'term.roster-contents',
  'headcount.xlsx': 'opening.headcount.xlsx',
  'headcount.csv': 'opening.headcount.csv',
  'missing.xlsx': 'opening.missing.xlsx',
  'missing.csv': 'opening.missing.csv',
  'own.xlsx': 'opening.own.xlsx',
  other: 'opening.other',
} as const;
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
