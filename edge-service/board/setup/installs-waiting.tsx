import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Table, Tag } from 'antd';
import { z } from 'zod';
import { listOf, type HttpRound } from '#shared/contract/http.ts';
import { forkSchema, quarantinedEventSchema } from '#shared/contract/http-installs.ts';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';
import { numberOf, stationName, type Decision, type Fork, type Quarantined } from './install-decision.tsx';
import { UnfiledRuns } from './unfiled-runs.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { useWhen } from '../parts/when.ts';
import { useSay } from '../parts/language.tsx';
import type { PlainKey } from '#shared/language/message.ts';

const quarantineSchema = z.strictObject({ total: z.int(), events: z.array(quarantinedEventSchema) });
const PAGED = { pageSize: 8, hideOnSinglePage: true, showSizeChanger: false };

/** What waits for the lead: forks to look at, records that cannot be used, and runs that count nowhere. Empty ones are not shown. */
export function InstallsWaiting(props: {
  round: HttpRound;
  /** Null: this person may look and not decide. */
  ask: ((decision: Decision) => void) | null;
}): ReactNode {
  const say = useSay();
  const { round, ask } = props;
  const { client } = useBoard();
  const when = useWhen();
  const again = { refetchInterval: LISTS_AGAIN_MS };
  const forks = useQuery({
    ...again,
    queryKey: ['forks', round.id],
    queryFn: () => client.get(`/api/v1/rounds/${round.id}/forks`, listOf('forks', forkSchema)),
  });
  const quarantine = useQuery({
    ...again,
    queryKey: ['quarantine', round.id],
    queryFn: () => client.get(`/api/v1/rounds/${round.id}/quarantine`, quarantineSchema),
  });
  /** The last column, for those who may decide. */
  const action = <Row,>(word: PlainKey, decision: (row: Row) => Decision) =>
    ask === null
      ? []
      : [
          {
            title: '',
            key: 'action',
            align: 'right' as const,
            render: (_: unknown, row: Row) => (
              <SaidButton size="small" word={word} onClick={() => ask(decision(row))} />
            ),
          },
        ];
  const station = {
    title: <Said word="term.station" />,
    render: (_: unknown, row: { station: number | null }) => stationName(say, row.station),
  };
  const { total = 0, events = [] } = quarantine.data ?? {};
  return (
    <>
      <Trouble error={forks.error ?? quarantine.error} />
      {(forks.data?.forks.length ?? 0) > 0 && (
        <section className="waiting" data-testid="forks">
          <Heading word="term.forks" />
          <Table<Fork>
            rowKey="id"
            size="small"
            dataSource={forks.data?.forks ?? []}
            scroll={{ x: 760 }}
            pagination={PAGED}
            columns={[
              station,
              {
                title: <Said word="term.device" />,
                render: (_, f) => (
                  <>
                    {f.device ?? '—'} <small className="quiet">{f.id.slice(0, 8)}</small>
                  </>
                ),
              },
              {
                title: <Said word="term.trouble" />,
                render: (_, f) => (
                  <>
                    {f.trouble !== null && <Tag color="red">{say(`short-trouble.${f.trouble}`)}</Tag>}
                    {f.parent !== null && (
                      <Tag>
                        {say('machine.succeeds-from', {
                          install: f.parent.slice(0, 8),
                          n: (f.parentSequence ?? 0) + 1,
                        })}
                      </Tag>
                    )}
                  </>
                ),
              },
              {
                title: <Said word="term.last-contact" />,
                render: (_, f) => when(f.lastContact),
              },
              ...action<Fork>('term.fork-reviewed', (fork) => ({ of: 'fork', fork })),
            ]}
          />
        </section>
      )}
      {total > 0 && (
        <section className="waiting" data-testid="quarantine">
          <Heading word="term.quarantine">
            <span className="quiet">
              {total > events.length
                ? say('machine.records-oldest', { n: total, shown: events.length })
                : say('machine.records', { n: total })}
            </span>
          </Heading>
          <Table<Quarantined>
            rowKey="event"
            size="small"
            dataSource={events}
            scroll={{ x: 760 }}
            pagination={PAGED}
            columns={[
              station,
              {
                title: <Said word="term.record-number" />,
                render: (_, e) => (
                  <>
                    {numberOf(e)} <small className="quiet">{e.install.slice(0, 8)}</small>
                  </>
                ),
              },
              {
                title: <Said word="term.trouble" />,
                render: (_, e) => (
                  <>
                    {say(e.status === 'invalid' ? 'machine.record-invalid' : 'machine.record-newer')}{' '}
                    {e.type !== 'unread' && <small className="quiet">{e.type}</small>}
                  </>
                ),
              },
              { title: <Said word="term.received-at" />, render: (_, e) => when(e.receivedAt) },
              ...action<Quarantined>('action.settle-quarantine', (event) => ({ of: 'quarantine', event })),
            ]}
          />
        </section>
      )}
      <UnfiledRuns round={round} mayDecide={ask !== null} file={(run) => ask?.({ of: 'filing', run })} />
    </>
  );
}
