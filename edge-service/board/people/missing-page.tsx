import { useState, type ReactNode } from 'react';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Empty, Popconfirm, Spin, Statistic, Tag } from 'antd';
import { may, type Role } from '#shared/permissions.ts';
import { madeEventSchema, missingSchema, type HttpRound, type Missing } from '#shared/contract/http.ts';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { ExportLinks } from '../parts/export-links.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { clockText } from '#shared/site-time.ts';

type Group = Missing['groups'][number];
type Person = Group['missing'][number];
type Excused = Group['excused'][number];
const REASONS = ['休假', '隔离', '出差', '病假', '产假', '已离职'];

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
  const mayExcuse = may(roles, 'excuse.decide');
  if (list.error !== null) return <Trouble error={list.error} />;
  if (list.data === undefined) return <Spin size="large" />;
  const { groups, missing, toIdentify, notYet, excused, complete, finalUpTo } = list.data;
  const accused = groups.filter((g) => g.missing.length > 0);
  const waiting = groups.filter((g) => g.notYet.length > 0);
  const withReason = groups.filter((g) => g.excused.length > 0);
  return (
    <>
      <Heading word="term.missing-list">
        {may(roles, 'people.export') && <ExportLinks round={round} what={['missing']} />}
      </Heading>
      <div className="sums">
        <Statistic title={<Said word="term.missing-now" />} value={missing} {...openOf(toIdentify)} />
        <Statistic title={<Said word="term.not-yet" />} value={notYet} />
        <Statistic title={<Said word="term.excused" />} value={excused} />
        <p className="quiet">
          {complete
            ? '各台记录已到齐'
            : `记录还没到齐${finalUpTo === null ? '' : `,到 ${clockText(Date.parse(finalUpTo))} 为止是准的`}:名单里可能有人已采样`}
          <br />
          <small lang="en">
            {complete
              ? 'all stations have delivered'
              : 'not complete yet: some of these may have been sampled'}
          </small>
        </p>
      </div>
      {toIdentify > 0 && (
        <p className="warn">
          漏检 {missing}(其中 {toIdentify} 人身份待核对):名单外有同名的人打过卡,或登记的卡号还没有核对。
          {may(roles, 'walk-in.read') && <a href="#walk-ins"> 去“名单外”核对</a>}
          <small lang="en"> {toIdentify} of these may stand among the walk-ins.</small>
        </p>
      )}
      {mayExcuse && missing + notYet > 0 && (
        <p className="quiet">
          点姓名登记未检原因(休假、隔离、出差……)。
          <small lang="en"> Press a name to enter a reason.</small>
        </p>
      )}
      {accused.length === 0 && (
        <Empty
          description={
            notYet > 0
              ? '场次还没结束,还没有漏检 · sessions are not over: nobody is missing yet'
              : '没有漏检 · nobody is missing'
          }
        />
      )}
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
              <section className="card team" key={g.id}>
                <h4>{teamName(g)}</h4>
                <p className="names">
                  {g.excused.map((p) => (
                    <span key={p.id}>
                      {markedName(p)} <Tag>{p.reason}</Tag>
                      {mayExcuse && <WithdrawExcuse round={round} person={p} />}
                    </span>
                  ))}
                </p>
              </section>
            ))}
          </div>
        </>
      )}
    </>
  );
}

/** 撤销原因: the person counts as missing again (or 未到场次) unless another reason stands. */
function WithdrawExcuse({ round, person }: { round: HttpRound; person: Excused }): ReactNode {
  const { client } = useBoard();
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
        title={`撤销${person.name}的“${person.reason}”?`}
        description="撤销后算漏检(场次未过的算未到场次)。"
        okText="撤销 Withdraw"
        cancelText="取消 Cancel"
        onConfirm={() => withdraw.mutate()}
      >
        <SaidButton size="small" word="action.withdraw-excuse" loading={withdraw.isPending} />
      </Popconfirm>
      <Trouble error={withdraw.error} />
    </>
  );
}

/** Nobody who may stand among the walk-ins is named without saying so. */
const markedName = ({ name, toIdentify }: Person): string => (toIdentify ? `${name}(身份待核对)` : name);
const openOf = (toIdentify: number): { suffix?: string } =>
  toIdentify === 0 ? {} : { suffix: `(其中 ${toIdentify} 人身份待核对)` };

const teamName = (g: Group): string => [g.workshop, g.team].filter((t) => t !== '').join(' · ') || '未分班组';

function TeamCard(props: {
  group: Group;
  people: readonly Person[];
  round: HttpRound;
  mayExcuse: boolean;
}): ReactNode {
  const { group, people, round, mayExcuse } = props;
  const { client } = useBoard();
  const queries = useQueryClient();
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
    <section className="card team" aria-label={teamName(group)}>
      <header>
        <h4>
          {teamName(group)} <b>{people.length} 人</b>
        </h4>
        {group.text !== null && <CopyButton text={group.text} word="action.copy" label={teamName(group)} />}
      </header>
      {group.leader !== null && <p className="quiet">班组长 {group.leader}</p>}
      <p className="names">
        {people.map((p) =>
          mayExcuse ? (
            <button
              type="button"
              key={p.id}
              title="登记未检原因 · enter a reason"
              onClick={() => setAsked(p)}
            >
              {markedName(p)}
            </button>
          ) : (
            <span key={p.id}>{markedName(p)}</span>
          ),
        )}
      </p>
      {asked !== null && (
        <ReasonQuestion
          word="action.enter-excuse"
          about={`${asked.name}(${teamName(group)})为什么没有采样?登记后算“有原因”,不算漏检。`}
          offered={REASONS}
          pending={excuse.isPending}
          error={excuse.error}
          answer={(reason) => excuse.mutate({ person: asked.id, reason })}
          close={() => setAsked(null)}
        />
      )}
    </section>
  );
}
