import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import type { z } from 'zod';
import type { HttpRound } from '#shared/contract/http.ts';
import { rosterHistorySchema } from '#shared/contract/http-taken.ts';
import { dayAndTime } from '#shared/site-time.ts';
import { useBoard } from '../parts/board-context.tsx';
import { Said, Trouble } from '../parts/said.tsx';

type History = z.infer<typeof rosterHistorySchema>;
type Amendment = History['amendments'][number];
type Named = Amendment['joined'][number] & { swiped?: boolean };

/** The roster the round began with, and who changed it since, when, why, and whom. */
export function RosterHistory({ round }: { round: HttpRound }): ReactNode {
  const { client } = useBoard();
  const history = useQuery({
    queryKey: ['roster-history', round.id, round.rosterVersion],
    queryFn: () => client.get(`/api/v1/rounds/${round.id}/roster/history`, rosterHistorySchema),
  });
  return (
    <section className="card roster-history">
      <h2>
        <Said word={{ zh: '开轮后的花名册', en: 'Roster since the round began' }} />
      </h2>
      <Trouble error={history.error} />
      {history.data !== undefined && <Frozen frozen={history.data.frozen} />}
      {history.data?.amendments.map((a) => (
        <Amended key={a.id} amendment={a} />
      ))}
    </section>
  );
}

function Frozen({ frozen }: Pick<History, 'frozen'>): ReactNode {
  if (frozen === null)
    return (
      <p>
        开轮时的花名册没有记录(本轮由 0.2.0 之前的版本开始){' '}
        <small lang="en">not recorded: the round was opened before 0.2.0</small>
      </p>
    );
  const { version, people, at, by, content, intact } = frozen;
  return (
    <p>
      第 {version} 版,{people} 人,{dayAndTime(Date.parse(at))} {by} 开轮时固定{' '}
      <Tag color={intact ? 'green' : 'red'}>{intact ? '未被改动' : '与固定时不符'}</Tag>
      <small className="quiet">SHA-256 {content.slice(0, 16)}…</small>
    </p>
  );
}

function Amended({ amendment }: { amendment: Amendment }): ReactNode {
  const { version, at, by, reason, joined, left, changed } = amendment;
  const swiped = left.filter((p) => p.swiped).length;
  return (
    <div className="amendment">
      <p>
        <b>
          第 {version} 版:增 {joined.length} 减 {left.length} 改 {changed.length}
        </b>{' '}
        {dayAndTime(Date.parse(at))} {by}:{reason}
        {swiped > 0 && <Tag color="gold">{swiped} 人打卡后移出,计为名单外</Tag>}
      </p>
      <People word="增" people={joined} />
      <People word="减" people={left} />
      <People word="改" people={changed} />
    </div>
  );
}

function People({ word, people }: { word: string; people: readonly Named[] }): ReactNode {
  if (people.length === 0) return null;
  const named = people.map(
    (p) =>
      `${p.name}(${[p.workshop, p.team].filter((t) => t !== '').join(' ')}${p.swiped === true ? ',已打卡' : ''})`,
  );
  return (
    <p>
      {word}:{named.join('、')}
    </p>
  );
}
