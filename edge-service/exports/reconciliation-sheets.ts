import type { Language } from '#shared/language/languages.ts';
import { message, type Message, type PlainKey } from '#shared/language/message.ts';
import { voiceOf } from '#shared/language/say.ts';
import { cellText, joinedText } from './cell-text.ts';
import { FINDING_COLUMNS, findingCells } from './finding-cells.ts';
import { columnsIn } from './export-table.ts';
import type { Discrepancy } from '#shared/counting/discrepancy.ts';
import { roundContact } from '../counting/completeness.ts';
import { comparedTubes, type ComparedTube } from '../reconcile/compared-tubes.ts';
import { bookedTubes } from '../lab/lab-store.ts';
import { sum, type ReconciliationInput } from '../reconcile/difference.ts';
import { closedOver, finality } from '../counting/ladder-words.ts';
import { reconciliationInput } from '../reconcile/reconcile-round.ts';
import { reconcile } from '../reconcile/reconciliation.ts';
import { stampText } from '#shared/site-time.ts';
import type { Store } from '../store/database.ts';
import type { WrittenSheet } from '../workbook/written-sheet.ts';
import type { StoredRound } from '../ledger/stored-round.ts';

type Cells = (string | number | null)[];

/** 核对表: tube by tube against the laboratory; the sums of site, stations and batches; what the figures rest on. */
export function reconciliationSheets(
  db: Store,
  asked: { site: string; stored: StoredRound; now: number; language: Language },
): WrittenSheet[] {
  const { site, stored, now, language } = asked;
  const say = voiceOf(language);
  const dayAndTime = (at: number): string => say('time.day-and-time', { at });
  const contact = roundContact(db, stored.round);
  const input = reconciliationInput(db, stored, contact);
  const found = reconcile(input);
  const tubes = comparedTubes(input, found);
  return [
    tubeSheet(input, tubes, language),
    summarySheet(input, { rows: tubes, found, language }),
    {
      name: say('sheet.notes'),
      columns: columnsIn(say, [
        { header: 'column.item', width: 16 },
        { header: 'column.content', width: 80 },
      ]),
      rows: [
        [say('term.site'), site],
        [say('term.round'), stored.definition.name],
        [say('term.lab-counts'), say(listWords(stored))],
        [say('term.as-of'), contact.finalUpTo === null ? say('cell.unknown') : dayAndTime(contact.finalUpTo)],
        [say('column.records'), joinedText(language, [finality(contact, contact), closedOver(stored)])],
        [say('column.difference'), say('cell.difference-means')],
        [
          say('column.comparable'),
          say(stored.listComplete ? 'cell.comparable-whole' : 'cell.comparable-not-whole'),
        ],
        [say('term.exported-at'), dayAndTime(now)],
      ],
    },
  ];
}

function listWords({ labVersion, labLines, listComplete }: StoredRound): Message {
  if (labVersion === 0) return message('cell.no-lab-list');
  return listComplete
    ? message('cell.list-whole', { n: labLines })
    : message('cell.list-not-whole', { n: labLines });
}

const isBack = (row: ComparedTube): boolean => row.booked !== null;

function tubeSheet(
  input: ReconciliationInput,
  rows: readonly ComparedTube[],
  language: Language,
): WrittenSheet {
  const say = voiceOf(language);
  return {
    name: say('sheet.reconciliation'),
    columns: columnsIn(say, [
      { header: 'column.index', width: 6 },
      { header: 'term.tube-code', width: 18 },
      { header: 'term.station', width: 9 },
      { header: 'column.batch', width: 10 },
      { header: 'term.sealed', width: 20 },
      { header: 'term.swiped', width: 6 },
      { header: 'term.swabbed', width: 10 },
      { header: 'column.booked-by-lab', width: 14 },
      { header: 'column.difference', width: 6 },
      { header: 'term.result', width: 14 },
      ...FINDING_COLUMNS,
    ]),
    rows: rows.map((row, i): Cells => {
      const { tube, booked, station } = row;
      const none = booked === null ? notBack(input, row) : null;
      return [
        i + 1,
        row.code ?? say('tube.without-code'),
        station === null ? null : say('station.within', { n: station }),
        row.batch,
        tube === null ? null : tube.sealedAt === null ? say('cell.not-sealed') : stampText(tube.sealedAt),
        tube === null ? null : tube.places,
        tube === null ? null : (tube.swabbed ?? (tube.sealedAt === null ? null : say('cell.not-counted'))),
        booked ?? (none === null ? null : say<PlainKey>(none)),
        booked === null || tube === null ? null : booked - tube.places,
        say<PlainKey>(resultOf(input, row)),
        ...findingCells(row.findings, language),
      ];
    }),
  };
}

/** Why there is no number of the laboratory. */
function notBack(input: ReconciliationInput, { tube, findings }: ComparedTube): PlainKey | null {
  if (findings.some((d) => d.kind === 'entries-differ')) return 'cell.entries-differ';
  if (findings.some((d) => d.kind === 'code-twice' && d.booked !== null)) return 'cell.same-code-booked';
  if (findings.some((d) => d.kind === 'not-at-lab')) return 'cell.not-on-list';
  if (tube?.code === null && input.tubeMode === 'codes' && input.listComplete) return 'cell.without-code';
  return tube?.places === 0 ? null : 'cell.not-back';
}

