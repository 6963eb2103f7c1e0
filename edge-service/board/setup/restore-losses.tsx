import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { z } from 'zod';
import { listOf, madeEventSchema } from '#shared/contract/http.ts';
import { restoreLossSchema } from '#shared/contract/http-installs.ts';
import { may, type Role } from '#shared/permissions.ts';
import { dayAndTime } from '#shared/site-time.ts';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';
import { SaidButton } from '../parts/said.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';

type Loss = z.infer<typeof restoreLossSchema>;
const NOTED = { zh: '已知悉', en: 'Acknowledge' };

/** Above every page until the lead has taken note: what people decided and a restore has lost. */
export function RestoreLosses({ roles }: { roles: readonly Role[] }): ReactNode {
  const { client } = useBoard();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Loss | null>(null);
  const list = useQuery({
    queryKey: ['restore-losses'],
    queryFn: () => client.get('/api/v1/restore-losses', listOf('losses', restoreLossSchema)),
    refetchInterval: LISTS_AGAIN_MS,
  });
  const acknowledge = useMutation({
    mutationFn: (of: { id: string; reason: string }) =>
      client.send(
        'POST',
        `/api/v1/restore-losses/${of.id}/acknowledgement`,
        { json: { reason: of.reason } },
        madeEventSchema,
      ),
    onSuccess: async () => {
      setAsked(null);
      await queries.invalidateQueries({ queryKey: ['restore-losses'] });
    },
  });
  const open = (list.data?.losses ?? []).filter((l) => l.acknowledgedAt === null);
  return (
    <>
      {open.map((l) => (
        <Alert
          key={l.id}
          type="error"
          title={`恢复备份丢失了主机的第 ${l.from}–${l.to} 条决定(${dayAndTime(Date.parse(l.at))} 得知):作废、原因、说明、归档等请核对后重做`}
          description={
            <small lang="en">
              Decisions {l.from}–{l.to} of the edge were lost in a restore: check and make them again.
            </small>
          }
          action={may(roles, 'install.decide') && <SaidButton word={NOTED} onClick={() => setAsked(l)} />}
        />
      ))}
      {asked !== null && (
        <ReasonQuestion
          word={NOTED}
          about={`主机的第 ${asked.from}–${asked.to} 条决定`}
          offered={['已核对并重做']}
          pending={acknowledge.isPending}
          error={acknowledge.error}
          answer={(reason) => acknowledge.mutate({ id: asked.id, reason })}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}
