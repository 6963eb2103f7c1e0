import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { InputNumber, Table, Tag } from 'antd';
import type { z } from 'zod';
import type { Role } from '#shared/board.ts';
import { installSchema, listOf, madeEventSchema, type HttpRound } from '#shared/http.ts';
import { unfiledRunSchema } from '#shared/http-installs.ts';
import { may } from './access.ts';
import { useBoard, useNow } from './app-context.tsx';
import { ReasonQuestion } from './reason-question.tsx';
import { Heading, Said, SaidButton, Trouble } from './said.tsx';
import { whenOf } from './times.ts';
import { troubleWords, words, type Word } from './words.ts';

type Install = z.infer<typeof installSchema>;
type Run = z.infer<typeof unfiledRunSchema>;
/** What the lead is about to decide; each goes into the edge's own journal with a reason. */
type Decision =
  | { of: 'exception'; install: Install }
  | { of: 'fork'; install: Install }
  | { of: 'quarantine'; install: Install }
  | { of: 'filing'; run: Run };

const decisionWords: Readonly<Record<Decision['of'], Word>> = {
  exception: words.settle,
  fork: words.forkReviewed,
  quarantine: words.settleQuarantine,
  filing: words.fileEvents,
};

/** 各机记录: every journal heard of, what of it may be outstanding, and the lead's decisions about it. */
export function InstallsPage({ round, roles }: { round: HttpRound; roles: readonly Role[] }): ReactNode {
  const { client } = useBoard();
  const queries = useQueryClient();
  const now = useNow();
  const lead = may(roles, 'site-lead');
  const [asked, setAsked] = useState<Decision | null>(null);
  const [number, setNumber] = useState(0);
  const installs = useQuery({
    queryKey: ['installs'],
    refetchInterval: 5000,
    queryFn: () => client.get('/api/v1/installs', listOf('installs', installSchema)),
  });
  const runs = useQuery({
    queryKey: ['unfiled'],
    enabled: lead,
    queryFn: () => client.get('/api/v1/unfiled', listOf('runs', unfiledRunSchema)),
  });
  const decide = useMutation({
    mutationFn: ({ decision, reason }: { decision: Decision; reason: string }) => {
      const { path, json } = requestOf(decision, { reason, number });
      return client.send('POST', `/api/v1/rounds/${round.id}/${path}`, { json }, madeEventSchema);
    },
    onSuccess: async () => {
      setAsked(null);
      await queries.invalidateQueries();
    },
  });
  const ask = (decision: Decision): void => {
    decide.reset();
    setNumber('install' in decision ? decision.install.head : 0);
    setAsked(decision);
  };
  return (
    <>
      <Heading word={words.installs} />
      <Trouble error={installs.error ?? runs.error} />
      <Table<Install>
        rowKey="id"
        loading={installs.isPending}
        dataSource={installs.data?.installs ?? []}
        pagination={{ pageSize: 12, hideOnSinglePage: true }}
        columns={[
          {
            title: <Said word={words.station} />,
            render: (_, i) => (i.station === null ? '—' : `${i.station}号台`),
          },
          {
            title: <Said word={words.device} />,
            render: (_, i) => (
              <>
                {i.device ?? '—'} <small className="quiet">{i.id.slice(0, 8)}</small>
              </>
            ),
          },
          {
            title: <Said word={words.lastContact} />,
            render: (_, i) =>
              i.connected ? (
                <Tag color="green">在线</Tag>
              ) : (
                whenOf(i.lastContact === null ? null : Date.parse(i.lastContact), now)
              ),
          },
          { title: <Said word={words.watermark} />, align: 'right', dataIndex: 'watermark' },
          { title: <Said word={words.head} />, align: 'right', dataIndex: 'head' },
          {
            title: <Said word={words.waiting} />,
            align: 'right',
            render: (_, i) => <span className={i.waiting > 0 ? 'warn' : ''}>{i.waiting}</span>,
          },
          {
            title: <Said word={words.trouble} />,
            render: (_, i) => (
              <>
                {i.settled && <Tag color="green">已结清</Tag>}
                {i.parent !== null && <Tag>接替 {i.parent.slice(0, 8)}</Tag>}
                {i.trouble !== null && <Tag color="red">{troubleWords[i.trouble].zh}</Tag>}
              </>
            ),
          },
          ...(lead
            ? [
                {
                  title: '',
                  key: 'actions',
                  align: 'right' as const,
                  render: (_: unknown, install: Install) => (
                    <span className="actions">
                      {!install.settled && (
                        <SaidButton
                          size="small"
                          word={words.settle}
                          onClick={() => ask({ of: 'exception', install })}
                        />
                      )}
                      {install.trouble === 'forked' && (
                        <SaidButton
                          size="small"
                          word={words.forkReviewed}
                          onClick={() => ask({ of: 'fork', install })}
                        />
                      )}
                      {install.trouble === 'quarantine' && (
                        <SaidButton
                          size="small"
                          word={words.settleQuarantine}
                          onClick={() => ask({ of: 'quarantine', install })}
                        />
                      )}
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
      {lead && (runs.data?.runs.length ?? 0) > 0 && (
        <>
          <Heading word={words.unfiled} />
          <Table<Run>
            rowKey="id"
            dataSource={runs.data?.runs ?? []}
            pagination={{ pageSize: 8, hideOnSinglePage: true }}
            columns={[
              {
                title: <Said word={words.station} />,
                render: (_, r) => (r.station === null ? '—' : `${r.station}号台`),
              },
              {
                title: <Said word={words.state} />,
                render: (_, r) => (r.phase === 'test' ? '试刷 test' : '未归轮 unfiled'),
              },
              { title: <Said word={words.swipes} />, dataIndex: 'swipes' },
              {
                title: <Said word={words.time} />,
                render: (_, r) =>
                  `${whenOf(Date.parse(r.firstTime), now)} – ${whenOf(Date.parse(r.lastTime), now)}`,
              },
              {
                title: '',
                align: 'right',
                render: (_, run) => (
                  <SaidButton
                    size="small"
                    word={words.fileEvents}
                    onClick={() => ask({ of: 'filing', run })}
                  />
                ),
              },
            ]}
          />
        </>
      )}
      {asked !== null && (
        <ReasonQuestion
          word={decisionWords[asked.of]}
          about={<About decision={asked} round={round} number={number} setNumber={setNumber} />}
          offered={[]}
          pending={decide.isPending}
          error={decide.error}
          answer={(reason) => decide.mutate({ decision: asked, reason })}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

function requestOf(
  decision: Decision,
  given: { reason: string; number: number },
): { path: string; json: unknown } {
  const { reason, number } = given;
  switch (decision.of) {
    case 'exception':
      return { path: 'exceptions', json: { install: decision.install.id, lastSequence: number, reason } };
    case 'fork':
      return { path: `forks/${decision.install.id}`, json: { reason } };
    case 'quarantine':
      return {
        path: `quarantine/${encodeURIComponent(`${decision.install.id}:${number}`)}`,
        json: { reason },
      };
    case 'filing':
      return {
        path: 'filings',
        json: { install: decision.run.install, from: decision.run.from, to: decision.run.to, reason },
      };
  }
}

function About(props: {
  decision: Decision;
  round: HttpRound;
  number: number;
  setNumber: (n: number) => void;
}): ReactNode {
  const { decision, round, number, setNumber } = props;
  const field = (
    <InputNumber
      min={0}
      precision={0}
      value={number}
      onChange={(n) => setNumber(n ?? 0)}
      aria-label="编号 number"
    />
  );
  switch (decision.of) {
    case 'exception':
      return (
        <>
          这台机器联系不上或不会再来。屏幕上显示的最后编号:{field}(已收到 {decision.install.watermark}
          )。写明怎么知道的。
        </>
      );
    case 'fork':
      return <>这台机器的记录有两份(换机、恢复或复制)。两份都保留,重复的不重复计数。看过以后写明结论。</>;
    case 'quarantine':
      return <>这台机器有一条记录内容不能用,已原样保存。记录编号:{field}。写明怎么处理的。</>;
    case 'filing':
      return (
        <>
          把 {decision.run.swipes} 次{decision.run.phase === 'test' ? '试刷' : '未归轮的打卡'}归入{' '}
          <b>{round.name}</b>。原记录不变。
        </>
      );
  }
}
