import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Table, Tag } from 'antd';
import { may, type Role } from '#shared/permissions.ts';
import { installSchema, listOf, type HttpRound } from '#shared/contract/http.ts';
import { useBoard } from '../parts/board-context.tsx';
import { DatabaseChecked } from './database-band.tsx';
import { InstallDecision, stationName, type Decision, type Install } from './install-decision.tsx';
import { InstallsWaiting } from './installs-waiting.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { useWhen } from '../parts/when.ts';
import { useSay } from '../parts/language.tsx';

/** 各机记录: every journal heard of, what of it may be outstanding, and the lead's decisions about it. */
export function InstallsPage({ round, roles }: { round: HttpRound; roles: readonly Role[] }): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const when = useWhen();
  const mayDecide = may(roles, 'install.decide');
  const [asked, setAsked] = useState<Decision | null>(null);
  const installs = useQuery({
    queryKey: ['installs', round.id],
    refetchInterval: 5000,
    queryFn: () => client.get(`/api/v1/installs?round=${round.id}`, listOf('installs', installSchema)),
  });
  return (
    <>
      <Heading word="term.installs">
        <DatabaseChecked />
      </Heading>
      <Trouble error={installs.error} />
      <Table<Install>
        rowKey="id"
        size="small"
        loading={installs.isPending}
        dataSource={installs.data?.installs ?? []}
        scroll={{ x: 940 }}
        pagination={{ pageSize: 12, hideOnSinglePage: true }}
        columns={[
          {
            title: <Said word="term.station" />,
            render: (_, i) => stationName(say, i.station),
          },
          {
            title: <Said word="term.device" />,
            render: (_, i) => (
              <>
                {i.device ?? '—'} <small className="quiet">{i.id.slice(0, 8)}</small>
              </>
            ),
          },
          {
            title: <Said word="term.last-contact" />,
            render: (_, i) =>
              i.connected ? <Tag color="green">{say('machine.connected')}</Tag> : when(i.lastContact),
          },
          { title: <Said word="term.watermark" />, align: 'right', dataIndex: 'watermark' },
          { title: <Said word="term.head" />, align: 'right', dataIndex: 'head' },
          {
            title: <Said word="term.waiting" />,
            align: 'right',
            render: (_, i) => <span className={i.waiting > 0 ? 'warn' : ''}>{i.waiting}</span>,
          },
          {
            title: <Said word="term.trouble" />,
            render: (_, i) => (
              <>
                {i.settled && <Tag color="green">{say('machine.settled')}</Tag>}
                {!i.settled && i.excepted && <Tag color="gold">{say('machine.excepted')}</Tag>}
                {i.parent !== null && <Tag>{say('machine.succeeds', { journal: i.parent.slice(0, 8) })}</Tag>}
                {i.tokenBound === false && <Tag color="gold">{say('machine.token-unbound')}</Tag>}
                {i.trouble !== null && <Tag color="red">{say(`short-trouble.${i.trouble}`)}</Tag>}
              </>
            ),
          },
          ...(mayDecide
            ? [
                {
                  title: '',
                  key: 'actions',
                  align: 'right' as const,
                  render: (_: unknown, install: Install) => (
                    <span className="actions">
                      {(!install.settled || install.waiting > 0) && (
                        <SaidButton
                          size="small"
                          word="action.settle"
                          onClick={() => setAsked({ of: 'exception', install })}
                        />
                      )}
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
      <InstallsWaiting round={round} ask={mayDecide ? setAsked : null} />
      {asked !== null && <InstallDecision round={round} decision={asked} close={() => setAsked(null)} />}
    </>
  );
}
