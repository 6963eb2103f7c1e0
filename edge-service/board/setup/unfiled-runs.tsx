import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { Alert, Input, Table, Tag } from 'antd';
import { listOf, roundSchema, type HttpRound } from '#shared/contract/http.ts';
import { unfiledRunSchema } from '#shared/contract/http-installs.ts';
import { dayText, whenText } from '#shared/site-time.ts';
import { LISTS_AGAIN_MS, useBoard, useNow } from '../parts/board-context.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import type { Words } from '#shared/words.ts';
import { stationName, type Run } from './install-decision.tsx';

const PAGED = { pageSize: 8, hideOnSinglePage: true, showSizeChanger: false };
const phaseWords = {
  test: '试刷 test',
  unfiled: '未归轮 unfiled',
  'unknown-round': '主机没有这一轮 unknown round',
};

type Strayed = Run & { round: string };
/** Taken for a round this edge does not know: it was lost in a restore, or never was here. */
const isStrayed = (run: Run): run is Strayed => run.round !== null && !run.roundKnown;

function useRuns(enabled: boolean): UseQueryResult<{ runs: Run[] }> {
  const { client } = useBoard();
  return useQuery({
    queryKey: ['unfiled'],
    enabled,
    refetchInterval: LISTS_AGAIN_MS,
    queryFn: () => client.get('/api/v1/unfiled', listOf('runs', unfiledRunSchema)),
  });
}

