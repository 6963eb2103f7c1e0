import { reasonText } from '#shared/language/reason-text.ts';
import { useState, type ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { Table, Tag } from 'antd';
import { madeEventSchema, type HttpRound } from '#shared/contract/http.ts';
import type { HttpLink, Links } from '#shared/contract/http-identity.ts';
import { listed, type PlainKey } from '#shared/language/message.ts';
import type { Say } from '#shared/language/say.ts';
import { useBoard } from '../parts/board-context.tsx';
import { useSay } from '../parts/language.tsx';
import { Heading, Said, SaidButton, useTextSay } from '../parts/said.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { useWhen } from '../parts/when.ts';
import { credentialsText, linkerText, personText } from './person-words.ts';

interface Shown {
  round: HttpRound;
  links: Links;
  mayDecide: boolean;
  again: () => Promise<void>;
}
type State = HttpLink['state'];

const STATE_TAGS: Readonly<Record<State, { word: PlainKey; color: string }>> = {
  applied: { word: 'link.applied', color: 'green' },
  held: { word: 'link.held', color: 'red' },
  refused: { word: 'term.link-wrong', color: 'gold' },
  undone: { word: 'link.undone', color: 'default' },
};
/** Reasons people give most for a decision. */
const OFFERED = {
  accepted: ['reason.person-asked', 'reason.on-roster-twice'],
  refused: ['reason.enrolled-wrong-person', 'reason.person-asked'],
} as const satisfies Record<string, readonly PlainKey[]>;

/** Links that would make one person of several: a question with all their names. Each link is right or wrong, for a reason. */
export function HeldLinks({ round, links, mayDecide, again }: Shown): ReactNode {
  const say = useSay();
  const textIn = useTextSay();
  const when = useWhen();
  const [asked, setAsked] = useState<{ link: HttpLink; state: 'accepted' | 'refused' } | null>(null);
  return (
    <>
      {links.held.map((group) => (
        <section className="card finding finding-open" key={group.links.join(' ')} data-testid="held">
          <h4>{say('link.asked', { n: group.people.length })}</h4>
          {group.people.map((person) => (
            <p key={person.id}>
              <b>{textIn(personText(person))}</b>{' '}
              {say('person.stands-in-link', {
                swiped: person.tested ? 'yes' : 'no',
                onRoster: person.onRoster ? 'yes' : 'no',
              })}
            </p>
          ))}
          <p>{say('link.held-means')}</p>
          <ul className="hypotheses">
            {group.links
              .flatMap((id) => links.links.find((link) => link.id === id) ?? [])
              .map((link) => (
                <li key={link.id}>
                  {madeWords(say, link, when(link.time))}{' '}
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

/** `1号台 09:12:卡号 00000000000000AA = 身份证 110***0010 测甲(补卡)` */
function madeWords(say: Say, link: HttpLink, when: string): string {
  const made = { by: linkerText(link), when, numbers: credentialsText(link) };
  return link.reason === null
    ? say('link.made', made)
    : say('link.made-because', { ...made, reason: reasonText(link.reason) });
}

function LinkQuestion(props: {
  link: HttpLink;
  state: 'accepted' | 'refused';
  round: HttpRound;
  again: () => Promise<void>;
  close: () => void;
}): ReactNode {
  const { link, state, round, again, close } = props;
  const say = useSay();
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
      about={say(state === 'accepted' ? 'link.accept-means' : 'link.refuse-means', {
        numbers: credentialsText(link),
      })}
      offered={OFFERED[state].map((key) => say<PlainKey>(key))}
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
  const textIn = useTextSay();
  const when = useWhen();
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
          { title: <Said word="term.linked-by" />, render: (_, link) => textIn(linkerText(link)) },
          { title: <Said word="term.time" />, render: (_, { time }) => when(time) },
          {
            title: <Said word="term.numbers" />,
            render: (_, link) => textIn(credentialsText(link)),
          },
          {
            title: <Said word="term.reason" />,
            render: (_, { reason }) => (reason === null ? '—' : textIn(reasonText(reason))),
          },
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
  const textIn = useTextSay();
  const { word, color } = STATE_TAGS[state];
  const said =
    decided === null
      ? []
      : [decided.by, decided.reason === null ? null : reasonText(decided.reason)].filter(
          (text) => text !== null,
        );
  return (
    <>
      <Tag color={color}>
        <Said word={word} />
      </Tag>
      {decided !== null && <span className="quiet">{textIn(listed('list.colon', said) ?? '')}</span>}
    </>
  );
}
