import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Table, Tag } from 'antd';
import { may, type Role } from '#shared/permissions.ts';
import { listOf, roundSchema, type HttpRound } from '#shared/contract/http.ts';
import { NEXT_STATES, type RoundState } from '#shared/round.ts';
import { useBoard, useNow } from '../parts/board-context.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { RoundForm } from './round-form.tsx';
import { Heading, Said, SaidButton, Trouble, type Word } from '../parts/said.tsx';
import { SetUpSheet } from './set-up-sheet.tsx';
import { whenText } from '#shared/site-time.ts';
import { useSay } from '../parts/language.tsx';

const stepWords: Readonly<Record<RoundState, Word>> = {
  draft: 'round-state.draft',
  open: { zh: '开始轮次', en: 'Open' },
  settling: { zh: '结束采样', en: 'Stop sampling' },
  closed: { zh: '归档', en: 'Close' },
};
const stepMeans: Readonly<Record<RoundState, string>> = {
  draft: '',
  open: '从现在起刷卡都计入本轮;之前的试刷不计入。',
  settling: '采样结束,开始核对。还在路上的记录仍会收进来。',
  closed: '归档以后不能再改。要求:各台记录到齐(不会再来的,在“各机记录”填写例外),每处不符都已说明或接受。',
};

/** 轮次: make one, copy the last, open, end and close; each step asks first and goes under one's name. */
export function RoundsPage({ site, roles }: { site: string; roles: readonly Role[] }): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const queries = useQueryClient();
  const now = useNow();
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
        pagination={{ pageSize: 10, hideOnSinglePage: true }}
        columns={[
          { title: <Said word="term.round" />, render: (_, r) => <b>{r.name}</b> },
          {
            title: <Said word="term.state" />,
            render: (_, r) => (
              <Tag color={r.state === 'open' ? 'green' : 'default'}>
                {say(`round-state.${r.state}`)} {say(`round-state.${r.state}`)}
              </Tag>
            ),
          },
          {
            title: <Said word="term.sessions" />,
            render: (_, r) =>
              r.sessions.map((s) => (
                <div key={s.name}>
                  {s.name} {whenText(Date.parse(s.from), now)}–{whenText(Date.parse(s.to), now)}
                </div>
              )),
          },
          { title: <Said word="term.stations" />, render: (_, r) => `${r.stations.length} 台` },
          {
            title: <Said word="term.tube-mode" />,
            render: (_, r) => `${say(`tube-mode.${r.tubeMode}`)} · ${r.capacity}人/管`,
          },
          {
            title: <Said word="term.roster" />,
            render: (_, r) =>
              r.rosterVersion === 0 ? <Tag color="gold">还没有</Tag> : `第 ${r.rosterVersion} 版`,
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
                      word={stepWords[state]}
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
          word={stepWords[step.state]}
          about={
            <>
              <b>{step.round.name}</b>:{say(`round-state.${step.round.state}`)} →{' '}
              {say(`round-state.${step.state}`)}。{stepMeans[step.state]}
              {step.state === 'closed' && <NotBegun round={step.round} now={now} />}
            </>
          }
          offered={['按计划']}
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
  const names = round.sessions.filter((s) => Date.parse(s.from) > now).map(({ name }) => name);
  if (names.length === 0) return null;
  return (
    <p className="warn">
      {names.join('、')}还没有开始:真的不再进行吗?请在理由里写明。本人的场次没开始的人,归档后一直算未到场次。
      <small lang="en">
        {' '}
        {names.join(', ')} has not begun: if it will not be held, name it in the reason.
      </small>
    </p>
  );
}
