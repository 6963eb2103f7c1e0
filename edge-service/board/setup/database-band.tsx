import type { ReactNode } from 'react';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { z } from 'zod';
import { healthSchema } from '#shared/contract/http.ts';
import { dayAndTime, whenText } from '#shared/site-time.ts';
import { LISTS_AGAIN_MS, useBoard, useNow } from '../parts/board-context.tsx';
import { ProblemError } from '../parts/edge-client.ts';

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
      title={`主机的数据库已损坏${since === null ? '' : `(${dayAndTime(Date.parse(since))} 发现)`}:请停止主机,用最近的备份恢复(restore),再启动`}
      description={
        <>
          恢复之前,看板和报表上的数都不可靠。各台照常打卡;没有存下的留在各台,恢复后自动补传。
          <br />
          <small lang="en">
            The database of the edge is damaged: stop the edge, restore the last backup, start it again. Until
            then trust no number here. Kiosks go on counting and deliver again what they hold.
          </small>
        </>
      }
    />
  );
}

/** When the file was last looked through, and with what result. */
export function DatabaseChecked(): ReactNode {
  const health = useHealth();
  const now = useNow();
  if (health.data === undefined) return null;
  const { damagedAt, checkedAt } = health.data.database;
  const when = checkedAt === null ? null : whenText(Date.parse(checkedAt), now);
  return (
    <span className={damagedAt === null ? 'quiet' : 'warn'} data-testid="database-checked">
      {damagedAt !== null
        ? '数据库已损坏 damaged'
        : when === null
          ? '数据库检查中… checking'
          : `数据库 ${when} 检查过,完好 sound`}
    </span>
  );
}
