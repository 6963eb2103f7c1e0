import type { ReactNode } from 'react';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { z } from 'zod';
import { healthSchema } from '#shared/contract/http.ts';
import { LISTS_AGAIN_MS, useBoard, useNow } from '../parts/board-context.tsx';
import { ProblemError } from '../parts/edge-client.ts';
import { useSay } from '../parts/language.tsx';
import { dayAndTimeMessage, whenMessage } from '#shared/language/time-message.ts';

function useHealth(): UseQueryResult<z.infer<typeof healthSchema>> {
  const { client } = useBoard();
  return useQuery({
    queryKey: ['database'],
    queryFn: () => client.get('/api/v1/health', healthSchema),
    refetchInterval: LISTS_AGAIN_MS,
    retry: false,
  });
}

/** Above everything, whoever looks and whether logged in or not: the database is damaged, and what to do. */
export function DatabaseBand(): ReactNode {
  const say = useSay();
  const health = useHealth();
  // Where nothing can be read any more, the question itself is refused for it.
  const isRefused = health.error instanceof ProblemError && health.error.code === 'database-damaged';
  const since = health.data?.database.damagedAt ?? null;
  if (!isRefused && since === null) return null;
  return (
    <Alert
      data-testid="database-damaged"
      type="error"
      banner
      title={
        since === null
          ? say('machine.database-damaged')
          : say('machine.database-damaged-since', { when: dayAndTimeMessage(Date.parse(since)) })
      }
      description={say('machine.until-restored')}
    />
  );
}

/** When the file was last looked through, and with what result. */
export function DatabaseChecked(): ReactNode {
  const say = useSay();
  const health = useHealth();
  const now = useNow();
  if (health.data === undefined) return null;
  const { damagedAt, checkedAt } = health.data.database;
  const when = checkedAt === null ? null : whenMessage(Date.parse(checkedAt), now);
  return (
    <span className={damagedAt === null ? 'quiet' : 'warn'} data-testid="database-checked">
      {damagedAt !== null
        ? say('machine.is-damaged')
        : when === null
          ? say('machine.is-checked')
          : say('machine.checked', { when })}
    </span>
  );
}
