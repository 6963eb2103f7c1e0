import { useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { z } from 'zod';
import { listOf, madeEventSchema } from '#shared/contract/http.ts';
import { restoreLossSchema } from '#shared/contract/http-installs.ts';
import { may, type Role } from '#shared/permissions.ts';
import { LISTS_AGAIN_MS, useBoard } from '../parts/board-context.tsx';
import { SaidButton } from '../parts/said.tsx';
import { ReasonQuestion } from '../parts/reason-question.tsx';
import { useSay } from '../parts/language.tsx';
import { dayAndTimeMessage } from '#shared/language/time-message.ts';

type Loss = z.infer<typeof restoreLossSchema>;

/** Above every page until the lead has taken note: what people decided and a restore has lost. */
export function RestoreLosses({ roles }: { roles: readonly Role[] }): ReactNode {
  const say = useSay();
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
          title={say('machine.decisions-lost', {
            from: l.from,
            to: l.to,
            when: dayAndTimeMessage(Date.parse(l.at)),
          })}
          action={
            may(roles, 'install.decide') && (
              <SaidButton word="action.acknowledge" onClick={() => setAsked(l)} />
            )
          }
        />
      ))}
      {asked !== null && (
        <ReasonQuestion
          word="action.acknowledge"
          about={say('machine.lost-decisions', { from: asked.from, to: asked.to })}
          offered={[say('machine.made-again')]}
          pending={acknowledge.isPending}
          error={acknowledge.error}
          answer={(reason) => acknowledge.mutate({ id: asked.id, reason })}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}
