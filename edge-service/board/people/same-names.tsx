import type { ReactNode } from 'react';
import { Popconfirm, Table } from 'antd';
import type { JoinedWalkIn, WalkIn } from '#shared/contract/http-identity.ts';
import { useSay } from '../parts/language.tsx';
import { Heading, Said, SaidButton, useTextSay } from '../parts/said.tsx';
import { useWhen } from '../parts/when.ts';
import { nameText, numberText, personText } from './person-words.ts';

/** What is said of a walk-in and somebody of the roster. */
export interface Identify {
  walkIn: string;
  person: string;
  state: 'same' | 'other' | 'open';
}

/** 花名册里有同名 …,是同一人? Joined, or told apart, with one press. */
export function SameNames(props: {
  walkIns: readonly WalkIn[];
  /** Null: this person may look and not decide. */
  ask: ((said: Identify) => void) | null;
  pending: boolean;
}): ReactNode {
  const { walkIns, ask, pending } = props;
  const say = useSay();
  const when = useWhen();
  return walkIns.map((walkIn) => (
    <section className="card finding finding-open" key={walkIn.id} data-testid="same-name">
      <h4>{say('walk-in.named', { name: nameText(walkIn.name), number: numberText(walkIn) })}</h4>
      <p className="quiet">
        {walkIn.station === null
          ? say('walk-in.swiped', { when: when(walkIn.time) })
          : say('walk-in.swiped-at', { station: walkIn.station, when: when(walkIn.time) })}
      </p>
      {walkIn.sameName
        .filter((person) => person.decided === 'open')
        .map((person) => (
          <div key={person.id}>
            <p>{say('walk-in.same-person-asked', { person: personText(person) })}</p>
            {ask !== null && (
              <span className="actions">
                <SaidButton
                  type="primary"
                  word="term.same-person"
                  loading={pending}
                  onClick={() => ask({ walkIn: walkIn.id, person: person.id, state: 'same' })}
                />
                <SaidButton
                  word="term.other-person"
                  loading={pending}
                  onClick={() => ask({ walkIn: walkIn.id, person: person.id, state: 'other' })}
                />
              </span>
            )}
          </div>
        ))}
    </section>
  ));
}

/** Who was joined with somebody of the roster, by whom; undone here. */
export function JoinedWalkIns(props: {
  joined: readonly JoinedWalkIn[];
  ask: ((said: Identify) => void) | null;
}): ReactNode {
  const { joined, ask } = props;
  const say = useSay();
  const textIn = useTextSay();
  const when = useWhen();
  if (joined.length === 0) return null;
  return (
    <section className="waiting" data-testid="joined">
      <Heading word="term.identified" />
      <Table<JoinedWalkIn>
        rowKey={({ walkIn, person }) => `${walkIn.id} ${person.id}`}
        size="small"
        scroll={{ x: 760 }}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        dataSource={[...joined]}
        columns={[
          { title: <Said word="term.person" />, render: (_, { person }) => textIn(personText(person)) },
          { title: <Said word="term.number" />, render: (_, { walkIn }) => textIn(numberText(walkIn)) },
          { title: <Said word="term.account" />, render: (_, { by }) => by ?? '—' },
          { title: <Said word="term.time" />, render: (_, { time }) => when(time) },
          {
            title: '',
            key: 'action',
            align: 'right',
            render: (_, { walkIn, person }) =>
              ask !== null && (
                <Popconfirm
                  title={say('walk-in.separate', { name: nameText(person.name) })}
                  description={say('walk-in.separate-means')}
                  okText={<Said word="action.take-back" />}
                  cancelText={<Said word="action.cancel" />}
                  onConfirm={() => ask({ walkIn: walkIn.id, person: person.id, state: 'open' })}
                >
                  <SaidButton size="small" word="action.take-back" />
                </Popconfirm>
              ),
          },
        ]}
      />
    </section>
  );
}
