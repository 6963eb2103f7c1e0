import type { ReactNode } from 'react';
import type { HttpRound } from '#shared/contract/http.ts';
import type { PlainKey } from '#shared/language/message.ts';
import { Button } from 'antd';
import { useLanguage } from './language.tsx';

type Export = 'headcount' | 'missing' | 'own' | 'report' | 'reconciliation';

/** What each file is called, here and on the disk. A CSV has no second sheet for those who are not 漏检. */
const FILES: Readonly<Record<Export, readonly { word: PlainKey; at: string }[]>> = {
  headcount: [
    { word: 'action.export-headcount', at: 'headcount.xlsx' },
    { word: 'action.export-headcount', at: 'headcount.csv' },
  ],
  missing: [
    { word: 'action.export-missing', at: 'missing.xlsx' },
    { word: 'action.export-untested', at: 'missing.csv' },
  ],
  own: [{ word: 'action.export-own', at: 'headcount.xlsx?form=own' }],
  report: [
    { word: 'action.export-report', at: 'report.xlsx' },
    { word: 'action.export-reports', at: 'report.xlsx?rounds=all' },
  ],
  reconciliation: [{ word: 'sheet.reconciliation', at: 'reconciliation.xlsx' }],
};

/** Files for WPS and Excel; the browser downloads them with the session's cookie. */
export function ExportLinks({ round, what }: { round: HttpRound; what: readonly Export[] }): ReactNode {
  const { language, say } = useLanguage();
  return what
    .filter((name) => name !== 'own' || round.rosterWorkbook)
    .flatMap((name) => FILES[name])
    .map(({ word, at }) => (
      <Button
        key={at}
        href={`/api/v1/rounds/${round.id}/${at}${at.includes('?') ? '&' : '?'}lang=${language}`}
        download
      >
        {say(word)} {formOf(at)}
      </Button>
    ));
}

/** `.xlsx` of `headcount.xlsx?form=own`. */
const formOf = (at: string): string => /\.\w+/.exec(at)?.[0] ?? '';
