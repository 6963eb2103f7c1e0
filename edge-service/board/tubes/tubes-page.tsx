import { useState, type ReactNode } from 'react';
import { Segmented, Table, Tag } from 'antd';
import type { BoardSnapshot, TubeRow } from '#shared/contract/board.ts';
import { may, type Role } from '#shared/permissions.ts';
import type { HttpRound } from '#shared/contract/http.ts';
import { useNow } from '../parts/board-context.tsx';
import { HandOverSheet } from './hand-over-sheet.tsx';
import { Heading, Said, SaidButton } from '../parts/said.tsx';
import { useSay } from '../parts/language.tsx';
import { sayText } from '#shared/language/say.ts';
import { whenMessage } from '#shared/language/time-message.ts';
import { codeOrNone } from '#shared/language/tube-code.ts';
import { differs } from './tube-figures.ts';
import { TubeCorrection } from './tube-correction.tsx';
import { TubePeople } from './tube-people.tsx';

const FILTERS = ['all', 'differing', 'open', 'not-back'] as const;
type Filter = (typeof FILTERS)[number];
const ROWS_PER_PAGE = 15;

/** 管: the three numbers of every tube, swiped, swabbed, booked; what differs stands out, 未回 is no difference. */
export function TubesPage({
  site,
  round,
  roles,
  snapshot,
  staleSince,
}: {
  site: string;
  round: HttpRound;
  roles: readonly Role[];
  snapshot: BoardSnapshot;
  staleSince: number | null;
}): ReactNode {
  const say = useSay();
  const now = useNow();
  const [handsOver, setHandsOver] = useState(false);
  const [filter, setFilter] = useState<Filter>('all');
  const [asked, setAsked] = useState<TubeRow | null>(null);
  const [wrong, setWrong] = useState<TubeRow | null>(null);
  const mayOpen = may(roles, 'tube.people');
  const mayHandOver = may(roles, 'tube.hand-over');
  const mayCorrect = may(roles, 'tube.correct') && round.state !== 'closed';
  const keep = (t: TubeRow): boolean => {
    if (filter === 'differing') return differs(t).swabbed || differs(t).booked;
    if (filter === 'open') return t.sealedAt === null;
    return filter === 'all' || t.booked === null;
  };
  const rows = snapshot.tubes.filter(keep).toSorted((a, b) => (b.openedAt ?? 0) - (a.openedAt ?? 0));
  const count = (is: Filter): number =>
    is === 'all'
      ? snapshot.tubes.length
      : snapshot.tubes.filter((t) =>
          is === 'open'
            ? t.sealedAt === null
            : is === 'not-back'
              ? t.booked === null
              : differs(t).swabbed || differs(t).booked,
        ).length;
  const figure = (value: number | null, differing: boolean, none: string): ReactNode =>
    value === null ? (
      <span className="quiet">{none}</span>
    ) : (
      <b className={differing ? 'differs' : 'figure'}>{value}</b>
    );

  const when = (at: number | null): string => (at === null ? '—' : say(whenMessage(at, now)));

  if (handsOver && mayHandOver)
    return (
      <HandOverSheet
        key={round.id}
        site={site}
        round={round}
        snapshot={snapshot}
        staleSince={staleSince}
        close={() => setHandsOver(false)}
      />
    );
  return (
    <>
      <Heading word="term.tubes">
        {mayHandOver && <SaidButton word="term.hand-over" onClick={() => setHandsOver(true)} />}
        <Segmented<Filter>
          aria-label={say('action.choose-shown')}
          value={filter}
          onChange={setFilter}
          options={FILTERS.map((value) => ({ value, label: say(`tube.${value}`, { n: count(value) }) }))}
        />
      </Heading>
      <Table<TubeRow>
        rowKey="opened"
        size="small"
        scroll={{ x: 820 }}
        dataSource={rows}
        pagination={{ pageSize: ROWS_PER_PAGE, showSizeChanger: false, hideOnSinglePage: true }}
        rowClassName={(t) => (differs(t).swabbed || differs(t).booked ? 'row-differs' : '')}
        columns={[
          {
            title: <Said word="term.tube-code" />,
            render: (_, t) => <b>{sayText(say, codeOrNone(t.code))}</b>,
          },
          {
            title: <Said word="term.station" />,
            render: (_, t) => (t.station === null ? '—' : say('station.numbered', { n: t.station })),
          },
          { title: <Said word="term.opened" />, render: (_, t) => when(t.openedAt) },
          {
            title: <Said word="term.sealed" />,
            render: (_, t) =>
              t.sealedAt === null ? <Tag color="blue">{say('cell.not-sealed')}</Tag> : when(t.sealedAt),
          },
          {
            title: <Said word="term.swiped" />,
            align: 'right',
            render: (_, t) => (
              <>
                {figure(t.places, differs(t).swabbed || differs(t).booked, '')}
                {t.people !== t.places && (
                  <small className="quiet" title={say('tube.people-means')}>
                    {' '}
                    {say('tube.people', { n: t.people })}
                  </small>
                )}
                {t.capacity !== null && t.places > t.capacity && (
                  <Tag color="red">{say('tube.over-capacity', { capacity: t.capacity })}</Tag>
                )}
              </>
            ),
          },
          {
            title: <Said word="term.swabbed" />,
            align: 'right',
            render: (_, t) =>
              figure(t.swabbed, differs(t).swabbed, t.sealedAt === null ? '—' : say('cell.not-counted')),
          },
          {
            title: <Said word="term.booked" />,
            align: 'right',
            render: (_, t) => figure(t.booked, differs(t).booked, say('cell.not-back')),
          },
          ...(mayOpen
            ? [
                {
                  title: '',
                  key: 'people',
                  align: 'right' as const,
                  render: (_: unknown, t: TubeRow) => (
                    <span className="row-actions">
                      <SaidButton size="small" word="term.people-of-tube" onClick={() => setAsked(t)} />
                      {mayCorrect && (
                        <SaidButton size="small" word="action.correct-tube" onClick={() => setWrong(t)} />
                      )}
                    </span>
                  ),
                },
              ]
            : []),
        ]}
      />
      {wrong !== null && <TubeCorrection round={round} tube={wrong} close={() => setWrong(null)} />}
      {asked !== null && <TubePeople round={round} tube={asked} close={() => setAsked(null)} />}
    </>
  );
}
