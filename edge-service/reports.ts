import { accessReports } from './access-reports.ts';
import { boardReports } from './board-state.ts';
import { exportReports } from './export-reports.ts';
import { findReports } from './find-reports.ts';
import { importReports } from './import-reports.ts';
import { labEntryReports } from './lab-entries.ts';
import { ledgerReports } from './ledger-reports.ts';
import { peopleReports } from './people-reports.ts';
import { roundReports } from './round-reports.ts';

/** Everything that may be asked, by name; each runs on a connection that cannot write. */
export const REPORTS = {
  ...ledgerReports,
  ...accessReports,
  ...roundReports,
  ...labEntryReports,
  ...importReports,
  ...peopleReports,
  ...boardReports,
  ...exportReports,
  ...findReports,
};

export type ReportName = keyof typeof REPORTS;
export type ReportArgs<N extends ReportName> = Parameters<(typeof REPORTS)[N]>[1];
export type ReportResult<N extends ReportName> = Awaited<ReturnType<(typeof REPORTS)[N]>>;
