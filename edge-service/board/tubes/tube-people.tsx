import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Modal, Spin, Table, Tag } from 'antd';
import type { z } from 'zod';
import type { TubeRow } from '#shared/contract/board.ts';
import { listOf, madeEventSchema, tubePersonSchema, type HttpRound } from '#shared/contract/http.ts';
import { useBoard } from '../parts/board-context.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { Said, SaidButton, Trouble } from '../parts/said.tsx';
import { clockSeconds, NO_LATER_THAN } from '#shared/site-time.ts';

type Row = z.infer<typeof tubePersonSchema>;
const whereWords = { in: '本管', before: '前一管', after: '后一管' } as const;

/** 同管人员: names, numbers and phones of a tube and the neighbours over both borders, after a reason that is logged. */
export function TubePeople({
  round,
  tube,
  close,
}: {
  round: HttpRound;
  tube: TubeRow;
  close: () => void;
}): ReactNode {
  const { client } = useBoard();
  const [reason, setReason] = useState<string | null>(null);
  const peopleKey = ['tube-people', round.id, tube.opened, reason];
  const people = useQuery({
    queryKey: peopleKey,
    enabled: reason !== null,
    gcTime: 0, // numbers do not stay in the page's memory once the window is closed
    queryFn: () =>
      client.get(
        `/api/v1/rounds/${round.id}/tubes/${encodeURIComponent(tube.opened)}/people?reason=${encodeURIComponent(reason ?? '')}`,
        listOf('people', tubePersonSchema),
      ),
  });
  const queries = useQueryClient();
  const [voiding, setVoiding] = useState<Row | null>(null);
  const voidSwipe = useMutation({
    mutationFn: (json: { swipe: string; reason: string }) =>
      client.send('POST', `/api/v1/rounds/${round.id}/voids`, { json }, madeEventSchema),
    onSuccess: (_, { swipe }) => {
      setVoiding(null);
      // marked here, not fetched again: fetching is another opening of personal data, and each one is logged
      queries.setQueryData<{ people: Row[] }>(peopleKey, (shown) =>
        shown === undefined
          ? shown
          : {
              people: shown.people.map((p) => (p.id === swipe ? { ...p, voided: true, label: '已作废' } : p)),
            },
      );
    },
  });
  const ask = (row: Row): void => {
    voidSwipe.reset();
    setVoiding(row);
  };
  const name = `管 ${tube.code ?? '(无管号)'}${tube.station === null ? '' : ` · ${tube.station}号台`}`;
  if (reason === null)
    return (
      <ReasonQuestion
        word="term.people-of-tube"
        about={`查看${name}的姓名、证件号和电话。查看人、时间和理由会记录下来。`}
        offered={['混管异常', '核对拭子数']}
        pending={false}
        error={null}
        answer={setReason}
        close={close}
      />
    );
  return (
    <Modal
      mask={{ closable: false }}
      open
      width={1180}
      footer={null}
      onCancel={close}
      title={
        <>
          {name} <Said word="term.people-of-tube" />
        </>
      }
    >
      <p className="quiet">理由:{reason}(已记录)· 本页有证件号,请勿拍照外传</p>
      <Trouble error={people.error} />
      {people.isPending && <Spin />}
      {people.data !== undefined && (
        <Table<Row>
          rowKey="id"
          size="small"
          pagination={false}
          scroll={{ x: 1000 }}
          dataSource={people.data.people}
          rowClassName={(p) => (p.where === 'in' ? '' : 'row-neighbour')}
          columns={[
            {
              title: '',
              width: 80,
              render: (_, p) => <Tag {...(p.where === 'in' && { color: 'blue' })}>{whereWords[p.where]}</Tag>,
            },
            { title: <Said word="term.place" />, dataIndex: 'ordinal', width: 90 },
            {
              title: <Said word="term.name" />,
              render: (_, p) => nameOf(p),
            },
            { title: <Said word="term.number" />, dataIndex: 'number' },
            { title: <Said word="term.phone" />, dataIndex: 'phone' },
            { title: <Said word="term.workshop" />, dataIndex: 'workshop' },
            { title: <Said word="term.team" />, dataIndex: 'team' },
            { title: <Said word="term.time" />, render: (_, p) => timeOf(p) },
            { title: <Said word="term.note" />, render: (_, p) => noteOf(p) },
            {
              title: '',
              align: 'right',
              render: (_, p) =>
                p.kind === 'swipe' &&
                !p.voided && <SaidButton size="small" word="action.void" onClick={() => ask(p)} />,
            },
          ]}
        />
      )}
      {voiding !== null && (
        <ReasonQuestion
          word="action.void"
          about={`作废${voiding.name ?? '此人'} ${clockSeconds(Date.parse(voiding.time))} 的这次打卡。原记录保留,不再计数;作废不能撤回,要算就再刷一次。`}
          offered={['替别人刷卡', '刷卡后没有采样', '试机']}
          pending={voidSwipe.isPending}
          error={voidSwipe.error}
          answer={(why) => voidSwipe.mutate({ swipe: voiding.id, reason: why })}
          close={() => setVoiding(null)}
        />
      )}
    </Modal>
  );
}

/** Who was registered without a document always gave a phone, and not always a name. */
function nameOf(p: Row): string {
  if (p.kind === 'unreadable') return '(未读出)';
  return p.name ?? (p.entry === 'manual' && p.phone !== null ? '(姓名待补)' : '—');
}
const timeOf = (p: Row): string =>
  `${p.timeDoubtful ? NO_LATER_THAN : ''}${clockSeconds(Date.parse(p.time))}`;

function noteOf(p: Row): string {
  const notes = [p.label === '名单内' ? '' : p.label, p.entry === 'manual' ? '手工登记' : ''];
  return notes.filter((n) => n !== '').join('、');
}
