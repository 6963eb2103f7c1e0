/** The paragraph for the bureau, as it is read out on the telephone. */
export const report = {
  'report.kind-of-test': 'nucleic acid test',
  'report.round-of-tests': '{round}, nucleic acid test',
  'report.paragraph':
    '[{site}] {round}: {roster} on the books, {expected} expected{amended}; {people} tested ({made}); {untested} not tested ({missing}; {excused}); tubes: {tubes}. As of {at, date, day} {at, time, clock}{closed}{out}.',
  'report.in-brackets': ' ({what})',
  'report.made-of': '{onRoster} on the roster, {walkIns, plural, one {# walk-in} other {# walk-ins}}',
  'report.missing': 'missing {people}',
  'report.not-yet': 'session not over {people}',
  'report.excused': '{n} with reason',
  'report.excused-by': '{n} with reason: {reasons}',
  'report.reason': '{reason} {people}',
  'report.closed': 'closed',
  'report.to-come': 'station {station}: {n, plural, one {# record} other {# records}} to come',
} as const;
