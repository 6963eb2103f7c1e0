import { reasonText } from '#shared/language/reason-text.ts';
import { useState, type ReactNode } from 'react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Empty, Popconfirm, Spin, Statistic, Tag } from 'antd';
import { may, type Role } from '#shared/permissions.ts';
import { madeEventSchema, missingSchema, type HttpRound, type Missing } from '#shared/contract/http.ts';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { ExportLinks } from '../parts/export-links.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { Heading, Said, SaidButton, Trouble, useWords } from '../parts/said.tsx';
import { useSay } from '../parts/language.tsx';
import { message, type Message, type PlainKey, type Text } from '#shared/language/message.ts';
import { missedName, teamText } from '#shared/language/missing-text.ts';
import { sayText } from '#shared/language/say.ts';

type Group = Missing['groups'][number];
type Person = Group['missing'][number];
type Excused = Group['excused'][number];
const REASONS: readonly PlainKey[] = [
  'reason.on-leave',
  'reason.in-isolation',
  'reason.business-trip',
  'reason.sick-leave',
  'reason.maternity-leave',
  'reason.left-the-firm',
];

/** 漏检 by workshop and team: names only, for this page gets photographed. 未到场次 stands apart: nobody is accused yet. */
export function MissingPage({
  round,
  roles,
  listsVersion,
}: {
  round: HttpRound;
  roles: readonly Role[];
  listsVersion: number;
}): ReactNode {
  const { client } = useBoard();
  const path = `/api/v1/rounds/${round.id}`;
  const list = useQuery({
    queryKey: ['missing', round.id, listsVersion],
    queryFn: () => client.get(`${path}/missing`, missingSchema),
    refetchInterval: LISTS_AGAIN_MS,
    placeholderData: keepPreviousData,
  });
  const say = useSay();
  const mayExcuse = may(roles, 'excuse.decide');
  if (list.error !== null) return <Trouble error={list.error} />;
  if (list.data === undefined) return <Spin size="large" />;
  const { groups, missing, toIdentify, notYet } = list.data;
  const accused = groups.filter((g) => g.missing.length > 0);
  const waiting = groups.filter((g) => g.notYet.length > 0);
  const withReason = groups.filter((g) => g.excused.length > 0);
  return (
    <>
      <Heading word="term.missing-list">
        {may(roles, 'people.export') && <ExportLinks round={round} what={['missing']} />}
      </Heading>
      <Sums list={list.data} />
      {toIdentify > 0 && (
        <p className="warn">
          {say('missing.to-identify-means', { missing, n: toIdentify })}
          {may(roles, 'walk-in.read') && <a href="#walk-ins"> {say('missing.to-walk-ins')}</a>}
        </p>
      )}
      {mayExcuse && missing + notYet > 0 && <p className="quiet">{say('missing.press-name')}</p>}
      {accused.length === 0 && <Empty description={say(notYet > 0 ? 'missing.none-yet' : 'missing.none')} />}
      <div className="teams">
        {accused.map((g) => (
          <TeamCard key={g.id} group={g} people={g.missing} round={round} mayExcuse={mayExcuse} />
        ))}
      </div>
      {waiting.length > 0 && (
        <>
          <Heading word="term.not-yet" />
          <div className="teams">
            {waiting.map((g) => (
              <TeamCard
                key={g.id}
                group={{ ...g, text: null }}
                people={g.notYet}
                round={round}
                mayExcuse={mayExcuse}
              />
            ))}
          </div>
        </>
      )}
      {withReason.length > 0 && (
        <>
          <Heading word="term.excused" />
          <div className="teams">
            {withReason.map((g) => (
              <ExcusedCard key={g.id} group={g} round={round} mayExcuse={mayExcuse} />
            ))}
          </div>
        </>
      )}
    </>
  );
}

/** How many are missing, still to come and excused, and whether that may change. */
function Sums({ list }: { list: Missing }): ReactNode {
  const say = useSay();
  const { missing, toIdentify, notYet, excused, complete, finalUpTo } = list;
  const of = message('count.to-identify', { n: toIdentify });
  return (
    <div className="sums">
      <Statistic
        title={<Said word="term.missing-now" />}
        value={missing}
        {...(toIdentify > 0 && { suffix: say('report.in-brackets', { what: of }) })}
      />
      <Statistic title={<Said word="term.not-yet" />} value={notYet} />
      <Statistic title={<Said word="term.excused" />} value={excused} />
      <p className="quiet">{say(arrived({ complete, finalUpTo }))}</p>
    </div>
  );
}

