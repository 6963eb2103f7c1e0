import { useState, type ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { InputNumber } from 'antd';
import type { z } from 'zod';
import { madeEventSchema, type HttpRound, type installSchema } from '#shared/contract/http.ts';
import type { forkSchema, quarantinedEventSchema, unfiledRunSchema } from '#shared/contract/http-installs.ts';
import { message, type Message, type PlainKey } from '#shared/language/message.ts';
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
    <InputNumber min={0} precision={0} value={lastSequence} onChange={(n) => setLastSequence(n ?? 0)} />
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

const FILED = {
  test: 'machine.file-test',
  unfiled: 'machine.file-unfiled',
  'unknown-round': 'machine.file-unknown-round',
} as const;

/** What is decided and what follows from it; `field` is where the number asked for is typed. */
function aboutOf(say: Say, decision: Decision, shown: { round: HttpRound; field: ReactNode }): ReactNode {
  switch (decision.of) {
    case 'exception':
      return (
        <>
          <p>{say('machine.will-not-come', { n: decision.install.watermark })}</p>
          <label>
            {say('machine.last-number-shown')} {shown.field}
          </label>
        </>
      );
    case 'fork':
      return say('machine.fork-means');
    case 'quarantine':
      return say('machine.record-unusable', {
        station: stationWord(decision.event.station),
        n: numberOf(decision.event),
      });
    case 'filing':
      return say(FILED[decision.run.phase], { n: decision.run.swipes, round: shown.round.name });
  }
}

/** `2号台`; a dash where it is not known. */
const stationWord = (station: number | null): Message | string =>
  station === null ? '—' : message('station.numbered', { n: station });
export const stationName = (say: Say, station: number | null): string =>
  station === null ? '—' : say('station.numbered', { n: station });
/** The event's number in its journal, as the kiosk's screen counts. */
export const numberOf = (event: Quarantined): string => event.event.slice(event.event.lastIndexOf(':') + 1);
