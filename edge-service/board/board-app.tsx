import { useState, type ReactNode } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Spin } from 'antd';
import { healthSchema, sessionSchema } from '#shared/contract/http.ts';
import { useBoard } from './parts/board-context.tsx';
import { BoardFrame } from './board-frame.tsx';
import { DatabaseBand } from './setup/database-band.tsx';
import { ProblemError } from './parts/edge-client.ts';
import { FirstSetUp, Login } from './entrance.tsx';
import { useSay } from './parts/language.tsx';
import { Trouble } from './parts/said.tsx';

/** What a visitor sees, under word of a damaged database. */
export function BoardApp(): ReactNode {
  return (
    <>
      <DatabaseBand />
      <Entered />
    </>
  );
}

/** Decides what a visitor sees first: the first set-up, the login, or the board of their roles. */
function Entered(): ReactNode {
  const { client } = useBoard();
  const say = useSay();
  const queries = useQueryClient();
  const [entered, setEntered] = useState(0);
  const health = useQuery({
    queryKey: ['health', entered],
    queryFn: () => client.get('/api/v1/health', healthSchema),
  });
  const session = useQuery({
    queryKey: ['session', entered],
    enabled: health.data !== undefined && !health.data.needsSetup,
    queryFn: async () => {
      try {
        return await client.get('/api/v1/session', sessionSchema);
      } catch (error) {
        if (error instanceof ProblemError && error.status === 401) return null;
        throw error;
      }
    },
  });
  const again = (): void => {
    queries.clear();
    setEntered((n) => n + 1);
  };

  const error = health.error ?? session.error;
  if (error !== null)
    return (
      <main className="entry">
        <div className="card">
          <Trouble error={error} />
          <Button onClick={again}>{say('action.try-again')}</Button>
        </div>
      </main>
    );
  if (health.data === undefined || (!health.data.needsSetup && session.data === undefined))
    return (
      <main className="entry">
        <Spin size="large" />
      </main>
    );
  const { site } = health.data;
  if (health.data.needsSetup) return <FirstSetUp site={site} done={again} />;
  if (session.data === null || session.data === undefined) return <Login site={site} done={again} />;
  return <BoardFrame site={site} session={session.data} left={again} />;
}
