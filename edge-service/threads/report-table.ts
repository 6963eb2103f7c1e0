import { accessReports } from '../access/access-reports.ts';
import { boardReports } from '../rounds/board-reports.ts';
import { exportReports } from '../exports/export-reports.ts';
import { openingExports } from '../exports/opening-sheet.ts';
import { findReports } from '../people/find-reports.ts';
import { rosterReports } from '../roster/roster-import.ts';
import { labEntryReports } from '../lab/lab-entries.ts';
import { labImportReports } from '../lab/lab-import.ts';
import { countingReports } from '../counting/counting-reports.ts';
import { installReports } from '../ledger/install-reports.ts';
import { linkReports } from '../people/link-reports.ts';
import { openingReports } from '../people/opening-reports.ts';
import { peopleReports } from '../people/people-reports.ts';
import { rosterListReports } from '../people/roster-list.ts';
import { walkInReports } from '../people/walk-in-reports.ts';
import { roundReports } from '../rounds/round-reports.ts';

/** Everything that may be asked, by name; each runs on a connection that cannot write. */
export const REPORTS = {
  ...countingReports,
  ...installReports,
  ...accessReports,
  ...roundReports,
  ...labEntryReports,
  ...labImportReports,
  ...rosterReports,
  ...peopleReports,
  ...rosterListReports,
  ...linkReports,
  ...walkInReports,
  ...boardReports,
  ...exportReports,
  ...findReports,
  ...openingReports,
  ...openingExports,
};

export type ReportName = keyof typeof REPORTS;
export type ReportArgs<N extends ReportName> = Parameters<(typeof REPORTS)[N]>[1];
export type ReportResult<N extends ReportName> = Awaited<ReturnType<(typeof REPORTS)[N]>>;
