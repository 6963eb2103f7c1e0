/** Rosters: what may be wrong with a row, and what changes. */
export const roster = {
  'roster.number-length': 'the ID number has a wrong length',
  'roster.number-characters': 'the ID number has characters that cannot be',
  'roster.number-province': 'the ID number begins with no known region',
  'roster.number-date': 'the birth date in the ID number does not exist',
  'roster.number-check-digit': 'the check digit of the ID number is wrong: look at the card',
  'roster.number-eaten': 'a numeric cell lost the last digits of the ID number: fill it in again as text',
  'roster.number-missing': 'no ID number',
  'roster.number-twice': 'the same ID number stands twice',
  'roster.number-doubtful': 'the ID number ends in 000: please check',
  'roster.number-repaired':
    'blanks or strokes in the ID number, or what looks like an X, were put right: please check',
  'roster.name-missing': 'no name',
  'roster.name-length': 'the name is too long',
  'roster.name-characters': 'this is no name',
  'roster.cell-error': 'a failed formula (such as #N/A) or TRUE/FALSE: fill it in',
  'roster.staff-number': 'the staff number cannot be used',
  'roster.staff-number-twice': 'the same staff number stands twice',
  'roster.physical-number-twice': 'the same card number stands twice',
  'roster.document-twice': 'the same document number stands twice',
  'roster.of-two-people': 'its number and its staff number belong to two different people of the roster',
  'roster.of-one-person': 'this row and one before it are the same person of the roster',
  'roster.to-correct':
    'taken in by another number of the row, such as the staff number; what is wrong is to be corrected',
  'roster.stands-already': 'this person is on the roster already and stays as they stand there',
  'roster.physical-number': 'a physical number has 16 hex digits',
  'roster.document': 'type or number of the document cannot be used',
  'roster.sex-contradicts': 'the sex contradicts the ID number',
  'roster.left-the-firm': 'marked as having left: please confirm',
  'roster.sheet-skipped': 'this sheet has no header row and was not read',
  'roster.sheet-people':
    'this sheet has no header row, and rows that look like people were not read: add a header',
  'roster.sheet-hidden': 'this sheet is hidden and was not read',
  'roster.rows-unnamed': 'rows without a name and a number were not read',
  'roster.row-unread':
    'an ID number stands in this row, but no column of names was found, and it was not read',
  'roster.header-relative': 'taken for that of a relative or of whom to call in need, and not read',
  'roster.place-filled': 'blank cells were filled from the merged cell above: please check',
  'roster.place-blank': 'this column is blank in some rows and was left so',
  'roster.header-missing': 'no header row: at least the columns name and number are needed',
  'roster.no-people': 'there are no people in the file',
  'roster.shrinks': 'The roster would go from {from, number} people to {to, number}; nothing was stored.',
  'roster.leaves-swiped': 'leaves, has swiped, becomes a walk-in: {name}',
  'roster.leaves': 'leaves: {name}',
  'roster.joins': 'joins: {name}',
  'roster.changes': 'changes: {name}',
  'roster.would-amend':
    'The round has begun: {joined, number} would join its roster, {left, number} leave, {changed, number} change. Nothing was stored: give a reason.',
  'roster.would-amend-swiped':
    'The round has begun: {joined, number} would join its roster, {left, number} leave ({swiped, number} of them swiped and would become walk-ins), {changed, number} change. Nothing was stored: give a reason.',
  'roster.none-yet': 'No roster yet',
  'roster.to-correct-people': '{n, plural, one {# number} other {# numbers}} to correct',
  'roster.what-file':
    '{round}: the workbook as HR keeps it, XLSX or CSV. Headings are found; merged cells, several sheets and subtotals are fine.',
  'roster.how-to-correct':
    '{n, plural, one {# person is} other {# people are}} on the roster by another number, such as the staff number: correct the ID number in the file of bad rows and add that.',
  'roster.reason-first':
    'The round has begun with its roster: give a reason, then see who joins, leaves and changes before it is taken.',
  'roster.reason-example': 'Reason, e.g. three new people',
  'roster.reason': 'Reason for the change',
  'roster.stored':
    '{rows, plural, one {# person} other {# people}}: {usable} usable, {bad} to settle. Stored as version {version}, {people} on the roster',
  'roster.stored-some-kept':
    '{rows, plural, one {# person} other {# people}}: {usable} usable, {bad} to settle ({kept} of them taken in by another number, to be corrected). Stored as version {version}, {people} on the roster',
  'roster.repaired': '{n, plural, one {# place} other {# places}} put right',
  'roster.since-opening': 'Roster since the round began',
  'roster.not-recorded': 'Not recorded: the round was opened before 0.2.0',
  'roster.frozen':
    'Version {version}, {people, plural, one {# person} other {# people}}, frozen when {by} opened the round, {when}',
  'roster.intact': 'unchanged',
  'roster.altered': 'not as it was frozen',
  'roster.amendment': 'Version {version}: {joined} joined, {left} left, {changed} changed',
  'roster.amended-by': '{when}, {by}: {reason}',
  'roster.swiped-and-left':
    '{n, plural, one {# person} other {# people}} taken off after a swipe, now walk-ins',
  'roster.word-joins': 'joined',
  'roster.word-leaves': 'left',
  'roster.word-changes': 'changed',
  'roster.named': '{name} ({place})',
  'roster.named-swiped': '{name} ({place}, has swiped)',
  'roster.people-of': '{word}: {people}',
  'roster.counted':
    'Version {version}: {people, plural, one {# person} other {# people}}, to compare with the subtotals of HR.',
  'roster.counted-joined':
    'Some rows are the same person by linked numbers: counted as {persons, plural, one {# person} other {# people}}.',
  'roster.names-gone': 'The personal data of this round has been purged: only the counts are left.',
  'roster.looking-is-recorded':
    'Part of a name is enough; write staff numbers and ID numbers in full. Looking at names is recorded in the log of opened personal data.',
  'roster.no-workshop': 'No workshop',
  'roster.names-of': '{where}: {n, plural, one {# person} other {# people}}',
  'roster.names-of-begun':
    '{where}: {n, plural, one {# person} other {# people}} listed so far, there are more',
  'roster.nobody-fits': '{where}: nobody',
  'roster.where-searched': '{where} · “{search}”',
  'roster.content': 'SHA-256 {start}…',
} as const;
