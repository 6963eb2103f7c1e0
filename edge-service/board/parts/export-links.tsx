import type { ReactNode } from 'react';
import type { HttpRound } from '#shared/contract/http.ts';
import type { Words } from '#shared/words.ts';
import { SaidButton } from './bilingual.tsx';
import { words } from './words.ts';

type Export = 'headcount' | 'missing' | 'own' | 'report' | 'reconciliation';

/** What each file is called, here and on the disk. A CSV has no second sheet for those who are not 漏检. */
const FILES: Readonly<Record<Export, readonly { word: Words; at: string }[]>> = {
  headcount: [
    { word: as(words.exportHeadcount, '.xlsx'), at: 'headcount.xlsx' },
    { word: as(words.exportHeadcount, '.csv'), at: 'headcount.csv' },
  ],
  missing: [
    { word: as(words.exportMissing, '.xlsx'), at: 'missing.xlsx' },
    { word: as(words.exportUntested, '.csv'), at: 'missing.csv' },
  ],
  own: [{ word: as(words.exportOwn, '.xlsx'), at: 'headcount.xlsx?form=own' }],
  report: [
    { word: as(words.exportReport, '.xlsx'), at: 'report.xlsx' },
    { word: as(words.exportReports, '.xlsx'), at: 'report.xlsx?rounds=all' },
  ],
  reconciliation: [{ word: as(words.exportReconciliation, '.xlsx'), at: 'reconciliation.xlsx' }],
};

/** Files for WPS and Excel; the browser downloads them with the session's cookie. */
export function ExportLinks({ round, what }: { round: HttpRound; what: readonly Export[] }): ReactNode {
  return what
    .filter((name) => name !== 'own' || round.rosterWorkbook)
    .flatMap((name) => FILES[name])
    .map(({ word, at }) => (
      <SaidButton key={at} word={word} href={`/api/v1/rounds/${round.id}/${at}`} download />
    ));
}

function as(word: Words, form: string): Words {
  return { zh: `${word.zh} ${form}`, en: word.en };
}
