import type { ReactNode } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Spin, Table, Tag } from 'antd';
import type { HttpRound } from '#shared/contract/http.ts';
import { rosterPeopleSchema, type RosterPeople } from '#shared/contract/http-roster.ts';
import { message, type Text } from '#shared/language/message.ts';
import { teamText } from '#shared/language/missing-text.ts';
import { useBoard } from '../parts/board-context.tsx';
import { useSay } from '../parts/language.tsx';
import { Said, SaidButton, Trouble } from '../parts/said.tsx';

type Person = RosterPeople['people'][number];

/** Whom somebody wants to see; null: everybody. `time`: each press is a question of its own. */
export interface Asked {
  workshop: string | null;
  team: string | null;
  search: string | null;
  time: number;
}

/** People fetched before the list stops and offers to go on. */
const PEOPLE_AT_A_TIME = 100;
const PEOPLE_PER_PAGE = 50;

/** Who of the roster stands there, and a press for more. */
export function RosterPeopleList(props: { round: HttpRound; version: number; asked: Asked }): ReactNode {
  const { round, version, asked } = props;
  const { workshop, team, search, time } = asked;
  const { client } = useBoard();
  const say = useSay();
  const path = `/api/v1/rounds/${round.id}/roster/people`;
  const list = useInfiniteQuery({
    queryKey: ['roster-people', round.id, version, time],
    gcTime: 0, // who was shown does not stay in the page's memory once another page is open
    staleTime: Infinity,
    refetchOnReconnect: false,
    initialPageParam: 0,
    queryFn: async ({ pageParam, signal }): Promise<RosterPeople> => {
      const people: Person[] = [];
      let next: number | null = pageParam;
      do {
        const json = { version, workshop, team, search, after: next };
        const answer: RosterPeople = await client.send('POST', path, { json }, rosterPeopleSchema);
        signal.throwIfAborted();
        people.push(...answer.people);
        next = answer.next;
      } while (next !== null && people.length < PEOPLE_AT_A_TIME);
      return { people, next };
    },
    getNextPageParam: ({ next }) => next,
  });
  if (list.isPending) return <Spin />;
  const people = list.data?.pages.flatMap((page) => page.people) ?? [];
  const of = { where: whereText(asked), n: people.length };
  return (
    <div className="roster-people">
      <Trouble error={list.error} />
      {list.data !== undefined && (
        <p>
          {people.length === 0
            ? say('roster.nobody-fits', { where: of.where })
            : say(list.hasNextPage ? 'roster.names-of-begun' : 'roster.names-of', of)}
        </p>
      )}
      {people.length > 0 && <PeopleTable people={people} />}
      {list.hasNextPage && (
        <SaidButton
          word="action.show-more"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        />
      )}
    </div>
  );
}

function PeopleTable({ people }: { people: readonly Person[] }): ReactNode {
  const say = useSay();
  return (
    <Table<Person>
      size="small"
      rowKey="row"
      scroll={{ x: 760 }}
      pagination={{ pageSize: PEOPLE_PER_PAGE, hideOnSinglePage: true, showSizeChanger: false }}
      dataSource={[...people]}
      columns={[
        {
          title: say('term.name'),
          key: 'name',
          render: (_, { name, leader, toCorrect }) => (
            <>
              <b>{name}</b>{' '}
              {leader && (
                <Tag>
                  <Said word="column.leader" />
                </Tag>
              )}
              {toCorrect && (
                <Tag color="gold">
                  <Said word="cell.to-correct" />
                </Tag>
              )}
            </>
          ),
        },
        { title: say('term.number'), key: 'number', render: (_, { number }) => number ?? '—' },
        { title: say('term.staff-number'), key: 'staff', render: (_, { staffNumber }) => staffNumber ?? '—' },
        {
          title: say('term.workshop-and-team'),
          key: 'place',
          render: (_, { workshop, team }) => [workshop, team].filter((t) => t !== '').join(' · ') || '—',
        },
        { title: say('column.shift'), key: 'shift', render: (_, { shift }) => shift ?? '—' },
      ]}
    />
  );
}

/** `一车间 · 甲班`, `全部 · “测”` */
function whereText({ workshop, team, search }: Asked): Text {
  const where =
    workshop === null
      ? message('term.all')
      : workshop === '' && (team ?? '') === ''
        ? message('roster.no-workshop')
        : teamText({ workshop, team: team ?? '' });
  return search === null ? where : message('roster.where-searched', { where, search });
}