function arrived({ complete, finalUpTo }: Pick<Missing, 'complete' | 'finalUpTo'>): Message {
  if (complete) return message('missing.all-delivered');
  return finalUpTo === null
    ? message('missing.not-complete')
    : message('missing.not-complete-since', { at: Date.parse(finalUpTo) });
}

/** Those of a team who have a reason. */
function ExcusedCard({
  group,
  round,
  mayExcuse,
}: {
  group: Group;
  round: HttpRound;
  mayExcuse: boolean;
}): ReactNode {
  const say = useSay();
  return (
    <section className="card team">
      <h4>{sayText(say, teamText(group))}</h4>
      <p className="names">
        {group.excused.map((p) => (
          <span key={p.id}>
            {sayText(say, missedName(p))} <Tag>{sayText(say, reasonText(p.reason))}</Tag>
            {mayExcuse && <WithdrawExcuse round={round} person={p} />}
          </span>
        ))}
      </p>
    </section>
  );
}

/** 撤销原因: the person counts as missing again (or 未到场次) unless another reason stands. */
function WithdrawExcuse({ round, person }: { round: HttpRound; person: Excused }): ReactNode {
  const { client } = useBoard();
  const say = useSay();
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () =>
      client.send(
        'DELETE',
        `/api/v1/rounds/${round.id}/excuses/${encodeURIComponent(person.excuse)}`,
        null,
        madeEventSchema,
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['missing'] }),
  });
  return (
    <>
      <Popconfirm
        title={say('missing.withdraw', { name: nameOf(person), reason: reasonText(person.reason) })}
        description={say('missing.withdraw-means')}
        okText={<Said word="action.withdraw-excuse" />}
        cancelText={<Said word="action.cancel" />}
        onConfirm={() => withdraw.mutate()}
      >
        <SaidButton size="small" word="action.withdraw-excuse" loading={withdraw.isPending} />
      </Popconfirm>
      <Trouble error={withdraw.error} />
    </>
  );
}

const nameOf = ({ name }: Pick<Person, 'name'>): Text => name ?? message('person.name-purged');

function TeamCard(props: {
  group: Group;
  people: readonly Person[];
  round: HttpRound;
  mayExcuse: boolean;
}): ReactNode {
  const { group, people, round, mayExcuse } = props;
  const { client } = useBoard();
  const say = useSay();
  const wordsIn = useWords();
  const queries = useQueryClient();
  const team = sayText(say, teamText(group));
  const [asked, setAsked] = useState<Person | null>(null);
  const excuse = useMutation({
    mutationFn: (json: { person: string; reason: string }) =>
      client.send('POST', `/api/v1/rounds/${round.id}/excuses`, { json }, madeEventSchema),
    onSuccess: async () => {
      setAsked(null);
      await queries.invalidateQueries({ queryKey: ['missing'] });
    },
  });
  return (
    <section className="card team" aria-label={team}>
      <header>
        <h4>
          {team} <b>{say('count.persons', { n: people.length })}</b>
        </h4>
        {group.text !== null && <CopyButton text={wordsIn(group.text)} word="action.copy" label={team} />}
      </header>
      {group.leader !== null && <p className="quiet">{say('missing.leader', { name: group.leader })}</p>}
      <p className="names">
        {people.map((p) =>
          mayExcuse ? (
            <button type="button" key={p.id} title={say('action.enter-excuse')} onClick={() => setAsked(p)}>
              {sayText(say, missedName(p))}
            </button>
          ) : (
            <span key={p.id}>{sayText(say, missedName(p))}</span>
          ),
        )}
      </p>
      {asked !== null && (
        <ReasonQuestion
          word="action.enter-excuse"
          about={say('missing.why-not-sampled', { name: nameOf(asked), team })}
          offered={REASONS.map((key) => say<PlainKey>(key))}
          pending={excuse.isPending}
          error={excuse.error}
          answer={(reason) => excuse.mutate({ person: asked.id, reason })}
          close={() => setAsked(null)}
        />
      )}
    </section>
  );
}
