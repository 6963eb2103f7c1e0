import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Table, Tag } from 'antd';
import { may, type Role } from '#shared/permissions.ts';
import { listOf, roundSchema, type HttpRound } from '#shared/contract/http.ts';
import { NEXT_STATES, type RoundState } from '#shared/round.ts';
import { useBoard, useNow } from '../parts/board-context.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { RoundForm } from './round-form.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { SetUpSheet } from './set-up-sheet.tsx';
import { useWhen } from '../parts/when.ts';
import { useSay } from '../parts/language.tsx';
import { message, type PlainKey } from '#shared/language/message.ts';

const STEPS: Readonly<Record<RoundState, PlainKey>> = {
  draft: 'round-state.draft',
  open: 'action.open-round',
  settling: 'action.stop-sampling',
  closed: 'action.close-round',
};
const MEANS: Readonly<Record<RoundState, PlainKey | null>> = {
  draft: null,
  open: 'round.opens-means',
  settling: 'round.settles-means',
  closed: 'round.closes-means',
};

/** 轮次: make one, copy the last, open, end and close; each step asks first and goes under one's name. */
export function RoundsPage({ site, roles }: { site: string; roles: readonly Role[] }): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const queries = useQueryClient();
  const now = useNow();
  const when = useWhen();
  const [form, setForm] = useState<{ copied: HttpRound | null } | null>(null);
  const [sheet, setSheet] = useState<HttpRound | null>(null);
  const [step, setStep] = useState<{ round: HttpRound; state: RoundState } | null>(null);
  const rounds = useQuery({
    queryKey: ['rounds'],
    queryFn: () => client.get('/api/v1/rounds', listOf('rounds', roundSchema)),
  });
  const change = useMutation({
    mutationFn: (to: { round: HttpRound; state: RoundState; reason: string }) =>
      client.send(
        'POST',
        `/api/v1/rounds/${to.round.id}/state`,
        { json: { state: to.state, reason: to.reason } },
        roundSchema,
      ),
    onSuccess: async () => {
      setStep(null);
      await queries.invalidateQueries();
    },
  });
  const all = rounds.data?.rounds ?? [];
  const mayCreate = may(roles, 'round.create');
  if (sheet !== null) return <SetUpSheet site={site} round={sheet} close={() => setSheet(null)} />;
  return (
    <>
      <Heading word="term.rounds">
        {mayCreate && all[0] !== undefined && (
          <SaidButton word="action.copy-last-round" onClick={() => setForm({ copied: all[0] ?? null })} />
        )}
        {mayCreate && (
          <SaidButton type="primary" word="action.create-round" onClick={() => setForm({ copied: null })} />
        )}
      </Heading>
      <Trouble error={rounds.error} />
      <Table<HttpRound>
        rowKey="id"
        loading={rounds.isPending}
        dataSource={all}
        scroll={{ x: 900 }}
        pagination={{ pageSize: 10, hideOnSinglePage: true }}
        columns={[
          { title: <Said word="term.round" />, render: (_, r) => <b>{r.name}</b> },
          {
            title: <Said word="term.state" />,
            render: (_, r) => (
              <Tag color={r.state === 'open' ? 'green' : 'default'}>{say(`round-state.${r.state}`)}</Tag>
            ),
          },
          {
            title: <Said word="term.sessions" />,
            render: (_, r) =>
              r.sessions.map((s) => (
                <div key={s.name}>
                  {s.name} {when(s.from)}–{when(s.to)}
                </div>
              )),
          },
          {
            title: <Said word="term.stations" />,
            render: (_, r) => say('round.stations', { n: r.stations.length }),
          },
          {
            title: <Said word="term.tube-mode" />,
            render: (_, r) =>
              say('round.tubes-of', { mode: message(`tube-mode.${r.tubeMode}`), n: r.capacity }),
          },
          {
            title: <Said word="term.roster" />,
            render: (_, r) =>
              r.rosterVersion === 0 ? (
                <Tag color="gold">{say('round.no-roster')}</Tag>
              ) : (
                say('round.version', { n: r.rosterVersion })
              ),
          },
          {
            title: '',
            align: 'right',
            render: (_, r) => (
              <span className="actions">
                {r.openingCode !== null && (
                  <SaidButton size="small" word="term.set-up-sheet" onClick={() => setSheet(r)} />
                )}
                {may(roles, 'round.move') &&
                  NEXT_STATES[r.state].map((state) => (
                    <SaidButton
                      key={state}
                      size="small"
                      word={STEPS[state]}
                      onClick={() => setStep({ round: r, state })}
                    />
                  ))}
              </span>
            ),
          },
        ]}
      />
      {form !== null && <RoundForm copied={form.copied} close={() => setForm(null)} />}
      {step !== null && (
        <ReasonQuestion
          word={STEPS[step.state]}
          about={
            <>
              <b>{step.round.name}</b>:{' '}
              {say('round.step', {
                from: message(`round-state.${step.round.state}`),
                to: message(`round-state.${step.state}`),
              })}
              {MEANS[step.state] !== null && say<PlainKey>(MEANS[step.state] ?? 'round.opens-means')}
              {step.state === 'closed' && <NotBegun round={step.round} now={now} />}
            </>
          }
          offered={[say('round.as-planned')]}
          pending={change.isPending}
          error={change.error}
          answer={(reason) => change.mutate({ ...step, reason })}
          close={() => {
            change.reset();
            setStep(null);
          }}
        />
      )}
    </>
  );
}

/** Asked before closing: whoever belongs to these sessions stays 未到场次, and the reason has to name them. */
function NotBegun({ round, now }: { round: HttpRound; now: number }): ReactNode {
  const say = useSay();
  const names = round.sessions.filter((s) => Date.parse(s.from) > now).map(({ name }) => name);
  if (names.length === 0) return null;
  return <p className="warn">{say('round.sessions-not-begun', { names })}</p>;
}
