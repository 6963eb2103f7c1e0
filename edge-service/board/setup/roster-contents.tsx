import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Input, Table } from 'antd';
import type { HttpRound } from '#shared/contract/http.ts';
import { WHO_CHARS_MAX } from '#shared/contract/http-requests.ts';
import { rosterCountsSchema, type RosterCounts } from '#shared/contract/http-roster.ts';
import { useBoard } from '../parts/board-context.tsx';
import { useSay } from '../parts/language.tsx';
import { Said, SaidButton, Trouble } from '../parts/said.tsx';
import { RosterPeopleList, type Asked } from './roster-people-list.tsx';

/** A workshop with its teams below it, or one of those. */
interface Place {
  key: string;
  workshop: string;
  /** Null: all teams of the workshop. */
  team: string | null;
  people: number;
  toCorrect: number;
  children?: Place[];
}

/** Workshops on one page of the table. */
const WORKSHOPS_SHOWN = 50;

/** 花名册内容: how many stand where, to compare with HR's own subtotals; names only when they are asked for, since that is recorded. */
export function RosterContents({ round }: { round: HttpRound }): ReactNode {
  const { client } = useBoard();
  const counts = useQuery({
    queryKey: ['roster-counts', round.id, round.rosterVersion],
    queryFn: () => client.get(`/api/v1/rounds/${round.id}/roster`, rosterCountsSchema),
  });
  return (
    <section className="card roster-contents">
      <h2>
        <Said word="term.roster-contents" />
      </h2>
      <Trouble error={counts.error} />
      {counts.data !== undefined && (
        // names of one version do not stand on under the counts of the next
        <Contents key={counts.data.version} round={round} counts={counts.data} />
      )}
    </section>
  );
}

function Contents({ round, counts }: { round: HttpRound; counts: RosterCounts }): ReactNode {
  const say = useSay();
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState<Asked | null>(null);
  const { version, people, persons, named } = counts;
  const ask = (of: Partial<Omit<Asked, 'time'>>): void =>
    setAsked((before) => ({
      workshop: null,
      team: null,
      search: null,
      ...of,
      time: (before?.time ?? 0) + 1,
    }));
  return (
    <>
      <p>
        {say('roster.counted', { version, people })}
        {persons < people && <> {say('roster.counted-joined', { persons })}</>}
      </p>
      <CountsTable counts={counts} show={named ? ask : null} />
      {named ? (
        <form
          className="choices"
          autoComplete="off"
          onSubmit={(event) => {
            event.preventDefault();
            if (search.trim() !== '') ask({ search: search.trim() });
          }}
        >
          <Input
            value={search}
            maxLength={WHO_CHARS_MAX}
            style={{ width: 240 }}
            placeholder={say('term.whom-to-find')}
            aria-label={say('term.whom-to-find')}
            onChange={(event) => setSearch(event.target.value)}
          />
          <SaidButton htmlType="submit" type="primary" word="action.search" />
          <SaidButton htmlType="button" word="action.show-everybody" onClick={() => ask({})} />
        </form>
      ) : (
        <p className="warn">{say('roster.names-gone')}</p>
      )}
      {named && <p className="quiet">{say('roster.looking-is-recorded')}</p>}
      {asked !== null && <RosterPeopleList key={asked.time} round={round} version={version} asked={asked} />}
    </>
  );
}

function CountsTable(props: {
  counts: RosterCounts;
  /** Null: there are no names any more. */
  show: ((of: Pick<Place, 'workshop' | 'team'>) => void) | null;
}): ReactNode {
  const { counts, show } = props;
  const say = useSay();
  const some = counts.toCorrect > 0;
  const nameOf = ({ workshop, team }: Place): string => {
    if (team !== null) return team === '' ? say('missing.no-team') : team;
    return workshop === '' ? say('roster.no-workshop') : workshop;
  };
  return (
    <Table<Place>
      className="roster-counts"
      size="small"
      dataSource={placesOf(counts)}
      pagination={{ pageSize: WORKSHOPS_SHOWN, hideOnSinglePage: true, showSizeChanger: false }}
      summary={sumRow(counts, { label: say('term.all'), named: show !== null })}
      columns={[
        { title: say('term.workshop-and-team'), key: 'place', render: (_, place) => nameOf(place) },
        { title: say('term.opened-people'), dataIndex: 'people', align: 'right', width: 80 },
        ...(some
          ? [
              {
                title: say('cell.to-correct'),
                dataIndex: 'toCorrect',
                align: 'right' as const,
                width: 90,
              },
            ]
          : []),
        ...(show === null
          ? []
          : [
              {
                key: 'show',
                width: 110,
                render: (_: unknown, { workshop, team }: Place) => (
                  <SaidButton
                    size="small"
                    word="action.show-names"
                    onClick={() => show({ workshop, team })}
                  />
                ),
              },
            ]),
      ]}
    />
  );
}

/** What all workshops come to, as the last row of the table. */
const sumRow =
  ({ people, toCorrect }: RosterCounts, { label, named }: { label: string; named: boolean }) =>
  (): ReactNode => (
    <Table.Summary.Row>
      <Table.Summary.Cell index={0}>
        <b>{label}</b>
      </Table.Summary.Cell>
      <Table.Summary.Cell index={1} align="right">
        <b>{people}</b>
      </Table.Summary.Cell>
      {toCorrect > 0 && (
        <Table.Summary.Cell index={2} align="right">
          <b>{toCorrect}</b>
        </Table.Summary.Cell>
      )}
      {named && <Table.Summary.Cell index={3} />}
    </Table.Summary.Row>
  );

/** Workshops as the file has them; one without teams has nothing below it. */
const placesOf = ({ workshops }: RosterCounts): Place[] =>
  workshops.map(({ workshop, people, toCorrect, teams }) => ({
    key: JSON.stringify([workshop]),
    workshop,
    team: null,
    people,
    toCorrect,
    ...(teams.some(({ team }) => team !== '') && {
      children: teams.map((team) => ({ key: JSON.stringify([workshop, team.team]), workshop, ...team })),
    }),
  }));
