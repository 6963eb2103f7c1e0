import { accessReports } from './access-reports.ts';
import { ledgerReports } from './ledger-reports.ts';
import { roundReports } from './round-reports.ts';

/** Everything that may be asked, by name; each runs on a connection that cannot write. */
export const REPORTS = { ...ledgerReports, ...accessReports, ...roundReports };

export type ReportName = keyof typeof REPORTS;
export type ReportArgs<N extends ReportName> = Parameters<(typeof REPORTS)[N]>[1];
export type ReportResult<N extends ReportName> = Awaited<ReturnType<(typeof REPORTS)[N]>>;
