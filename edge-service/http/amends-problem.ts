import type { RowError } from '#shared/contract/http.ts';
import { HttpProblem } from './problems.ts';
import type { AmendmentNamed, NamedRow } from '../roster/roster-amendment.ts';
import type { PreparedRoster } from '../roster/roster-import.ts';

/** Who would join, leave and change, row by row, before anything is taken. */
export function amendsProblem({
  joined,
  left,
  changed,
}: Extract<PreparedRoster, { outcome: 'amends' }>): HttpProblem {
  const swiped = left.filter((row) => row.swiped).length;
  const row = (person: NamedRow, said: { code: string; zh: string; en: string }): RowError => ({
    row: 0,
    column: [person.workshop, person.team].filter((t) => t !== '').join(' '),
    sheet: null,
    code: said.code,
    zh: `${said.zh}:${person.name}`,
    en: `${said.en}: ${person.name}`,
  });
  const of = (person: AmendmentNamed['left'][number]): { code: string; zh: string; en: string } =>
    person.swiped
      ? { code: 'leaves-swiped', zh: '减,已打卡,将计为名单外', en: 'leaves, has swiped, becomes a walk-in' }
      : { code: 'leaves', zh: '减', en: 'leaves' };
  return new HttpProblem('roster-amends', {
    errors: [
      ...left.map((person) => row(person, of(person))),
      ...joined.map((person) => row(person, { code: 'joins', zh: '增', en: 'joins' })),
      ...changed.map((person) => row(person, { code: 'changes', zh: '改', en: 'changes' })),
    ],
    said: {
      zh: `本轮已开始,花名册将增 ${joined.length} 减 ${left.length} 改 ${changed.length}${swiped === 0 ? '' : `,其中 ${swiped} 人已打卡,移出后计为名单外`};还什么都没有导入,请写理由再导入`,
      en: `The round has begun: ${joined.length} would join its roster, ${left.length} leave${swiped === 0 ? '' : ` (${swiped} of them swiped and would become walk-ins)`}, ${changed.length} change. Nothing was stored: give a reason.`,
    },
  });
}
