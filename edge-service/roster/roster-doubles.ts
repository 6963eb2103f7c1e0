import { cellsByField } from '../tables/bad-rows.ts';
import type { Reading, RosterEntry } from './roster-entry.ts';
import type { RosterField } from './roster-fields.ts';
import type { RosterCredential } from './roster-number.ts';
import { type RosterCode, told } from './roster-words.ts';

/** What is said of a credential that stands twice, and the column it stands in. */
const TWICE: Readonly<Record<RosterCredential['kind'], { code: RosterCode; field: RosterField }>> = {
  id: { code: 'number-twice', field: 'number' },
  document: { code: 'document-twice', field: 'number' },
  staff: { code: 'staff-number-twice', field: 'staff_number' },
  physical: { code: 'physical-number-twice', field: 'physical_number' },
};

/**
 * The same number twice would make one person of two rows: the later row is bad, and says where the first stands. So is one
 * that clashes with the roster it is added to.
 */
export function dropDoubles(reading: Reading, clash: (entry: RosterEntry) => RosterCode | null): void {
  const { read, bad, origins } = reading;
  const first = new Map<string, RosterEntry>();
  const kept: RosterEntry[] = [];
  for (const entry of read.entries) {
    const twice = entry.credentials.find((c) => first.has(`${c.kind}\0${c.canonical}`));
    const before = twice === undefined ? null : (first.get(`${twice.kind}\0${twice.canonical}`) ?? null);
    const doubled = twice === undefined ? null : TWICE[twice.kind];
    const code = doubled?.code ?? clash(entry);
    if (code === null) {
      for (const c of entry.credentials) first.set(`${c.kind}\0${c.canonical}`, entry);
      kept.push(entry);
      continue;
    }
    const origin = origins.get(entry);
    const column = doubled === null ? null : (origin?.found.headers.get(doubled.field) ?? doubled.field);
    const error = told(
      entry,
      column,
      code,
      before === null ? null : { sheet: before.sheet, row: before.row },
    );
    if (origin === undefined) continue;
    if (origin.told !== null) origin.told.errors.push(error);
    else bad.push({ place: entry, errors: [error], cells: cellsByField(origin.found, origin.cell) });
  }
  read.entries = kept;
}
