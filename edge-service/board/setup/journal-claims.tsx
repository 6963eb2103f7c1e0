import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { z } from 'zod';
import { listOf, madeEventSchema } from '#shared/contract/http.ts';
import { journalClaimSchema } from '#shared/contract/http-installs.ts';
import { may, type Role } from '#shared/permissions.ts';
import { whenText } from '#shared/site-time.ts';
import type { Words } from '#shared/words.ts';
import { LISTS_AGAIN_MS, useBoard, useNow } from '../parts/board-context.tsx';
import { SaidButton } from '../parts/said.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { stationName } from './install-decision.tsx';

type Claim = z.infer<typeof journalClaimSchema>;
const CONTINUE: Words = { zh: '接受这台电脑继续它的记录', en: 'Let this computer continue its journal' };
const BEGIN_ANEW: Words = { zh: '不是这台,另起一份', en: 'Not this one: begin a new journal' };

/**
 * Above every page until the lead has answered: a kiosk paired anew says a journal is its own, and the edge cannot tell. What
 * it holds waits, so this is no matter for a page of the settings.
 */
export function JournalClaims({ roles }: { roles: readonly Role[] }): ReactNode {
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
  const heard = ({ lastContact }: Claim): string =>
    lastContact === null ? '—' : whenText(Date.parse(lastContact), now);
  return (
    <>
      {(list.data?.claims ?? []).map((claim) => (
        <Alert
          key={`${claim.install} ${claim.pairing}`}
          data-testid="journal-claim"
          type="warning"
          title={`${stationName(claim.station)} ${claim.device ?? ''} 重新配对后要接着传 ${stationName(claim.wasStation)} ${claim.wasDevice ?? ''} 的记录(已收到 ${claim.events} 条,最后联系 ${heard(claim)}),主机无法确认是同一台电脑。该机照常打卡,在您决定前不上传${claim.ownerPaired ? '。原来的配对仍有效,请先确认没有另一台电脑在用' : ''}`}
          description={
            <small lang="en">
              A kiosk paired anew wants to continue a journal, and the edge cannot tell whether it is the same
              computer. It counts on and sends nothing until this is decided.
              {claim.ownerPaired &&
                ' The earlier pairing is still good: make sure no other computer uses it.'}
            </small>
          }
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
          about={
            asked.continues
              ? `${stationName(asked.claim.wasStation)}的记录由现在的${stationName(asked.claim.station)}继续,原来的配对不再能写它。`
              : `${stationName(asked.claim.station)}另起一份记录,把本机存的全部重新上传;两份都保留,重复的不重复计数。`
          }
          offered={asked.continues ? ['就是原来那台电脑'] : ['不是原来那台电脑']}
          pending={answer.isPending}
          error={answer.error}
          answer={(reason) => answer.mutate({ ...asked, reason })}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}
