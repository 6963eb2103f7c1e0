import type { ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Popconfirm, Table } from 'antd';
import { z } from 'zod';
import { listOf } from '#shared/contract/http.ts';
import { pairedKioskSchema } from '#shared/contract/http-installs.ts';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';
import { stationName } from './install-decision.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { useWhen } from '../parts/when.ts';
import { useSay } from '../parts/language.tsx';
import { message } from '#shared/language/message.ts';

type Paired = z.infer<typeof pairedKioskSchema>;

/** 已配对的机器: a lost or lent laptop is shut out here; it counts on by itself and must be paired anew to deliver. */
export function PairedKiosks(): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const queries = useQueryClient();
  const when = useWhen();
  const paired = useQuery({
    queryKey: ['pairings'],
    refetchInterval: LISTS_AGAIN_MS,
    queryFn: () => client.get('/api/v1/pairings', listOf('pairings', pairedKioskSchema)),
  });
  const revoke = useMutation({
    mutationFn: (id: string) => client.send('DELETE', `/api/v1/pairings/${id}`, null, z.null()),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['pairings'] }),
  });
  const rows = paired.data?.pairings ?? [];
  return (
    <>
      <Trouble error={paired.error ?? revoke.error} />
      {rows.length > 0 && (
        <section className="waiting" data-testid="paired">
          <Heading word="term.paired" />
          <Table<Paired>
            rowKey="id"
            size="small"
            dataSource={rows}
            scroll={{ x: 640 }}
            pagination={{ pageSize: 8, hideOnSinglePage: true, showSizeChanger: false }}
            columns={[
              { title: <Said word="term.station" />, render: (_, p) => stationName(say, p.station) },
              { title: <Said word="term.device" />, render: (_, p) => p.device ?? '—' },
              {
                title: <Said word="term.paired-at" />,
                render: (_, p) => when(p.redeemedAt),
              },
              {
                title: <Said word="term.last-contact" />,
                render: (_, p) => when(p.lastContact),
              },
              {
                title: '',
                align: 'right',
                render: (_, p) => (
                  <Popconfirm
                    title={say('machine.revoke-question', {
                      station: message('station.within', { n: p.station }),
                      device: p.device ?? '',
                    })}
                    description={say('machine.revoke-means')}
                    okText={say('action.revoke')}
                    cancelText={say('action.cancel')}
                    onConfirm={() => revoke.mutate(p.id)}
                  >
                    <SaidButton size="small" word="action.revoke-pairing" />
                  </Popconfirm>
                ),
              },
            ]}
          />
        </section>
      )}
    </>
  );
}
