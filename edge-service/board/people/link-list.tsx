import { useState, type ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Table, Tag } from 'antd';
import { madeEventSchema, type HttpRound } from '#shared/contract/http.ts';
import type { HttpLink, Links } from '#shared/contract/http-identity.ts';
import { whenText } from '#shared/site-time.ts';
import type { Words } from '#shared/words.ts';
import { useBoard, useNow } from '../parts/board-context.tsx';
import { Heading, Said, SaidButton } from '../parts/said.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { KIND_WORDS, rosterWords } from './same-names.tsx';

interface Shown {
  round: HttpRound;
  links: Links;
  mayDecide: boolean;
  again: () => Promise<void>;
}
type State = HttpLink['state'];

const STATE_WORDS: Readonly<Record<State, Words & { color: string }>> = {
  applied: { zh: '已合并', en: 'applied', color: 'green' },
  held: { zh: '待核对,未合并', en: 'held back', color: 'red' },
  refused: { zh: '登记错了', en: 'refused', color: 'gold' },
  undone: { zh: '已撤销', en: 'undone', color: 'default' },
};

/** `身份证 110***0010 测甲` */
function credentialWords({ kind, number, name }: HttpLink['credentials'][number]): string {
  return [kind === null ? '没有刷过的号码' : KIND_WORDS[kind], number, name]
    .filter((text) => text !== null)
    .join(' ');
}

const byWords = ({ station, by }: Pick<HttpLink, 'station' | 'by'>): string =>
  station === null ? (by ?? '主机') : `${station}号台${by === null ? '' : ` ${by}`}`;

/** Links that would make one person of several: a question with all their names. Each link is right or wrong, for a reason. */
export function HeldLinks({ round, links, mayDecide, again }: Shown): ReactNode {
  const now = useNow();
  const [asked, setAsked] = useState<{ link: HttpLink; state: 'accepted' | 'refused' } | null>(null);
  return (
    <>
      {links.held.map((group) => (
        <section className="card finding finding-open" key={group.links.join(' ')} data-testid="held">
          <h4>登记的号码连着 {group.people.length} 个人,是同一人?</h4>
          {group.people.map((person) => (
            <p key={person.id}>
              <b>{rosterWords(person)}</b> {person.tested ? '已打卡' : '没有打卡'}
              {person.onRoster ? '' : '(名单外)'}
            </p>
          ))}
          <p>
            核对之前不合并,各人照旧计数。
            <small lang="en">
              {' '}
              Linked numbers would make one person of them; nothing is joined until decided.
            </small>
          </p>
          <ul className="hypotheses">
            {group.links
              .flatMap((id) => links.links.find((link) => link.id === id) ?? [])
              .map((link) => (
                <li key={link.id}>
                  {byWords(link)} {whenText(Date.parse(link.time), now)}:
                  {link.credentials.map(credentialWords).join(' = ')}
                  {link.reason === null ? '' : `(${link.reason})`}{' '}
                  {mayDecide && (
                    <span className="actions">
                      <SaidButton
                        size="small"
                        word="term.link-right"
                        onClick={() => setAsked({ link, state: 'accepted' })}
                      />
                      <SaidButton
                        size="small"
                        word="term.link-wrong"
                        onClick={() => setAsked({ link, state: 'refused' })}
                      />
                    </span>
                  )}
                </li>
              ))}
          </ul>
        </section>
      ))}
      {asked !== null && <LinkQuestion {...asked} round={round} again={again} close={() => setAsked(null)} />}
    </>
  );
}

function LinkQuestion(props: {
  link: HttpLink;
  state: 'accepted' | 'refused';
  round: HttpRound;
  again: () => Promise<void>;
  close: () => void;
}): ReactNode {
  const { link, state, round, again, close } = props;
  const { client } = useBoard();
  const decide = useMutation({
    mutationFn: (reason: string) =>
      client.send(
        'POST',
        `/api/v1/rounds/${round.id}/links/${encodeURIComponent(link.id)}/decision`,
        { json: { state, reason } },
        madeEventSchema,
      ),
    onSuccess: async () => {
      close();
      await again();
    },
  });
  return (
    <ReasonQuestion
      word={state === 'accepted' ? 'term.link-right' : 'term.link-wrong'}
      about={`${link.credentials.map(credentialWords).join(' = ')}:${state === 'accepted' ? '确是同一人,合并计数。' : '不是同一人,不合并。'}`}
      offered={state === 'accepted' ? ['问过本人', '花名册重复'] : ['卡登记错人', '问过本人']}
      pending={decide.isPending}
      error={decide.error}
      answer={(reason) => decide.mutate(reason)}
      close={close}
    />
  );
}

/** Every link: who, when, why, which numbers, and whether it counts; undone here. */
export function LinkList({ round, links, mayDecide, again }: Shown): ReactNode {
  const { client } = useBoard();
  const now = useNow();
  const undo = useMutation({
    mutationFn: (link: HttpLink) =>
      client.send(
        'DELETE',
        `/api/v1/rounds/${round.id}/links/${encodeURIComponent(link.id)}`,
        null,
        madeEventSchema,
      ),
    onSettled: again,
  });
  if (links.links.length === 0) return null;
  return (
    <section className="waiting" data-testid="links">
      <Heading word="term.links" />
      <Table<HttpLink>
        className="links"
        rowKey="id"
        size="small"
        scroll={{ x: 900 }}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        dataSource={[...links.links]}
        columns={[
          { title: <Said word="term.linked-by" />, render: (_, link) => byWords(link) },
          { title: <Said word="term.time" />, render: (_, { time }) => whenText(Date.parse(time), now) },
          {
            title: <Said word="term.numbers" />,
            render: (_, { credentials }) => credentials.map(credentialWords).join(' = '),
          },
          { title: <Said word="term.reason" />, render: (_, { reason }) => reason ?? '—' },
          { title: <Said word="term.result" />, render: (_, link) => <Standing link={link} /> },
          {
            title: '',
            key: 'action',
            align: 'right',
            render: (_, link) =>
              mayDecide &&
              link.state !== 'undone' && (
                <SaidButton
                  size="small"
                  word="action.take-back"
                  loading={undo.isPending}
                  onClick={() => undo.mutate(link)}
                />
              ),
          },
        ]}
      />
    </section>
  );
}

function Standing({ link: { state, decided } }: { link: HttpLink }): ReactNode {
  return (
    <>
      <Tag color={STATE_WORDS[state].color}>
        <Said word={STATE_WORDS[state]} />
      </Tag>
      {decided !== null && (
        <span className="quiet">
          {decided.by ?? ''}
          {decided.reason === null ? '' : `:${decided.reason}`}
        </span>
      )}
    </>
  );
}
