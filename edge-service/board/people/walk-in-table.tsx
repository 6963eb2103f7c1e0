import { useState, type ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Input, Select, Table, Tag } from 'antd';
import { madeEventSchema, type HttpRound } from '#shared/contract/http.ts';
import type { WalkIn } from '#shared/contract/http-identity.ts';
import { WALK_IN_CATEGORIES, type WalkInCategory } from '#shared/event/identity.ts';
import { keyHexSchema } from '#shared/ids.ts';
import { useBoard } from '../parts/board-context.tsx';
import { useSay } from '../parts/language.tsx';
import { Said, SaidButton, Trouble, useTextSay } from '../parts/said.tsx';
import { useWhen } from '../parts/when.ts';
import { nameText, numberText, personText } from './person-words.ts';
import type { Identify } from './same-names.tsx';

/** Everybody outside the roster; unit and category are set for many at a time. */
export function WalkInTable(props: {
  round: HttpRound;
  walkIns: readonly WalkIn[];
  /** Null: this person may look and not decide. */
  ask: ((said: Identify) => void) | null;
  again: () => Promise<void>;
}): ReactNode {
  const { round, walkIns, ask, again } = props;
  const say = useSay();
  const textIn = useTextSay();
  const when = useWhen();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const there = chosen.filter((id) => walkIns.some((w) => w.id === id));
  return (
    <section className="waiting">
      {ask !== null && (
        <Describe
          round={round}
          people={there}
          done={async () => {
            setChosen([]);
            await again();
          }}
        />
      )}
      <Table<WalkIn>
        className="walk-ins"
        rowKey="id"
        size="small"
        scroll={{ x: 900 }}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        dataSource={[...walkIns]}
        {...(ask === null
          ? {}
          : {
              rowSelection: {
                selectedRowKeys: [...there],
                onChange: (keys) => setChosen(keys.map(String)),
                getCheckboxProps: ({ id, name }) => ({
                  disabled: !keyHexSchema.safeParse(id).success,
                  name: name ?? id,
                  'aria-label': say('person.choose', { name: nameText(name) }),
                }),
                getTitleCheckboxProps: () => ({ 'aria-label': say('action.choose-all') }),
              },
            })}
        columns={[
          { title: <Said word="term.name" />, render: (_, { name }) => textIn(nameText(name)) },
          { title: <Said word="term.number" />, render: (_, walkIn) => textIn(numberText(walkIn)) },
          {
            title: <Said word="term.station" />,
            render: (_, { station }) => (station === null ? '—' : say('station.numbered', { n: station })),
          },
          { title: <Said word="term.time" />, render: (_, { time }) => when(time) },
          { title: <Said word="term.unit" />, render: (_, { unit }) => unit ?? '—' },
          {
            title: <Said word="term.category" />,
            render: (_, { category }) => (category === null ? '—' : say(`affiliation.${category}`)),
          },
          {
            title: <Said word="term.note" />,
            render: (_, walkIn) => <Namesakes walkIn={walkIn} ask={ask} />,
          },
        ]}
      />
    </section>
  );
}

/** Whether somebody of the roster bears the name, and what was said about it. */
function Namesakes({ walkIn, ask }: { walkIn: WalkIn; ask: ((said: Identify) => void) | null }): ReactNode {
  const say = useSay();
  const others = walkIn.sameName.filter((p) => p.decided === 'other');
  return (
    <>
      {walkIn.sameName.some((p) => p.decided === 'open') && (
        <Tag color="red">
          <Said word="term.to-identify" />
        </Tag>
      )}
      {others.map((person) => (
        <div key={person.id} className="quiet">
          {say('walk-in.is-not', { person: personText(person) })}{' '}
          {ask !== null && (
            <SaidButton
              size="small"
              word="action.take-back"
              onClick={() => ask({ walkIn: walkIn.id, person: person.id, state: 'open' })}
            />
          )}
        </div>
      ))}
    </>
  );
}

function Describe({
  round,
  people,
  done,
}: {
  round: HttpRound;
  people: readonly string[];
  done: () => Promise<void>;
}): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const [unit, setUnit] = useState('');
  const [category, setCategory] = useState<WalkInCategory | null>(null);
  const describe = useMutation({
    mutationFn: () =>
      client.send(
        'POST',
        `/api/v1/rounds/${round.id}/walk-ins`,
        { json: { people, unit: unit.trim() === '' ? null : unit.trim(), category } },
        madeEventSchema,
      ),
    onSuccess: done,
  });
  return (
    <>
      <div className="hand-over-choice">
        <span>{say('person.chosen', { n: people.length })}</span>
        <Input
          aria-label={say('term.unit')}
          placeholder={say('term.unit')}
          style={{ width: 200 }}
          maxLength={60}
          value={unit}
          onChange={({ target }) => setUnit(target.value)}
        />
        <Select<WalkInCategory | null>
          aria-label={say('term.category')}
          placeholder={say('term.category')}
          style={{ width: 170 }}
          allowClear
          value={category}
          onChange={(chosen) => setCategory(chosen ?? null)}
          options={WALK_IN_CATEGORIES.map((value) => ({ value, label: say(`affiliation.${value}`) }))}
        />
        <SaidButton
          type="primary"
          word="action.apply"
          disabled={people.length === 0 || (unit.trim() === '' && category === null)}
          loading={describe.isPending}
          onClick={() => describe.mutate()}
        />
      </div>
      <Trouble error={describe.error} />
    </>
  );
}
