import { useState, type ReactNode } from 'react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Empty, Segmented, Spin, Tag } from 'antd';
import type { z } from 'zod';
import { may, type Role } from '#shared/permissions.ts';
import { httpDiscrepancySchema, listOf, madeEventSchema, type HttpRound } from '#shared/contract/http.ts';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { ExportLinks } from '../parts/export-links.tsx';
import { LabUpload } from './lab-upload.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { useSay } from '../parts/language.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { dayAndTime } from '#shared/site-time.ts';
import type { PlainKey } from '#shared/language/message.ts';

type Row = z.infer<typeof httpDiscrepancySchema>;
type State = Row['state'];
const stateSaid = {
  open: 'term.still-open',
  explained: 'term.explained',
  accepted: 'term.accepted',
} as const;
const stateColour = { open: 'red', explained: 'green', accepted: 'gold' } as const;

/** 核对: every difference named with place, time and numbers, why it may be so, and the question to ask the laboratory. */
export function ReconcilePage({
  round,
  roles,
  listsVersion,
}: {
  round: HttpRound;
  roles: readonly Role[];
  listsVersion: number;
}): ReactNode {
  const { client } = useBoard();
  const [shown, setShown] = useState<State | 'all'>('open');
  const list = useQuery({
    queryKey: ['discrepancies', round.id, listsVersion],
    queryFn: () =>
      client.get(`/api/v1/rounds/${round.id}/discrepancies`, listOf('discrepancies', httpDiscrepancySchema)),
    refetchInterval: LISTS_AGAIN_MS,
    placeholderData: keepPreviousData,
  });
  const all = list.data?.discrepancies ?? [];
  const rows = all.filter((d) => shown === 'all' || d.state === shown);
  const count = (state: State): number => all.filter((d) => d.state === state).length;
  return (
    <>
      {may(roles, 'lab.enter') && <LabUpload key={round.id} round={round} />}
      <Heading word="term.reconcile">
        <ExportLinks round={round} what={['reconciliation']} />
        <Segmented<State | 'all'>
          value={shown}
          onChange={setShown}
          options={[
            { value: 'open', label: `待处理 ${count('open')}` },
            { value: 'explained', label: `已说明 ${count('explained')}` },
            { value: 'accepted', label: `已接受 ${count('accepted')}` },
            { value: 'all', label: `全部 ${all.length}` },
          ]}
        />
      </Heading>
      <Trouble error={list.error} />
      {list.isPending && <Spin size="large" />}
      {list.data !== undefined && rows.length === 0 && (
        <Empty
          description={
            round.labVersion === 0
              ? '还没有检测机构的清单 · no list from the laboratory yet'
              : '没有不符 · no difference'
          }
        />
      )}
      {rows.map((d) => (
        <DiscrepancyCard
          key={d.id}
          discrepancy={d}
          round={round}
          mayDecide={may(roles, 'discrepancy.decide')}
        />
      ))}
    </>
  );
}

const OFFERED: Readonly<Record<State, readonly string[]>> = {
  open: [],
  explained: ['检测机构复数后更正', '采样员确认少采一人', '管号写错,已更正'],
  accepted: ['检测机构确认数目,原因不明'],
};

function DiscrepancyCard({
  discrepancy: d,
  round,
  mayDecide,
}: {
  discrepancy: Row;
  round: HttpRound;
  mayDecide: boolean;
}): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<State | null>(null);
  const decide = useMutation({
    mutationFn: (json: Pick<Row, 'id' | 'state' | 'numbers'> & { reason: string }) =>
      client.send('POST', `/api/v1/rounds/${round.id}/discrepancies/decision`, { json }, madeEventSchema),
    onSuccess: async () => {
      setAsked(null);
      await queries.invalidateQueries({ queryKey: ['discrepancies'] });
    },
  });
  return (
    <section className={`card finding finding-${d.state}`} aria-label={d.zh}>
      <header>
        <h4>{d.zh}</h4>
        <Tag color={stateColour[d.state]}>{say(stateSaid[d.state])}</Tag>
      </header>
      <p className="english" lang="en">
        {d.en}
      </p>
      <div className="three">
        <Number of={'term.swiped'} value={d.swiped} />
        <Number of={'term.swabbed'} value={d.swabbed} />
        <Number of={'term.booked'} value={d.booked} />
      </div>
      {d.hypotheses.length > 0 && (
        <>
          <h5>
            <Said word="term.hypotheses" />
          </h5>
          <ol className="hypotheses">
            {d.hypotheses.map((h) => (
              <li key={h.hypothesis}>
                {h.zh}
                {h.evidence.length > 0 && (
                  <ul>
                    {h.evidence.map((e) => (
                      <li key={e}>{e}</li>
                    ))}
                  </ul>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
      {d.question !== null && (
        <p className="question">
          <Said word="term.question" /> <q>{d.question}</q>{' '}
          <CopyButton text={d.question} word="action.copy" label={d.tube ?? d.kind} />
        </p>
      )}
      {d.reason !== null && (
        <p className="quiet">
          {say(stateSaid[d.state])}:{d.reason}({d.decidedBy ?? '—'})
        </p>
      )}
      {d.earlier.map((e) => (
        <p key={e.at} className="quiet">
          {e.zh}({e.by ?? '—'},{dayAndTime(Date.parse(e.at))})<small lang="en"> {e.en}</small>
        </p>
      ))}
      {mayDecide && (
        <div className="actions">
          {(['explained', 'accepted', 'open'] as const)
            .filter((state) => state !== d.state)
            .map((state) => (
              <SaidButton
                key={state}
                word={state === 'open' ? 'action.reopen' : stateSaid[state]}
                onClick={() => setAsked(state)}
              />
            ))}
        </div>
      )}
      {asked !== null && (
        <ReasonQuestion
          word={asked === 'open' ? 'action.reopen' : stateSaid[asked]}
          about={d.zh}
          offered={OFFERED[asked]}
          pending={decide.isPending}
          error={decide.error}
          answer={(reason) => decide.mutate({ id: d.id, state: asked, reason, numbers: d.numbers })}
          close={() => setAsked(null)}
        />
      )}
    </section>
  );
}

function Number({ of, value }: { of: PlainKey; value: number | null }): ReactNode {
  return (
    <span>
      <Said word={of} /> <b>{value ?? '—'}</b>
    </span>
  );
}
