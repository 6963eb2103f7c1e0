import { reasonText } from '#shared/language/reason-text.ts';
import type { Discrepancy } from '#shared/counting/discrepancy.ts';
import type { Language } from '#shared/language/languages.ts';
import { message, type PlainKey } from '#shared/language/message.ts';
import { voiceOf } from '#shared/language/say.ts';
import { cellText, joinedText, type CellWord } from './cell-text.ts';
import type { NamedColumn } from './export-table.ts';

const STATE: Readonly<Record<Discrepancy['state'], PlainKey>> = {
  open: 'term.still-open',
  explained: 'term.explained',
  accepted: 'term.accepted',
};

/** What 核对表 says of findings, behind the numbers they are about. */
export const FINDING_COLUMNS: readonly NamedColumn[] = [
  { header: 'column.finding', width: 52 },
  { header: 'term.hypotheses', width: 36 },
  { header: 'term.question', width: 44 },
  { header: 'term.state', width: 10 },
  { header: 'term.reason', width: 24 },
  { header: 'column.decided-by', width: 12 },
];

/** Of several findings about one thing each says its own, in one order. */
export function findingCells(findings: readonly Discrepancy[], language: Language): (string | null)[] {
  const say = voiceOf(language);
  const told = (of: (d: Discrepancy) => CellWord | null): string | null => {
    const texts = findings
      .map(of)
      .filter((word) => word !== null)
      .map((word) => cellText(language, word))
      .filter((text) => text !== '');
    return texts.length === 0 ? null : [...new Set(texts)].join(' ');
  };
  return [
    told((d) => d),
    told(({ hypotheses: [best] }) =>
      best === undefined
        ? null
        : best.evidence.length === 0
          ? best
          : message('cell.with-evidence', {
              hypothesis: cellText(language, best),
              evidence: joinedText(language, best.evidence),
            }),
    ),
    told((d) => d.question),
    findings.length === 0 ? null : findings.map((d) => say<PlainKey>(STATE[d.state])).join(' '),
    told((d) => joinedText(language, [...(d.reason === null ? [] : [reasonText(d.reason)]), ...d.earlier])),
    told((d) => d.decidedBy ?? d.earlier.at(-1)?.by ?? null),
  ];
}
