/** Lists of the laboratory: what may be wrong with a row. */
export const lab = {
  'lab.tube-missing': 'no tube code',
  'lab.tube-code': 'the tube code cannot be used',
  'lab.tube-ambiguous': 'the code lost its zeros and could be either of two tubes',
  'lab.count': 'the count must be a whole number from 0 to 1000',
  'lab.count-missing': 'no count',
  'lab.station': 'the station must be a number',
  'lab.batch': 'the batch is too long',
  'lab.tube-unknown': 'nobody here opened a tube of that code: is it right?',
  'lab.code-repaired': 'the code was completed from the codes opened here',
  'lab.total-differs': 'the total differs from the sum of the lines',
  'lab.header-missing': 'no header row: at least the columns tube and count are needed',
  'lab.sheet-skipped': 'this sheet has no header with tubes and counts and was not read',
  'lab.sheet-hidden': 'this sheet is hidden and was not read',
  'lab.rows-unnamed': 'rows without a tube code and a count were not read',
  'lab.no-tubes': 'there are no tubes on the list',
  'lab.no-list-yet': 'There is no list from the laboratory yet',
  'lab.not-blind': 'Not blind: this account may see our numbers, and the entry says so',
  'lab.how-to-enter':
    'Type the tube code and the number of swabs from the laboratory’s paper. Enter moves on and submits.',
  'lab.enter-tube': 'Enter the tube code',
  'lab.enter-swabs': 'Enter the number of swabs',
  'lab.whole-site': 'Total of the site',
  'lab.take-back-question': 'Take back your entry of {tube}: {count}?',
  'lab.awaits-second': 'waits for a second person',
  'lab.both-agree': 'both entered the same',
  'lab.both-differ': 'the two differ: each look again',
  'lab.list-version': 'version {version} · {lines, plural, one {# tube} other {# tubes}}',
  'lab.list-whole': 'the list is whole',
  'lab.list-not-whole': 'not whole: a tube not on it is not back yet',
  'lab.what-file':
    'XLSX or CSV: tube code and count; box and station may be there. A column of test results is neither read nor kept.',
  'lab.whole-with-this': 'With this file the list is whole: a tube not on it is not at the laboratory',
  'lab.stored': 'Stored: version {version} of the list, {lines, plural, one {# tube} other {# tubes}}',
  'lab.other-firms': '{n, plural, one {# row} other {# rows}} of other firms not taken in',
  'lab.rows-to-settle': '{n, plural, one {# row needs} other {# rows need}} work',
  'lab.replaces-whole':
    'The {lines, plural, one {# tube} other {# tubes}} of the present list no longer count, only those of this file; the old version is kept. The list is marked whole: a tube not on it is not at the laboratory.',
  'lab.replaces':
    'The {lines, plural, one {# tube} other {# tubes}} of the present list no longer count, only those of this file; the old version is kept. The list is marked as not whole: a tube not on it is not back yet.',
  'lab.adds-whole':
    'The {lines, plural, one {# tube stays} other {# tubes stay}}; of a code in both, the file counts. The list is marked whole: a tube not on it is not at the laboratory.',
  'lab.adds':
    'The {lines, plural, one {# tube stays} other {# tubes stay}}; of a code in both, the file counts. The list is marked as not whole: a tube not on it is not back yet.',
} as const;
