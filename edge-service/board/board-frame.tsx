import { useEffect, useState, type ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Empty, Menu, Select } from 'antd';
import { z } from 'zod';
import { type HttpRound, listOf, roundSchema } from '#shared/contract/http.ts';
import { may } from '#shared/permissions.ts';
import { isEntryOnly, pagesFor, SETTINGS_PAGES, type Page } from './parts/page-access.ts';
import { LISTS_AGAIN_MS, useBoard } from './parts/board-context.tsx';
import { BlindEntryPage } from './lab/blind-entry-page.tsx';
import { EdgeClockBand } from './live/edge-clock-band.tsx';
import { LadderBar } from './live/ladder-bar.tsx';
import { JournalClaims } from './setup/journal-claims.tsx';
import { StrayedBand } from './setup/unfiled-runs.tsx';
import { RestoreLosses } from './setup/restore-losses.tsx';
import { BoardPage } from './board-page.tsx';
import { Said, Trouble } from './parts/said.tsx';
import { snapshotOf, useLive } from './live/use-live.ts';
import type { Session } from './parts/session.ts';
import { useAccountLanguage } from './parts/account-language.ts';
import { problemWords } from './parts/edge-client.ts';
import { LanguageChoice, useSay } from './parts/language.tsx';

/** Everything behind the login: the top line, the ladder, the menu and one page; a lab clerk alone gets the entry page and nothing else. */
export function BoardFrame({
  site,
  session,
  left,
}: {
  site: string;
  session: Session;
  left: () => void;
}): ReactNode {
  const say = useSay();
  const { client } = useBoard();
  const unkept = useAccountLanguage(session);
  const rounds = useQuery({
    queryKey: ['rounds'],
    queryFn: () => client.get('/api/v1/rounds', listOf('rounds', roundSchema)),
    refetchInterval: LISTS_AGAIN_MS, // a lab clerk hears no changes, and nobody those of another round
  });
  const [chosen, setChosen] = useState<string | null>(null);
  const all = rounds.data?.rounds ?? [];
  const round = all.find((r) => r.id === chosen) ?? currentRound(all);
  const blind = isEntryOnly(session.roles);
  // Another round that opens must not slip under the hands of somebody who enters counts.
  if (chosen === null && round !== null && may(session.roles, 'lab.enter-blind')) setChosen(round.id);
  const logout = useMutation({
    mutationFn: () => client.send('DELETE', '/api/v1/session', null, z.unknown()),
    onSuccess: left,
    onError: left,
  });

  return (
    <div className="board">
      <header className="top">
        <span className="brand">{say('term.muster')}</span>
        <span className="site">{site}</span>
        {all.length > 0 && (
          <Select
            aria-label={say('term.round')}
            value={round?.id ?? null}
            onChange={setChosen}
            style={{ minWidth: 240 }}
            options={all.map((r) => ({ value: r.id, label: `${r.name} · ${say(`round-state.${r.state}`)}` }))}
          />
        )}
        <span className="spring" />
        <LanguageChoice />
        <span>{session.name}</span>
        <Button size="small" onClick={() => logout.mutate()}>
          {say('action.log-out')}
        </Button>
      </header>
      {unkept !== null && (
        <Alert
          type="warning"
          showIcon
          title={say('account.language-not-kept')}
          description={<Said word={problemWords(unkept)} />}
        />
      )}
      <Trouble error={rounds.error} />
      {blind ? (
        <main className="page">
          {round === null ? <NoRound /> : <BlindEntryPage round={round} roles={session.roles} />}
        </main>
      ) : (
        <Inside site={site} session={session} round={round} loading={rounds.isPending} />
      )}
    </div>
  );
}

/** The newest round that is open or settling, else the newest of all. */
function currentRound(rounds: readonly HttpRound[]): HttpRound | null {
  return (
    rounds.find((r) => r.state === 'open') ?? rounds.find((r) => r.state === 'settling') ?? rounds[0] ?? null
  );
}

function NoRound(): ReactNode {
  const say = useSay();
  return <Empty description={say('round.none-yet')} />;
}

function Inside(props: {
  site: string;
  session: Session;
  round: HttpRound | null;
  loading: boolean;
}): ReactNode {
  const { site, session, round, loading } = props;
  const live = useLive(round?.id ?? null);
  const [page, open] = usePage(session);
  const snapshot = snapshotOf(live);
  const told = snapshot === null ? null : `${snapshot.listsVersion} ${snapshot.state}`;
  const queries = useQueryClient();
  useEffect(() => {
    // what a round has (roster, list, state) is told with its row
    if (told !== null) void queries.invalidateQueries({ queryKey: ['rounds'] });
  }, [queries, told]);
  return (
    <>
      <EdgeClockBand />
      {may(session.roles, 'install.inspect') && <RestoreLosses roles={session.roles} />}
      {may(session.roles, 'install.inspect') && <JournalClaims roles={session.roles} />}
      {may(session.roles, 'install.decide') && <StrayedBand round={round} show={() => open('installs')} />}
      {round !== null && <LadderBar live={live} />}
      <Menus session={session} page={page} open={open} />
      <main className={live.live === 'stale' ? 'page page-stale' : 'page'}>
        <BoardPage
          page={page}
          site={site}
          session={session}
          round={round}
          snapshot={snapshot}
          staleSince={live.live === 'stale' ? live.heardAt : null}
          loading={loading}
        />
      </main>
    </>
  );
}

/** The page named behind # in the address, so that a big screen keeps its page over a reload. */
function usePage(session: Session): [Page, (page: Page) => void] {
  const allowed = pagesFor(session.roles);
  const [hash, setHash] = useState(() => location.hash.slice(1));
  useEffect(() => {
    const moved = (): void => setHash(location.hash.slice(1));
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  const page = allowed.find((p) => p.page === hash)?.page ?? allowed[0]?.page ?? 'live';
  return [page, (next) => (location.hash = next)];
}

function Menus({
  session,
  page,
  open,
}: {
  session: Session;
  page: Page;
  open: (page: Page) => void;
}): ReactNode {
  const say = useSay();
  const allowed = pagesFor(session.roles);
  const item = (p: (typeof allowed)[number]) => ({ key: p.page, label: <Said word={p.word} /> });
  const settings = allowed.filter((p) => SETTINGS_PAGES.has(p.page));
  const items = [
    ...allowed.filter((p) => !SETTINGS_PAGES.has(p.page)).map(item),
    ...(settings.length === 0
      ? []
      : [{ key: 'settings', label: <Said word="term.settings" />, children: settings.map(item) }]),
  ];
  return (
    <nav className="nav" aria-label={say('term.pages')}>
      <Menu mode="horizontal" selectedKeys={[page]} items={items} onClick={({ key }) => open(key as Page)} />
    </nav>
  );
}
