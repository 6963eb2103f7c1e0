import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Form, Input, Select, Table, Tag } from 'antd';
import { type Opening, openingsSchema } from '#shared/contract/http-openings.ts';
import { openedTubeMessage, openerText, openingReasonText } from '#shared/language/opening-text.ts';
import { sayText } from '#shared/language/say.ts';
import { OPENING_KINDS, OPENING_WORDS, type OpeningKind } from '#shared/opening.ts';
import { httpTimeOrNull, timeOfInput } from '#shared/site-time.ts';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { useLanguage, useSay } from '../parts/language.tsx';

interface Wanted {
  by: string | null;
  what: OpeningKind | null;
  /** As the inputs have them; empty: open. */
  from: string;
  to: string;
}

/** 谁看过: who opened personal data, when, what, why and how many people; never whose. */
export function OpeningsPage(): ReactNode {
  const { client } = useBoard();
  const say = useSay();
  const [wanted, setWanted] = useState<Wanted>({ by: null, what: null, from: '', to: '' });
  const query = queryOf(wanted);
  const { language } = useLanguage();
  const fileQuery = `${query}${query === '' ? '?' : '&'}lang=${language}`;
  const list = useQuery({
    queryKey: ['openings', query],
    queryFn: () => client.get(`/api/v1/openings${query}`, openingsSchema),
    refetchInterval: LISTS_AGAIN_MS,
    placeholderData: (before) => before,
  });
  const { openings = [], total = 0, names = [] } = list.data ?? {};
  return (
    <>
      <Heading word="term.openings">
        <SaidButton word="action.export-openings-xlsx" href={`/api/v1/openings.xlsx${fileQuery}`} download />
        <SaidButton word="action.export-openings-csv" href={`/api/v1/openings.csv${fileQuery}`} download />
      </Heading>
      <section className="card tight">
        <Filters wanted={wanted} names={names} change={setWanted} />
        <p className="quiet">
          <Said word="opening.about" />
        </p>
      </section>
      <Trouble error={list.error} />
      {list.data !== undefined && (
        <p data-testid="openings-total">
          {openings.length < total
            ? say('opening.total-newest', { total, listed: openings.length })
            : say('opening.total', { total })}
        </p>
      )}
      <OpeningTable openings={openings} loading={list.isPending} />
    </>
  );
}

function Filters({
  wanted,
  names,
  change,
}: {
  wanted: Wanted;
  names: readonly string[];
  change: (wanted: Wanted) => void;
}): ReactNode {
  const say = useSay();
  return (
    <Form className="openings-filters" layout="vertical">
      <Form.Item label={<Said word="term.opened-by" />}>
        <Select
          allowClear
          showSearch
          aria-label={say('term.opened-by')}
          value={wanted.by}
          options={names.map((name) => ({ value: name, label: sayText(say, openerText(name)) }))}
          onChange={(by: string | undefined) => change({ ...wanted, by: by ?? null })}
        />
      </Form.Item>
      <Form.Item label={<Said word="term.opened-what" />}>
        <Select
          allowClear
          aria-label={say('term.opened-what')}
          value={wanted.what}
          options={OPENING_KINDS.map((kind) => ({ value: kind, label: say(OPENING_WORDS[kind]) }))}
          onChange={(what: OpeningKind | undefined) => change({ ...wanted, what: what ?? null })}
        />
      </Form.Item>
      <Form.Item label={<Said word="term.opened-from" />}>
        <Input
          type="datetime-local"
          aria-label={say('term.opened-from')}
          value={wanted.from}
          onChange={(event) => change({ ...wanted, from: event.target.value })}
        />
      </Form.Item>
      <Form.Item label={<Said word="term.opened-to" />}>
        <Input
          type="datetime-local"
          aria-label={say('term.opened-to')}
          value={wanted.to}
          onChange={(event) => change({ ...wanted, to: event.target.value })}
        />
      </Form.Item>
    </Form>
  );
}

/** `?by=…&from=…`, or nothing where everything is wanted. */
function queryOf({ by, what, from, to }: Wanted): string {
  const given = { by, what, from: httpTimeOrNull(timeOfInput(from)), to: httpTimeOrNull(timeOfInput(to)) };
  const set = Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== null);
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`;
}

function OpeningTable({ openings, loading }: { openings: readonly Opening[]; loading: boolean }): ReactNode {
  const say = useSay();
  return (
    <Table<Opening>
      className="openings"
      rowKey="id"
      size="small"
      loading={loading}
      scroll={{ x: 820 }}
      pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
      dataSource={[...openings]}
      columns={[
        {
          title: <Said word="term.time" />,
          width: 130,
          render: (_, o) => say('time.day-and-time', { at: Date.parse(o.time) }),
        },
        {
          title: <Said word="term.opened-by" />,
          width: 130,
          render: (_, o) => <b>{o.by === null ? '—' : sayText(say, openerText(o.by))}</b>,
        },
        {
          title: <Said word="term.opened-what" />,
          width: 210,
          render: (_, o) => (
            <>
              <Said word={OPENING_WORDS[o.what]} />{' '}
              {o.tube !== null && <Tag>{say(openedTubeMessage(o.tube))}</Tag>}
              {o.headOnly && <Tag color="gold">{say('opening.head-only')}</Tag>}
            </>
          ),
        },
        { title: <Said word="term.reason" />, render: (_, o) => sayText(say, openingReasonText(o.reason)) },
        {
          title: <Said word="term.opened-people" />,
          width: 90,
          align: 'right',
          render: (_, o) => o.people ?? say('opening.people-unrecorded'),
        },
        { title: <Said word="term.round" />, width: 140, render: (_, o) => o.round?.name ?? '—' },
      ]}
    />
  );
}