function resultOf(input: ReconciliationInput, row: ComparedTube): PlainKey {
  const { tube, findings } = row;
  if (findings.length > 0) return tube === null ? 'column.not-ours' : 'cell.differs';
  if (tube === null) return 'cell.by-total';
  if (isBack(row)) return 'cell.agrees';
  if (tube.sealedAt === null) return 'cell.not-sealed';
  if (tube.places === 0) return 'cell.empty-tube';
  return tube.code === null && input.tubeMode === 'codes' && input.listComplete
    ? 'cell.agrees-by-people'
    : 'cell.not-back';
}

interface Part {
  kind: PlainKey;
  name: string | Message;
  tubes: readonly ComparedTube[];
  /** People with a place and no tube: all of a station after the swab, the loose ones of one before it. */
  tubeless: number;
  /** Findings about the sum, not about a tube. */
  findings: readonly Discrepancy[];
  /** Booked for the part as a whole; null: the sum of its tubes. */
  total: number | null;
  /** False where the list does not say which of its tubes are of this part. */
  comparable: boolean;
}

function summarySheet(
  input: ReconciliationInput,
  {
    rows,
    found,
    language,
  }: { rows: readonly ComparedTube[]; found: readonly Discrepancy[]; language: Language },
): WrittenSheet {
  const say = voiceOf(language);
  return {
    name: say('sheet.summary'),
    columns: columnsIn(say, [
      { header: 'column.scope', width: 10 },
      { header: 'column.scope-name', width: 20 },
      { header: 'term.tubes', width: 6 },
      { header: 'term.swiped', width: 8 },
      { header: 'column.tubeless', width: 14 },
      { header: 'term.swabbed', width: 10 },
      { header: 'column.not-counted', width: 10 },
      { header: 'column.not-back', width: 10 },
      { header: 'column.comparable', width: 10 },
      { header: 'column.booked-by-lab', width: 14 },
      { header: 'column.difference', width: 6 },
      { header: 'column.not-ours', width: 14 },
      { header: 'column.findings-open', width: 14 },
      { header: 'column.findings-settled', width: 20 },
      ...FINDING_COLUMNS,
    ]),
    rows: partsOf(input, rows, found).map((part) => partCells(input, part, language)),
  };
}

function partsOf(
  input: ReconciliationInput,
  rows: readonly ComparedTube[],
  found: readonly Discrepancy[],
): Part[] {
  const ofTotal = found.filter((d) => d.tube === null && d.opened === null);
  const ofSite = (d: Discrepancy): boolean => !d.id.endsWith('/site');
  const site: Part = {
    kind: 'cell.site',
    name: message('station.all'),
    tubes: rows,
    tubeless: sum(input.stations.map((s) => s.people)),
    findings: ofTotal.filter((d) => d.station === null && ofSite(d)),
    total: null,
    comparable: true,
  };
  const bare = bookedTubes(input.booked)
    .filter((b) => b.tube === null)
    .map(({ lines: [line] }): Part => ({
      ...site,
      name: message('cell.lab-total'),
      findings: ofTotal.filter((d) => !ofSite(d)),
      total: line?.count ?? null,
      comparable: line !== undefined,
    }));
  const numbers = new Set([
    ...input.stations.map((s) => s.station),
    ...rows.map((r) => r.station).filter((s) => s !== null),
  ]);
  const unplaced = rows.some((r) => r.tube === null && r.station === null);
  const stations = [...numbers]
    .toSorted((a, b) => a - b)
    .map((station): Part => {
      const at = input.stations.find((s) => s.station === station);
      return {
        kind: 'term.station',
        name: message('station.within', { n: station }),
        tubes: rows.filter((r) => r.station === station),
        tubeless: at?.people ?? 0,
        findings: ofTotal.filter((d) => d.station === station),
        total: null,
        comparable: !(at?.stand === 'after' && unplaced),
      };
    });
  const batches = [...new Set(rows.map((r) => r.batch).filter((b) => b !== null))]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map((batch): Part => ({
      kind: 'column.batch',
      name: batch,
      tubes: rows.filter((r) => r.batch === batch),
      tubeless: 0,
      findings: [],
      total: null,
      comparable: true,
    }));
  return [site, ...bare, ...stations, ...batches];
}

/** With a list that is not whole only tubes on it are compared; what it lists besides is then left out on both sides. */
function partCells(input: ReconciliationInput, part: Part, language: Language): Cells {
  const say = voiceOf(language);
  const { tubes, tubeless, total, findings } = part;
  const ours = tubes.filter((r) => r.tube !== null);
  const held = ours.filter((r) => (r.tube?.places ?? 0) > 0);
  const whole = input.listComplete || total !== null;
  const places = (rows: readonly ComparedTube[]): number => sum(rows.map((r) => r.tube?.places ?? 0));
  const swiped = places(ours) + tubeless;
  const comparable = whole ? swiped : places(ours.filter(isBack));
  const booked = total ?? sum((whole ? tubes : ours).map((r) => r.booked ?? 0));
  const told = part.comparable && (whole || ours.some(isBack));
  const all = [...new Set([...tubes.flatMap((r) => r.findings), ...findings])];
  const open = all.filter((d) => d.state === 'open').length;
  return [
    say<PlainKey>(part.kind),
    cellText(language, part.name),
    held.length,
    swiped,
    tubeless,
    sum(held.map((r) => r.tube?.swabbed ?? 0)),
    held.filter((r) => r.tube?.swabbed === null).length,
    held.filter((r) => !isBack(r)).length,
    told ? comparable : null,
    told ? booked : null,
    told ? booked - comparable : null,
    tubes.filter((r) => r.tube === null && r.findings.length > 0).length,
    open,
    all.length - open,
    ...findingCells(findings, language),
  ];
}