/** Every swipe that stands in no ladder, in runs, with what the lead can do about each. */
export function UnfiledRuns(props: {
  /** Null: this edge has no round at all. */
  round: HttpRound | null;
  mayDecide: boolean;
  file: (run: Run) => void;
}): ReactNode {
  const { round, mayDecide, file } = props;
  const now = useNow();
  const [asked, setAsked] = useState<Strayed | null>(null);
  const list = useRuns(mayDecide);
  const runs = list.data?.runs ?? [];
  const at = (time: string): string => whenText(Date.parse(time), now);
  return (
    <>
      <Trouble error={list.error} />
      {runs.length > 0 && (
        <section className="waiting" data-testid="unfiled">
          <Heading word="term.unfiled" />
          <Table<Run>
            rowKey="id"
            size="small"
            dataSource={runs}
            pagination={PAGED}
            columns={[
              {
                title: <Said word="term.station" />,
                render: (_, r) => (
                  <>
                    {stationName(r.station)} <small className="quiet">{r.install.slice(0, 8)}</small>
                  </>
                ),
              },
              { title: <Said word="term.state" />, render: (_, r) => <RunState run={r} /> },
              {
                title: <Said word="term.swipes" />,
                render: (_, r) => (
                  <>
                    {r.swipes}
                    {r.unreadables > 0 && <small className="quiet"> 另未读出 {r.unreadables}</small>}
                  </>
                ),
              },
              {
                title: <Said word="term.time" />,
                render: (_, r) => `${at(r.firstTime)} – ${at(r.lastTime)}`,
              },
              {
                title: '',
                key: 'action',
                align: 'right' as const,
                render: (_, r) => (
                  <span className="actions">
                    {isStrayed(r) && (
                      <SaidButton
                        size="small"
                        type="primary"
                        word="action.recreate-round"
                        onClick={() => setAsked(r)}
                      />
                    )}
                    {round !== null && r.roundKeys !== 'gone' && (
                      <SaidButton size="small" word="action.file-events" onClick={() => file(r)} />
                    )}
                  </span>
                ),
              },
            ]}
          />
        </section>
      )}
      {asked !== null && (
        <RoundRecreation
          run={asked}
          swipes={runs.filter((r) => r.round === asked.round).reduce((sum, r) => sum + r.swipes, 0)}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

function RunState({ run }: { run: Run }): ReactNode {
  if (!isStrayed(run)) return phaseWords[run.phase];
  return (
    <>
      {phaseWords[run.phase]} <small className="quiet">{run.round.slice(0, 8)}</small>{' '}
      {run.phase === 'test' && <Tag color="red">主机没有这一轮</Tag>}
      {run.roundKeys === 'held' ? (
        <Tag color="green">密钥还在 key here</Tag>
      ) : (
        <Tag color="red">密钥不在,认不出是谁 key gone</Tag>
      )}
    </>
  );
}

/** Asks for a name and a reason, and makes the round again. */
function RoundRecreation(props: { run: Strayed; swipes: number; close: () => void }): ReactNode {
  const { run, swipes, close } = props;
  const { client } = useBoard();
  const queries = useQueryClient();
  const [name, setName] = useState(`${dayText(Date.parse(run.firstTime))} 找回的轮次`);
  const recreate = useMutation({
    mutationFn: (reason: string) =>
      client.send(
        'POST',
        `/api/v1/rounds/${run.round}/recreation`,
        { json: { reason, ...(name.trim() !== '' && { name: name.trim() }) } },
        roundSchema,
      ),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries();
    },
  });
  return (
    <ReasonQuestion
      word="action.recreate-round"
      about={
        <>
          <p>
            主机里没有编号 {run.round.slice(0, 8)} 的轮次,可能是恢复备份时丢的。重新建立它:编号照旧,它的{' '}
            {swipes}{' '}
            次打卡从此计入这一轮。采样台、管、场次按打卡推出;花名册、检测机构的清单、未检原因要重新做。
            <br />
            <small lang="en">
              It gets its own id again and its swipes count; roster, laboratory list and excuses must be given
              anew.
            </small>
          </p>
          {run.roundKeys === 'held' ? (
            <p>密钥文件还在密钥目录里,照旧使用:重复打卡认得出,导入花名册后姓名也对得上。</p>
          ) : (
            <p className="warn">
              密钥文件 round-{run.round}.json
              不在密钥目录里。还能知道:多少次、哪台、几点、哪支管;当时有密钥的,同一证件算一人,没有密钥的各算一人。
              不能知道:是谁;花名册不能导入,也就没有漏检名单。先找回密钥文件放进密钥目录再恢复,就和原来一样。
              <br />
              <small lang="en">
                Its key file is gone: how many, where and when can be known, not who; no roster can be
                imported. Put the file back first, if there is a copy.
              </small>
            </p>
          )}
          <Input
            prefix={<Said word="term.round-name" />}
            aria-label="轮次名称 Name"
            value={name}
            maxLength={60}
            onChange={(e) => setName(e.target.value)}
          />
        </>
      }
      offered={['恢复的备份早于这一轮']}
      pending={recreate.isPending}
      error={recreate.error}
      answer={(reason) => recreate.mutate(reason)}
      close={close}
    />
  );
}

/** Above every page of the lead: swipes that count nowhere because this edge does not know their round, or their kiosk knew none. */
export function StrayedBand({ round, show }: { round: HttpRound | null; show: () => void }): ReactNode {
  const runs = useRuns(true).data?.runs ?? [];
  const strayed = summed(runs.filter(isStrayed));
  const unfiled = summed(runs.filter((run) => round !== null && mayBelongTo(round, run)));
  return (
    <>
      {strayed !== null && (
        <Alert
          data-testid="strayed"
          type="error"
          title={`${strayed.zh}属于主机不认识的轮次(可能是恢复备份时丢的),现在哪一轮都不计入:请恢复那一轮,或归入已有的轮次`}
          description={
            <small lang="en">
              {strayed.en} are of a round this edge does not know and count nowhere: recreate it, or file
              them.
            </small>
          }
          action={<SaidButton word="term.installs" onClick={show} />}
        />
      )}
      {unfiled !== null && (
        <Alert
          data-testid="of-no-round"
          type="warning"
          title={`${unfiled.zh}时本机还不知道轮次,现在哪一轮都不计入,漏检里可能有这些人:请归入轮次`}
          description={
            <small lang="en">
              {unfiled.en} were taken while their kiosk knew no round and count nowhere: file them.
            </small>
          }
          action={<SaidButton word="term.installs" onClick={show} />}
        />
      )}
    </>
  );
}

/** Taken of no round since this one was opened; what was tried out before a round concerns nobody. */
function mayBelongTo({ state, openedAt }: HttpRound, run: Run): boolean {
  if (run.phase !== 'unfiled' || isStrayed(run) || openedAt === null) return false;
  return (state === 'open' || state === 'settling') && Date.parse(run.lastTime) >= Date.parse(openedAt);
}

/** How many they hold together, and where; null: there are none. */
function summed(runs: readonly Run[]): Words | null {
  if (runs.length === 0) return null;
  const sum = (of: 'swipes' | 'unreadables'): number => runs.reduce((all, r) => all + r[of], 0);
  const [swipes, unreadables] = [sum('swipes'), sum('unreadables')];
  const stations = [...new Set(runs.map((r) => stationName(r.station)))].join('、');
  return {
    zh: `${stations} 有 ${swipes} 次打卡${unreadables > 0 ? `、${unreadables} 次未读出` : ''}`,
    en: `${swipes} swipes and ${unreadables} unread cards`,
  };
}
