import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { Alert, Input, Table, Tag } from 'antd';
import { listOf, roundSchema, type HttpRound } from '#shared/contract/http.ts';
import { unfiledRunSchema } from '#shared/contract/http-installs.ts';
import { useWhen } from '../parts/when.ts';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';
import { Heading, Said, SaidButton, Trouble } from '../parts/said.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { stationName, type Run } from './install-decision.tsx';
import { useSay } from '../parts/language.tsx';
import { message, type Message } from '#shared/language/message.ts';

const PAGED = { pageSize: 8, hideOnSinglePage: true, showSizeChanger: false };

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
  const say = useSay();
  const { round, mayDecide, file } = props;
  const when = useWhen();
  const [asked, setAsked] = useState<Strayed | null>(null);
  const list = useRuns(mayDecide);
  const runs = list.data?.runs ?? [];
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
            scroll={{ x: 860 }}
            pagination={PAGED}
            columns={[
              {
                title: <Said word="term.station" />,
                render: (_, r) => (
                  <>
                    {stationName(say, r.station)} <small className="quiet">{r.install.slice(0, 8)}</small>
                  </>
                ),
              },
              { title: <Said word="term.state" />, render: (_, r) => <RunState run={r} /> },
              {
                title: <Said word="term.swipes" />,
                render: (_, r) => (
                  <>
                    {r.swipes}
                    {r.unreadables > 0 && (
                      <small className="quiet"> {say('swipes.also-unread', { n: r.unreadables })}</small>
                    )}
                  </>
                ),
              },
              {
                title: <Said word="term.time" />,
                render: (_, r) => `${when(r.firstTime)} – ${when(r.lastTime)}`,
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
  const say = useSay();
  if (!isStrayed(run)) return say(`swipes.${run.phase}`);
  return (
    <>
      {say(`swipes.${run.phase}`)} <small className="quiet">{run.round.slice(0, 8)}</small>{' '}
      {run.phase === 'test' && <Tag color="red">{say('swipes.unknown-round')}</Tag>}
      {run.roundKeys === 'held' ? (
        <Tag color="green">{say('swipes.key-held')}</Tag>
      ) : (
        <Tag color="red">{say('swipes.key-gone')}</Tag>
      )}
    </>
  );
}

/** Asks for a name and a reason, and makes the round again. */
function RoundRecreation(props: { run: Strayed; swipes: number; close: () => void }): ReactNode {
  const say = useSay();
  const { run, swipes, close } = props;
  const { client } = useBoard();
  const queries = useQueryClient();
  const [name, setName] = useState(say('swipes.found-round', { at: Date.parse(run.firstTime) }));
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
          <p>{say('swipes.recreate', { id: run.round.slice(0, 8), n: swipes })}</p>
          {run.roundKeys === 'held' ? (
            <p>{say('swipes.recreate-with-key')}</p>
          ) : (
            <p className="warn">{say('swipes.recreate-without-key', { file: `round-${run.round}.json` })}</p>
          )}
          <Input
            prefix={<Said word="term.round-name" />}
            aria-label={say('term.round-name')}
            value={name}
            maxLength={60}
            onChange={(e) => setName(e.target.value)}
          />
        </>
      }
      offered={[say('swipes.backup-older')]}
      pending={recreate.isPending}
      error={recreate.error}
      answer={(reason) => recreate.mutate(reason)}
      close={close}
    />
  );
}

/** Above every page of the lead: swipes that count nowhere because this edge does not know their round, or their kiosk knew none. */
export function StrayedBand({ round, show }: { round: HttpRound | null; show: () => void }): ReactNode {
  const say = useSay();
  const runs = useRuns(true).data?.runs ?? [];
  const strayed = summed(runs.filter(isStrayed));
  const unfiled = summed(runs.filter((run) => round !== null && mayBelongTo(round, run)));
  return (
    <>
      {strayed !== null && (
        <Alert
          data-testid="strayed"
          type="error"
          title={say('swipes.strayed', { swipes: strayed })}
          action={<SaidButton word="term.installs" onClick={show} />}
        />
      )}
      {unfiled !== null && (
        <Alert
          data-testid="of-no-round"
          type="warning"
          title={say('swipes.of-no-round', { swipes: unfiled })}
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
function summed(runs: readonly Run[]): Message | null {
  if (runs.length === 0) return null;
  const sum = (of: 'swipes' | 'unreadables'): number => runs.reduce((all, r) => all + r[of], 0);
  const [n, unread] = [sum('swipes'), sum('unreadables')];
  const stations = [...new Set(runs.map((r) => r.station))].map((station) =>
    station === null ? '—' : message('station.numbered', { n: station }),
  );
  return unread === 0
    ? message('swipes.summed', { stations, n })
    : message('swipes.summed-unread', { stations, n, unread });
}
