import { describe, expect, it } from 'vitest';
import { utf8ToBytes } from '#shared/bytes.ts';
import { readRoster } from '../../../edge-service/roster/roster-file.ts';
import { NAME_LENGTH_MAX, PLACE_LENGTH_MAX } from '../../../edge-service/roster/roster-row.ts';
import { UNSAID } from '../../../edge-service/tables/table-header.ts';
import { readAnyTable } from '../../../edge-service/tables/json-table.ts';
import { inventedIdNumber } from '../../support/edge/roster-samples.ts';

async function read(row: { name: string; workshop: string; team: string }) {
  const line = [inventedIdNumber(1), row.name, row.workshop, row.team].join(',');
  const table = await readAnyTable(utf8ToBytes(`number,name,workshop,team\n${line}\n`));
  if (!table.ok) throw new Error(table.said.key);
  return readRoster(table.sheets, { clash: () => null, language: 'zh', choice: UNSAID, hidden: 'leave' });
}
const given = { name: '测一', workshop: '一车间', team: '甲班' };

describe('bounds of rosters', () => {
  it('BN1 a name up to the bound is read, and a longer one is told as wrong', async () => {
    const outcome = async (length: number) => {
      const roster = await read({ ...given, name: '测'.repeat(length) });
      return roster.entries[0]?.name.length ?? roster.errors[0]?.code;
    };
    const [below, at, above] = [-1, 0, 1].map((d) => outcome(NAME_LENGTH_MAX + d));
    expect([await below, await at, await above]).toEqual([
      NAME_LENGTH_MAX - 1,
      NAME_LENGTH_MAX,
      'name-length',
    ]);
  });

  it.each(['workshop', 'team'] as const)(
    'BN1 a %s up to the bound is kept, and a longer one cut',
    async (field) => {
      const kept = await Promise.all(
        [-1, 0, 1].map(
          async (d) =>
            (await read({ ...given, [field]: '间'.repeat(PLACE_LENGTH_MAX + d) })).entries[0]?.[field].length,
        ),
      );
      expect(kept).toEqual([PLACE_LENGTH_MAX - 1, PLACE_LENGTH_MAX, PLACE_LENGTH_MAX]);
    },
  );
});
