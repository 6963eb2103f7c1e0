import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Modal, Spin, Table, Tag } from 'antd';
import type { z } from 'zod';
import type { TubeRow } from '#shared/contract/board.ts';
import { listOf, madeEventSchema, tubePersonSchema, type HttpRound } from '#shared/contract/http.ts';
import { useBoard } from '../parts/board-context.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { Said, SaidButton, Trouble } from '../parts/said.tsx';
import { useSay } from '../parts/language.tsx';
import { TUBE_STANDING_WORDS } from '#shared/tube-standing.ts';
import { clockSeconds, NO_LATER_THAN } from '#shared/site-time.ts';
import { message, type Message } from '#shared/language/message.ts';
import type { Say } from '#shared/language/say.ts';
import { codeOrNone } from '#shared/language/tube-code.ts';

type Row = z.infer<typeof tubePersonSchema>;
const WHERE = { in: 'tube.this', before: 'tube.before', after: 'tube.after' } as const;

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
  const say = useSay();
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
              people: shown.people.map((p) =>
                p.id === swipe ? { ...p, voided: true, standing: 'voided' } : p,
              ),
            },
      );
    },
  });
  const ask = (row: Row): void => {
    voidSwipe.reset();
    setVoiding(row);
  };
  if (reason === null)
    return (
      <ReasonQuestion
        word="term.people-of-tube"
        about={say('tube.people-about', { tube: tubeName(tube) })}
        offered={[say('reason.pool-abnormal'), say('reason.check-swabs')]}
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
      title={say('tube.its-people', { tube: tubeName(tube) })}
    >
      <p className="quiet">{say('tube.people-reason', { reason })}</p>
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
              render: (_, p) => <Tag {...(p.where === 'in' && { color: 'blue' })}>{say(WHERE[p.where])}</Tag>,
            },
            { title: <Said word="term.place" />, dataIndex: 'ordinal', width: 90 },
            {
              title: <Said word="term.name" />,
              render: (_, p) => nameOf(say, p),
            },
            { title: <Said word="term.number" />, dataIndex: 'number' },
            { title: <Said word="term.phone" />, dataIndex: 'phone' },
            { title: <Said word="term.workshop" />, dataIndex: 'workshop' },
            { title: <Said word="term.team" />, dataIndex: 'team' },
            { title: <Said word="term.time" />, render: (_, p) => timeOf(p) },
            { title: <Said word="term.note" />, render: (_, p) => noteOf(say, p) },
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
          about={say('tube.void-about', {
            name: voiding.name ?? message('tube.this-person'),
            at: Date.parse(voiding.time),
          })}
          offered={[
            say('reason.swiped-for-another'),
            say('reason.swiped-not-sampled'),
            say('reason.machine-tried'),
          ]}
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
function nameOf(say: Say, p: Row): string {
  if (p.kind === 'unreadable') return say('tube.name-not-read');
  return p.name ?? (p.entry === 'manual' && p.phone !== null ? say('cell.name-to-follow') : '—');
}
const timeOf = (p: Row): string =>
  `${p.timeDoubtful ? NO_LATER_THAN : ''}${clockSeconds(Date.parse(p.time))}`;

function noteOf(say: Say, p: Row): string {
  const notes = [
    ...(p.standing === 'on-roster' ? [] : [message(TUBE_STANDING_WORDS[p.standing])]),
    ...(p.entry === 'manual' ? [message('cell.by-hand')] : []),
  ];
  return notes.length === 0 ? '' : say('list.all', { all: notes });
}

const tubeName = ({ code, station }: TubeRow): Message =>
  station === null
    ? message('tube.head-coded', { code: codeOrNone(code) })
    : message('tube.at-station', {
        code: codeOrNone(code),
        station: message('station.numbered', { n: station }),
      });
