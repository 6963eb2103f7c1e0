import type { ReactNode } from 'react';
import type { HttpRound } from '#shared/http.ts';
import { SaidButton } from './said.tsx';
import { words } from './words.ts';

/** Files for WPS and Excel; the browser downloads them with the session's cookie. */
export function ExportLinks({
  round,
  what,
}: {
  round: HttpRound;
  what: readonly ('headcount' | 'missing')[];
}): ReactNode {
  const word = { headcount: words.exportHeadcount, missing: words.exportMissing };
  return what.flatMap((name) =>
    (['xlsx', 'csv'] as const).map((form) => (
      <SaidButton
        key={`${name}.${form}`}
        word={{ zh: `${word[name].zh} .${form}`, en: '' }}
        href={`/api/v1/rounds/${round.id}/${name}.${form}`}
        download
      />
    )),
  );
}
