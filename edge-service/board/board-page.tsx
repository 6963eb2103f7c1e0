import type { ReactNode } from 'react';
import { Empty, Spin } from 'antd';
import type { BoardSnapshot } from '#shared/contract/board.ts';
import type { HttpRound } from '#shared/contract/http.ts';
import type { Page } from './parts/page-access.ts';
import { AccountsPage } from './setup/accounts-page.tsx';
import { BlindEntryPage } from './lab/blind-entry-page.tsx';
import { FindPage } from './people/find-page.tsx';
import { may } from '#shared/permissions.ts';
import { UnfiledRuns } from './setup/unfiled-runs.tsx';
import { InstallsPage } from './setup/installs-page.tsx';
import { LivePage } from './live/live-page.tsx';
import { MissingPage } from './people/missing-page.tsx';
import { OpeningsPage } from './people/openings-page.tsx';
import { WalkInsPage } from './people/walk-ins-page.tsx';
import { PairingPage } from './setup/pairing-page.tsx';
import { ReconcilePage } from './lab/reconcile-page.tsx';
import { ReportPage } from './live/report-page.tsx';
import { RosterPage } from './setup/roster-page.tsx';
import { RoundsPage } from './setup/rounds-page.tsx';
import { TubesPage } from './tubes/tubes-page.tsx';
import { Said } from './parts/said.tsx';
import type { Session } from './parts/session.ts';

interface Shown {
  page: Page;
  site: string;
  session: Session;
  round: HttpRound | null;
  snapshot: BoardSnapshot | null;
  /** When the edge was last heard; null while it is. */
  staleSince: number | null;
  loading: boolean;
}

/** The page asked for. Pages about a round wait for one; those about all of them, and those that make rounds, kiosks and accounts, do not. */
export function BoardPage(shown: Shown): ReactNode {
  const { page, site, session, round, snapshot, staleSince, loading } = shown;
  const { roles } = session;
  if (page === 'rounds') return <RoundsPage site={site} roles={roles} />;
  if (page === 'pairing') return <PairingPage round={round} />;
  if (page === 'accounts') return <AccountsPage />;
  if (page === 'find') return <FindPage />;
  if (page === 'openings') return <OpeningsPage />;
  if (loading) return <Spin size="large" />;
  if (round === null)
    return (
      <>
        {page === 'installs' && (
          <UnfiledRuns round={null} mayDecide={may(roles, 'install.decide')} file={() => undefined} />
        )}
        <Empty description={<Said word="round.none-yet" />} />
      </>
    );
  if (page === 'roster') return <RosterPage key={round.id} round={round} />;
  if (page === 'entry') return <BlindEntryPage round={round} roles={roles} />;
  if (page === 'installs') return <InstallsPage round={round} roles={roles} />;
  const listsVersion = snapshot?.listsVersion ?? 0;
  if (page === 'missing') return <MissingPage round={round} roles={roles} listsVersion={listsVersion} />;
  if (page === 'walk-ins')
    return <WalkInsPage key={round.id} round={round} roles={roles} listsVersion={listsVersion} />;
  if (page === 'reconcile') return <ReconcilePage round={round} roles={roles} listsVersion={listsVersion} />;
  if (snapshot === null) return <Spin size="large" />;
  const figures = { site, round, roles, snapshot };
  if (page === 'tubes') return <TubesPage {...figures} staleSince={staleSince} />;
  if (page === 'report') return <ReportPage {...figures} />;
  page satisfies 'live'; // a page that is not shown above does not compile
  return <LivePage snapshot={snapshot} />;
}
