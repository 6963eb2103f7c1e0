import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { z } from 'zod';
import { listOf, madeEventSchema } from '#shared/contract/http.ts';
import { journalClaimSchema } from '#shared/contract/http-installs.ts';
import { may, type Role } from '#shared/permissions.ts';
import { LISTS_AGAIN_MS, useBoard, useNow } from '../parts/board-context.tsx';
import { SaidButton } from '../parts/said.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { useSay } from '../parts/language.tsx';
import { message, type Message } from '#shared/language/message.ts';
import { whenMessage } from '#shared/language/time-message.ts';

type Claim = z.infer<typeof journalClaimSchema>;
const CONTINUE = 'action.let-continue';
const BEGIN_ANEW = 'action.begin-anew';

/**
 * Above every page until the lead has answered: a kiosk paired anew says a journal is its own, and the edge cannot tell. What
 * it holds waits, so this is no matter for a page of the settings.
 */
export function JournalClaims({ roles }: { roles: readonly Role[] }): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const now = useNow();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<{ claim: Claim; continues: boolean } | null>(null);
  const list = useQuery({
    queryKey: ['journal-claims'],
    queryFn: () => client.get('/api/v1/journal-claims', listOf('claims', journalClaimSchema)),
    refetchInterval: LISTS_AGAIN_MS,
  });
  const answer = useMutation({
    mutationFn: (given: { claim: Claim; continues: boolean; reason: string }) => {
      const { claim, continues, reason } = given;
      const path = `/api/v1/journal-claims/${claim.install}/${claim.pairing}`;
      return client.send('POST', path, { json: { continues, reason } }, madeEventSchema);
    },
    onSuccess: async () => {
      setAsked(null);
      await queries.invalidateQueries();
    },
  });
  const mayDecide = may(roles, 'install.decide');
  return (
    <>
      {(list.data?.claims ?? []).map((claim) => (
        <Alert
          key={`${claim.install} ${claim.pairing}`}
          data-testid="journal-claim"
          type="warning"
          title={say(claimWords(claim, now))}
          action={
            mayDecide && (
              <span className="actions">
                <SaidButton
                  type="primary"
                  word={CONTINUE}
                  onClick={() => setAsked({ claim, continues: true })}
                />
                <SaidButton word={BEGIN_ANEW} onClick={() => setAsked({ claim, continues: false })} />
              </span>
            )
          }
        />
      ))}
      {asked !== null && (
        <ReasonQuestion
          word={asked.continues ? CONTINUE : BEGIN_ANEW}
          about={say(
            asked.continues ? 'machine.claim-continues' : 'machine.claim-begins-anew',
            stationsOf(asked.claim),
          )}
          offered={asked.continues ? [say('machine.same-computer')] : [say('machine.other-computer')]}
          pending={answer.isPending}
          error={answer.error}
          answer={(reason) => answer.mutate({ ...asked, reason })}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

const stationsOf = ({
  station,
  wasStation,
}: Claim): { station: Message | string; wasStation: Message | string } => ({
  station: stationWord(station),
  wasStation: stationWord(wasStation),
});
const stationWord = (station: number | null): Message | string =>
  station === null ? '—' : message('station.within', { n: station });

/** Who wants to go on with whose journal, and how much of it is here. */
function claimWords(claim: Claim, now: number): Message {
  const { device, wasDevice, events, lastContact, ownerPaired } = claim;
  const said = message('machine.claim', {
    ...stationsOf(claim),
    device: device ?? '',
    wasDevice: wasDevice ?? '',
    n: events,
    when: lastContact === null ? '—' : whenMessage(Date.parse(lastContact), now),
  });
  return ownerPaired ? message('machine.claim-still-paired', { claim: said }) : said;
}
