import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import type { z } from 'zod';
import type { HttpRound } from '#shared/contract/http.ts';
import { rosterHistorySchema } from '#shared/contract/http-taken.ts';
import { useBoard } from '../parts/board-context.tsx';
import { Said, Trouble } from '../parts/said.tsx';
import { useSay } from '../parts/language.tsx';
import { dayAndTimeMessage } from '#shared/language/time-message.ts';
import { message, type PlainKey } from '#shared/language/message.ts';

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
        <Said word="roster.since-opening" />
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
  const say = useSay();
  if (frozen === null) return <p>{say('roster.not-recorded')}</p>;
  const { version, people, at, by, content, intact } = frozen;
  return (
    <p>
      {say('roster.frozen', { version, people, when: dayAndTimeMessage(Date.parse(at)), by: by ?? '—' })}{' '}
      <Tag color={intact ? 'green' : 'red'}>{say(intact ? 'roster.intact' : 'roster.altered')}</Tag>
      <small className="quiet">{say('roster.content', { start: content.slice(0, 16) })}</small>
    </p>
  );
}

function Amended({ amendment }: { amendment: Amendment }): ReactNode {
  const say = useSay();
  const { version, at, by, reason, joined, left, changed } = amendment;
  const swiped = left.filter((p) => p.swiped).length;
  return (
    <div className="amendment">
      <p>
        <b>
          {say('roster.amendment', {
            version,
            joined: joined.length,
            left: left.length,
            changed: changed.length,
          })}
        </b>{' '}
        {say('roster.amended-by', { when: dayAndTimeMessage(Date.parse(at)), by: by ?? '—', reason })}
        {swiped > 0 && <Tag color="gold">{say('roster.swiped-and-left', { n: swiped })}</Tag>}
      </p>
      <People word="roster.word-joins" people={joined} />
      <People word="roster.word-leaves" people={left} />
      <People word="roster.word-changes" people={changed} />
    </div>
  );
}

function People({ word, people }: { word: PlainKey; people: readonly Named[] }): ReactNode {
  const say = useSay();
  if (people.length === 0) return null;
  const named = people.map(({ name, workshop, team, swiped }) => {
    const of = { name, place: [workshop, team].filter((t) => t !== '').join(' ') };
    return swiped === true ? message('roster.named-swiped', of) : message('roster.named', of);
  });
  return <p>{say('roster.people-of', { word: message<PlainKey>(word), people: named })}</p>;
}
