import {
  canonicalDocument,
  canonicalPhysicalNumber,
  canonicalStaffNumber,
  plainNumber,
  TYPED_DOCUMENTS,
} from '#shared/event/credential.ts';
import { normaliseIdNumber, parseIdNumber } from '#shared/id-number.ts';
import { comparedName } from '../roster/person-name.ts';
import type { RosterCredential } from '../roster/roster-number.ts';

/** What somebody typed to find a person, as it may be meant. */
export interface PersonQuery {
  /** Every number it may be: each has a key in a round, by which no box need be opened. */
  credentials: readonly RosterCredential[];
  /**
   * When boxes are opened besides. always: it is a name; unless-found: it may be a document's number without its type, or a
   * name with digits; never: an ID number or a card's own, which is found by its key or nowhere.
   */
  opens: 'always' | 'unless-found' | 'never';
  /** As names are compared. */
  name: string;
  /** The end of a document's `TYPE/NUMBER`. */
  documentEnd: string;
}

/** Types under which a number typed without one is looked up: the kiosk's, and what most rosters write. */
const DOCUMENT_TYPES = [...TYPED_DOCUMENTS, '护照'];

/** Reads what was typed. Nothing is refused: what is no number is a name, and what is neither is found nowhere. */
export function readPersonQuery(who: string): PersonQuery {
  const id = parseIdNumber(who);
  const physical = canonicalPhysicalNumber(who);
  const staff = canonicalStaffNumber(who);
  const plain = plainNumber(who);
  const mayBeNumber = /[0-9]/.test(plain) && !/^\p{Script=Han}+[0-9]*$/u.test(plain);
  const credentials: RosterCredential[] = [];
  if (id.ok) credentials.push({ kind: 'id', canonical: id.number });
  if (physical !== null) credentials.push({ kind: 'physical', canonical: physical });
  if (staff !== null) credentials.push({ kind: 'staff', canonical: staff });
  if (mayBeNumber)
    for (const canonical of documentsOf(who)) credentials.push({ kind: 'document', canonical });
  return {
    credentials,
    opens: id.ok || physical !== null ? 'never' : mayBeNumber ? 'unless-found' : 'always',
    name: comparedName(who),
    documentEnd: `/${normaliseIdNumber(who)}`,
  };
}

/** `TYPE/NUMBER` as it was typed, or under each type it may have. */
function documentsOf(who: string): string[] {
  const slash = who.indexOf('/');
  const [types, number] =
    slash === -1 ? [DOCUMENT_TYPES, who] : [[who.slice(0, slash)], who.slice(slash + 1)];
  return types.flatMap((type) => canonicalDocument({ type, number }) ?? []);
}

/** One character is in the names of half a factory. */
const PART_CHARS_MIN = 2;

/** How well a name fits: just this one, one that contains it, or not. */
export function fits(query: PersonQuery, name: string | null): 'exactly' | 'partly' | null {
  if (name === null || query.name === '') return null;
  const compared = comparedName(name);
  if (compared === query.name) return 'exactly';
  return query.name.length >= PART_CHARS_MIN && compared.includes(query.name) ? 'partly' : null;
}
