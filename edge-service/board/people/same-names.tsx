import type { ReactNode } from 'react';
import { Popconfirm, Table } from 'antd';
import type { JoinedWalkIn, KnownPerson, WalkIn } from '#shared/contract/http-identity.ts';
import { whenText } from '#shared/site-time.ts';
import { useNow } from '../parts/board-context.tsx';
import { Heading, Said, SaidButton } from '../parts/said.tsx';

/** What is said of a walk-in and somebody of the roster. */
export interface Identify {
  walkIn: string;
  person: string;
  state: 'same' | 'other' | 'open';
}

export const KIND_WORDS = {
  id: '身份证',
  physical: '卡号',
  staff: '工号',
  document: '证件',
  none: '没有证件',
} as const;

/** `110***********0013`, `工号 00141`, `没有证件` */
export function numberWords({ kind, number }: { kind: WalkIn['kind']; number: string | null }): string {
  if (number === null) return KIND_WORDS[kind ?? 'none'];
  return kind === null || kind === 'id' ? number : `${KIND_WORDS[kind]} ${number}`;
}

/** `范晓丽 00141 · 三车间 · 焊接班` */
export const rosterWords = ({ name, staffNumber, number, workshop, team }: KnownPerson): string =>
  [
    `${name ?? '(没有姓名)'} ${staffNumber ?? number ?? ''}`.trim(),
    ...[workshop, team].filter((text) => text !== null && text !== ''),
  ].join(' · ');

/** 花名册里有同名 …,是同一人? Joined, or told apart, with one press. */
export function SameNames(props: {
  walkIns: readonly WalkIn[];
  /** Null: this person may look and not decide. */
  ask: ((said: Identify) => void) | null;
  pending: boolean;
}): ReactNode {
  const { walkIns, ask, pending } = props;
  const now = useNow();
  return walkIns.map((walkIn) => (
    <section className="card finding finding-open" key={walkIn.id} data-testid="same-name">
      <h4>
        名单外:{walkIn.name} {numberWords(walkIn)}
      </h4>
      <p className="quiet">
        {walkIn.station === null ? '' : `${walkIn.station}号台 `}
        {whenText(Date.parse(walkIn.time), now)} 打卡
      </p>
      {walkIn.sameName
        .filter((person) => person.decided === 'open')
        .map((person) => (
          <div key={person.id}>
            <p>
              花名册里有同名 <b>{rosterWords(person)}</b>,没有打卡,是同一人?
              <br />
              <small lang="en">
                Somebody of that name is on the roster without a swipe: the same person?
              </small>
            </p>
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
  const now = useNow();
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
          { title: <Said word="term.person" />, render: (_, { person }) => rosterWords(person) },
          { title: <Said word="term.number" />, render: (_, { walkIn }) => numberWords(walkIn) },
          { title: <Said word="term.account" />, render: (_, { by }) => by ?? '—' },
          { title: <Said word="term.time" />, render: (_, { time }) => whenText(Date.parse(time), now) },
          {
            title: '',
            key: 'action',
            align: 'right',
            render: (_, { walkIn, person }) =>
              ask !== null && (
                <Popconfirm
                  title={`撤销“${person.name ?? ''}是同一人”?`}
                  description="撤销后此人又算名单外,花名册里的人又算没有打卡。"
                  okText="撤销 Undo"
                  cancelText="取消 Cancel"
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
