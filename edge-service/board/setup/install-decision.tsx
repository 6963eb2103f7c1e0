import { useState, type ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { InputNumber } from 'antd';
import type { z } from 'zod';
import { madeEventSchema, type HttpRound, type installSchema } from '#shared/contract/http.ts';
import type { forkSchema, quarantinedEventSchema, unfiledRunSchema } from '#shared/contract/http-installs.ts';
import type { PlainKey } from '#shared/language/message.ts';
import { useBoard } from '../parts/board-context.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import type { Say } from '#shared/language/say.ts';
import { useSay } from '../parts/language.tsx';

export type Install = z.infer<typeof installSchema>;
export type Fork = z.infer<typeof forkSchema>;
export type Quarantined = z.infer<typeof quarantinedEventSchema>;
export type Run = z.infer<typeof unfiledRunSchema>;

/** What the lead is about to decide; each goes into the edge's own journal with a reason. */
export type Decision =
  | { of: 'exception'; install: Install }
  | { of: 'fork'; fork: Fork }
  | { of: 'quarantine'; event: Quarantined }
  | { of: 'filing'; run: Run };

const decisionWords: Readonly<Record<Decision['of'], PlainKey>> = {
  exception: 'action.settle',
  fork: 'term.fork-reviewed',
  quarantine: 'action.settle-quarantine',
  filing: 'action.file-events',
};

/** Asks for the reason of one decision and sends it; closes once the edge has it. */
export function InstallDecision(props: {
  round: HttpRound;
  decision: Decision;
  close: () => void;
}): ReactNode {
  const say = useSay();
  const { round, decision, close } = props;
  const { client } = useBoard();
  const queries = useQueryClient();
  const [lastSequence, setLastSequence] = useState(decision.of === 'exception' ? decision.install.head : 0);
  const decide = useMutation({
    mutationFn: (reason: string) => {
      const { path, json } = requestOf(decision, { reason, lastSequence });
      return client.send('POST', `/api/v1/rounds/${round.id}/${path}`, { json }, madeEventSchema);
    },
    onSuccess: async () => {
      close();
      await queries.invalidateQueries();
    },
  });
  const field = (
    <InputNumber
      min={0}
      precision={0}
      value={lastSequence}
      onChange={(n) => setLastSequence(n ?? 0)}
      aria-label="编号 number"
    />
  );
  return (
    <ReasonQuestion
      word={decisionWords[decision.of]}
      about={aboutOf(say, decision, { round, field })}
      offered={[]}
      pending={decide.isPending}
      error={decide.error}
      answer={(reason) => decide.mutate(reason)}
      close={close}
    />
  );
}

function requestOf(
  decision: Decision,
  given: { reason: string; lastSequence: number },
): { path: string; json: unknown } {
  const { reason, lastSequence } = given;
  switch (decision.of) {
    case 'exception':
      return { path: 'exceptions', json: { install: decision.install.id, lastSequence, reason } };
    case 'fork':
      return { path: `forks/${decision.fork.id}`, json: { reason } };
    case 'quarantine':
      return { path: `quarantine/${encodeURIComponent(decision.event.event)}`, json: { reason } };
    case 'filing': {
      const { install, from, to } = decision.run;
      return { path: 'filings', json: { install, from, to, reason } };
    }
  }
}

const filedWords = { test: '试刷', unfiled: '未归轮的打卡', 'unknown-round': '主机不认识的轮次的打卡' };

function aboutOf(say: Say, decision: Decision, shown: { round: HttpRound; field: ReactNode }): ReactNode {
  switch (decision.of) {
    case 'exception':
      return (
        <>
          这台机器联系不上或不会再来。屏幕上显示的最后编号:{shown.field}(已收到 {decision.install.watermark}
          )。写明怎么知道的。
        </>
      );
    case 'fork':
      return (
        <>
          这份记录有两台机器用过,或有两份(换机、重新配对、恢复或复制)。都保留,重复的不重复计数。看过以后写明结论。
        </>
      );
    case 'quarantine':
      return (
        <>
          {stationName(say, decision.event.station)}第 {numberOf(decision.event)}{' '}
          条记录内容不能用,已原样保存。写明怎么处理的。
        </>
      );
    case 'filing':
      return (
        <>
          把 {decision.run.swipes} 次{filedWords[decision.run.phase]}归入 <b>{shown.round.name}</b>
          。原记录不变。
        </>
      );
  }
}

export const stationName = (say: Say, station: number | null): string =>
  station === null ? '—' : say('station.numbered', { n: station });
/** The event's number in its journal, as the kiosk's screen counts. */
export const numberOf = (event: Quarantined): string => event.event.slice(event.event.lastIndexOf(':') + 1);
