import { reasonText } from '#shared/language/reason-text.ts';
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
import { Heading, Said, SaidButton, Trouble, useWords } from '../parts/said.tsx';
import { message, type PlainKey } from '#shared/language/message.ts';
import { dayAndTimeMessage } from '#shared/language/time-message.ts';

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
  const say = useSay();
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
          aria-label={say('action.choose-shown')}
          value={shown}
          onChange={setShown}
          options={[
            { value: 'open', label: `${say('term.still-open')} ${count('open')}` },
            { value: 'explained', label: `${say('term.explained')} ${count('explained')}` },
            { value: 'accepted', label: `${say('term.accepted')} ${count('accepted')}` },
            { value: 'all', label: `${say('term.all')} ${all.length}` },
          ]}
        />
      </Heading>
      <Trouble error={list.error} />
      {list.isPending && <Spin size="large" />}
      {list.data !== undefined && rows.length === 0 && (
        <Empty description={say(round.labVersion === 0 ? 'lab.no-list-yet' : 'finding.none')} />
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

const OFFERED: Readonly<Record<State, readonly PlainKey[]>> = {
  open: [],
  explained: ['reason.corrected-by-lab', 'reason.one-not-sampled', 'reason.code-corrected'],
  accepted: ['reason.confirmed-by-lab'],
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
  const wordsIn = useWords();
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
    <section className={`card finding finding-${d.state}`} aria-label={wordsIn(d)}>
      <header>
        <h4>{wordsIn(d)}</h4>
        <Tag color={stateColour[d.state]}>{say(stateSaid[d.state])}</Tag>
      </header>
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
                {wordsIn(h)}
                {h.evidence.length > 0 && (
                  <ul>
                    {h.evidence.map((e) => (
                      <li key={e.zh}>{wordsIn(e)}</li>
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
          <Said word="term.question" /> <q>{wordsIn(d.question)}</q>{' '}
          <CopyButton text={wordsIn(d.question)} word="action.copy" label={d.tube ?? d.kind} />
        </p>
      )}
      {d.reason !== null && (
        <p className="quiet">
          {say('finding.decision', {
            state: message(stateSaid[d.state]),
            reason: reasonText(d.reason),
            by: d.decidedBy ?? '—',
          })}
        </p>
      )}
      {d.earlier.map((e) => (
        <p key={e.at} className="quiet">
          {say('finding.earlier', {
            said: wordsIn(e),
            by: e.by ?? '—',
            when: dayAndTimeMessage(Date.parse(e.at)),
          })}
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
          about={wordsIn(d)}
          offered={OFFERED[asked].map((key) => say<PlainKey>(key))}
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
