import { sameReason } from '#shared/language/reason-text.ts';
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { BoardSnapshot } from '#shared/contract/board.ts';
import { may, type Role } from '#shared/permissions.ts';
import { missingSchema, type HttpRound } from '#shared/contract/http.ts';
import { useBoard, useNow } from '../parts/board-context.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { ExportLinks } from '../parts/export-links.tsx';
import { figuresOf, reportText } from './ladder-line.ts';
import { useLanguage } from '../parts/language.tsx';
import { Heading, Trouble } from '../parts/said.tsx';

/** 上报: the paragraph to read out to the bureau, and the files. The numbers are those of the ladder above. */
export function ReportPage(props: {
  site: string;
  round: HttpRound;
  roles: readonly Role[];
  snapshot: BoardSnapshot;
}): ReactNode {
  const { site, round, roles, snapshot } = props;
  const { client } = useBoard();
  const now = useNow();
  const { language, say } = useLanguage();
  const mayList = may(roles, 'people.export');
  const missing = useQuery({
    queryKey: ['missing', round.id, snapshot.listsVersion],
    enabled: mayList,
    queryFn: () => client.get(`/api/v1/rounds/${round.id}/missing`, missingSchema),
  });
  const byReason = new Map<string, number>();
  for (const { reason } of missing.data?.groups.flatMap((g) => g.excused) ?? []) {
    const same = sameReason(reason);
    byReason.set(same, (byReason.get(same) ?? 0) + 1);
  }
  const text = reportText(language, {
    ...snapshot,
    asOf: figuresOf(snapshot, now),
    site,
    round: snapshot.name,
    tubes: snapshot.tubes.filter((t) => t.places > 0).length,
    reasons: [...byReason]
      .map(([reason, people]) => ({ reason, people }))
      .toSorted((a, b) => b.people - a.people),
  });
  return (
    <>
      <Heading word="term.report">
        {mayList && <ExportLinks round={round} what={['own', 'headcount', 'missing']} />}
      </Heading>
      <Trouble error={missing.error} />
      <section className="card report">
        <p data-testid="report">{text}</p>
        <div className="actions">
          <CopyButton text={text} word="action.copy" label={say('term.report')} />
          {may(roles, 'report.export') && <ExportLinks round={round} what={['report']} />}
        </div>
      </section>
      {!snapshot.ladder.complete && (
        <p className="quiet">
          {say(snapshot.closing === null ? 'count.at-least-open' : 'count.at-least-closed')}
        </p>
      )}
    </>
  );
}
