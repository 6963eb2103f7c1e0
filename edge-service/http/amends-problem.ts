import type { RowError } from '#shared/contract/http.ts';
import { HttpProblem } from './problems.ts';
import type { NamedRow } from '../roster/roster-amendment.ts';
import type { PreparedRoster } from '../roster/roster-import.ts';
import { message } from '#shared/language/message.ts';
import { sentence } from '#shared/language/sentence.ts';

/** Who would join, leave and change, row by row, before anything is taken. */
export function amendsProblem({
  joined,
  left,
  changed,
}: Extract<PreparedRoster, { outcome: 'amends' }>): HttpProblem {
  const swiped = left.filter((row) => row.swiped).length;
  const row = (person: NamedRow, code: AmendmentCode): RowError => ({
    row: 0,
    column: [person.workshop, person.team].filter((t) => t !== '').join(' '),
    sheet: null,
    code,
    ...sentence(message(`roster.${code}`, { name: person.name })),
  });
  const counts = { joined: joined.length, left: left.length, changed: changed.length };
  return new HttpProblem('roster-amends', {
    errors: [
      ...left.map((person) => row(person, person.swiped ? 'leaves-swiped' : 'leaves')),
      ...joined.map((person) => row(person, 'joins')),
      ...changed.map((person) => row(person, 'changes')),
    ],
    said:
      swiped === 0
        ? message('roster.would-amend', counts)
        : message('roster.would-amend-swiped', { ...counts, swiped }),
  });
}

type AmendmentCode = 'leaves-swiped' | 'leaves' | 'joins' | 'changes';
