import { useState, type ReactNode } from 'react';
import { Segmented, Table, Tag } from 'antd';
import type { BoardSnapshot, TubeRow } from '#shared/contract/board.ts';
import { may, type Role } from '#shared/permissions.ts';
import type { HttpRound } from '#shared/contract/http.ts';
import { useNow } from '../parts/board-context.tsx';
import { HandOverSheet } from './hand-over-sheet.tsx';
import { Heading, Said, SaidButton } from '../parts/said.tsx';
import { whenText } from '#shared/site-time.ts';
import { differs } from './tube-figures.ts';
import { TubeCorrection } from './tube-correction.tsx';
import { TubePeople } from './tube-people.tsx';

type Filter = 'all' | 'differing' | 'open' | 'not-back';
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
          value={filter}
          onChange={setFilter}
          options={[
            { value: 'all', label: `全部 ${count('all')}` },
            { value: 'differing', label: `不符 ${count('differing')}` },
            { value: 'open', label: `未封 ${count('open')}` },
            { value: 'not-back', label: `未回 ${count('not-back')}` },
          ]}
        />
      </Heading>
      <Table<TubeRow>
        rowKey="opened"
        size="small"
        dataSource={rows}
        pagination={{ pageSize: ROWS_PER_PAGE, showSizeChanger: false, hideOnSinglePage: true }}
        rowClassName={(t) => (differs(t).swabbed || differs(t).booked ? 'row-differs' : '')}
        columns={[
          { title: <Said word="term.tube-code" />, render: (_, t) => <b>{t.code ?? '(无管号)'}</b> },
          {
            title: <Said word="term.station" />,
            render: (_, t) => (t.station === null ? '—' : `${t.station}号台`),
          },
          { title: <Said word="term.opened" />, render: (_, t) => whenText(t.openedAt, now) },
          {
            title: <Said word="term.sealed" />,
            render: (_, t) =>
              t.sealedAt === null ? <Tag color="blue">未封</Tag> : whenText(t.sealedAt, now),
          },
          {
            title: <Said word="term.swiped" />,
            align: 'right',
            render: (_, t) => (
              <>
                {figure(t.places, differs(t).swabbed || differs(t).booked, '')}
                {t.people !== t.places && (
                  <small className="quiet" title="people who swiped here; not all of them took a place">
                    {' '}
                    打卡 {t.people} 人
                  </small>
                )}
                {t.capacity !== null && t.places > t.capacity && <Tag color="red">超 {t.capacity}</Tag>}
              </>
            ),
          },
          {
            title: <Said word="term.swabbed" />,
            align: 'right',
            render: (_, t) => figure(t.swabbed, differs(t).swabbed, t.sealedAt === null ? '—' : '没数'),
          },
          {
            title: <Said word="term.booked" />,
            align: 'right',
            render: (_, t) => figure(t.booked, differs(t).booked, '未回'),
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
