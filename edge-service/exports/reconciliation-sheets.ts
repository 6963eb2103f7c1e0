import type { Discrepancy } from '#shared/counting/discrepancy.ts';
import { roundContact } from '../counting/completeness.ts';
import { comparedTubes, type ComparedTube } from '../reconcile/compared-tubes.ts';
import { bookedTubes } from '../lab/lab-store.ts';
import { sum, type ReconciliationInput } from '../reconcile/difference.ts';
import { closedOver, finality } from '../counting/ladder-words.ts';
import { reconciliationInput } from '../reconcile/reconcile-round.ts';
import { reconcile } from '../reconcile/reconciliation.ts';
import { dayAndTime, stampText } from '#shared/site-time.ts';
import type { Store } from '../store/database.ts';
import type { WrittenSheet } from '../tables/table-file.ts';
import type { StoredRound } from '../ledger/stored-round.ts';

type Cells = (string | number | null)[];

/** 核对表: tube by tube against the laboratory; the sums of site, stations and batches; what the figures rest on. */
export function reconciliationSheets(
  db: Store,
  asked: { site: string; stored: StoredRound; now: number },
): WrittenSheet[] {
  const { site, stored, now } = asked;
  const contact = roundContact(db, stored.round);
  const input = reconciliationInput(db, stored, contact);
  const found = reconcile(input);
  const tubes = comparedTubes(input, found);
  return [
    tubeSheet(input, tubes),
    summarySheet(input, tubes, found),
    {
      name: '说明',
      columns: [
        { header: '项目', width: 16 },
        { header: '内容', width: 80 },
      ],
      rows: [
        ['单位', site],
        ['轮次', stored.definition.name],
        ['检测机构清单', listWords(stored)],
        ['截至', contact.finalUpTo === null ? '未知' : dayAndTime(contact.finalUpTo)],
        ['记录', `${finality(contact, contact)}${closedOver(stored)}`],
        ['差', '检测机构登记 − 刷;未回的管没有差'],
        ['可比的刷', stored.listComplete ? '清单已全:全部的刷' : '清单未全:只算已在清单上的管'],
        ['导出时间', dayAndTime(now)],
      ],
    },
  ];
}

function listWords({ labVersion, labLines, listComplete }: StoredRound): string {
  if (labVersion === 0) return '还没有检测机构的清单';
  return `${labLines} 行,${listComplete ? '已全' : '未全:不在清单上的管算未回'}`;
}

const STATE: Readonly<Record<Discrepancy['state'], string>> = {
  open: '待处理',
  explained: '已说明',
  accepted: '已接受',
};
const stationName = (station: number | null): string | null => (station === null ? null : `${station}号台`);
const isBack = (row: ComparedTube): boolean => row.booked !== null;

function tubeSheet(input: ReconciliationInput, rows: readonly ComparedTube[]): WrittenSheet {
  return {
    name: '核对表',
    columns: [
      { header: '序号', width: 6 },
      { header: '管号', width: 18 },
      { header: '采样台', width: 9 },
      { header: '批次', width: 10 },
      { header: '封管', width: 20 },
      { header: '刷', width: 6 },
      { header: '采样员数', width: 10 },
      { header: '检测机构登记', width: 14 },
      { header: '差', width: 6 },
      { header: '结果', width: 14 },
      ...FINDING_COLUMNS,
    ],
    rows: rows.map((row, i): Cells => {
      const { tube, booked } = row;
      return [
        i + 1,
        row.code ?? '(无管号)',
        stationName(row.station),
        row.batch,
        tube === null ? null : tube.sealedAt === null ? '未封' : stampText(tube.sealedAt),
        tube === null ? null : tube.places,
        tube === null ? null : (tube.swabbed ?? (tube.sealedAt === null ? null : '没数')),
        booked ?? notBack(input, row),
        booked === null || tube === null ? null : booked - tube.places,
        resultOf(input, row),
        ...findingCells(row.findings),
      ];
    }),
  };
}

/** Why there is no number of the laboratory. */
function notBack(input: ReconciliationInput, { tube, findings }: ComparedTube): string | null {
  if (findings.some((d) => d.kind === 'entries-differ')) return '录入不同';
  if (findings.some((d) => d.kind === 'code-twice' && d.booked !== null)) return '同号的管已登记';
  if (findings.some((d) => d.kind === 'not-at-lab')) return '清单上没有';
  if (tube?.code === null && input.tubeMode === 'codes' && input.listComplete) return '无管号';
  return tube?.places === 0 ? null : '未回';
}

function resultOf(input: ReconciliationInput, row: ComparedTube): string {
  const { tube, findings } = row;
  if (findings.length > 0) return tube === null ? '不是我方的管' : '不符';
  if (tube === null) return '按台的总数核对';
  if (isBack(row)) return '一致';
  if (tube.sealedAt === null) return '未封';
  if (tube.places === 0) return '空管';
  return tube.code === null && input.tubeMode === 'codes' && input.listComplete ? '按人数对上' : '未回';
}

const FINDING_COLUMNS: WrittenSheet['columns'] = [
  { header: '不符', width: 52 },
  { header: '可能的原因', width: 36 },
  { header: '请检测机构复数', width: 44 },
  { header: '状态', width: 10 },
  { header: '理由', width: 24 },
  { header: '决定人', width: 12 },
];

/** Of several findings about one thing each says its own, in one order. */
function findingCells(findings: readonly Discrepancy[]): Cells {
  const told = (of: (d: Discrepancy) => string | null): string | null => {
    const texts = findings.map(of).filter((text) => text !== null && text !== '');
    return texts.length === 0 ? null : [...new Set(texts)].join(' ');
  };
  return [
    told((d) => d.zh),
    told(({ hypotheses: [best] }) =>
      best === undefined
        ? null
        : best.evidence.length === 0
          ? best.zh
          : `${best.zh}(${best.evidence.join(';')})`,
    ),
    told((d) => d.question),
    findings.length === 0 ? null : findings.map((d) => STATE[d.state]).join(' '),
    told((d) => [...(d.reason === null ? [] : [d.reason]), ...d.earlier.map((e) => e.zh)].join(';')),
    told((d) => d.decidedBy ?? d.earlier.at(-1)?.by ?? null),
  ];
}

interface Part {
  kind: string;
  name: string;
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
  rows: readonly ComparedTube[],
  found: readonly Discrepancy[],
): WrittenSheet {
  return {
    name: '汇总',
    columns: [
      { header: '范围', width: 10 },
      { header: '名称', width: 20 },
      { header: '管', width: 6 },
      { header: '刷', width: 8 },
      { header: '其中不在管里', width: 14 },
      { header: '采样员数', width: 10 },
      { header: '没数(管)', width: 10 },
      { header: '未回(管)', width: 10 },
      { header: '可比的刷', width: 10 },
      { header: '检测机构登记', width: 14 },
      { header: '差', width: 6 },
      { header: '不是我方的管', width: 14 },
      { header: '不符(待处理)', width: 14 },
      { header: '不符(已说明、已接受)', width: 20 },
      ...FINDING_COLUMNS,
    ],
    rows: partsOf(input, rows, found).map((part) => partCells(input, part)),
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
    kind: '全场',
    name: '全部采样台',
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
      name: '检测机构报的总数',
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
        kind: '采样台',
        name: `${station}号台`,
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
      kind: '批次',
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
function partCells(input: ReconciliationInput, part: Part): Cells {
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
    part.kind,
    part.name,
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
    ...findingCells(findings),
  ];
}
