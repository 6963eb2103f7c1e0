/** What keeps a round from being closed. */
export const closing = {
  'closing.not-ended': 'has not ended the round: wait for it, or write an exception under Installs.',
  'closing.not-arrived': '{which} have not arrived: wait for it, or write an exception under Installs.',
  'closing.never-heard':
    'was never heard of: if it was not used, name it in the reason ("station {station}").',
  'closing.quarantine':
    '{n, plural, one {# record} other {# records}} cannot be used: settle each under Installs.',
  'closing.unknown-round':
    '{n, plural, one {# swipe is} other {# swipes are}} of a round this edge does not know: file them under Installs, or recreate that round.',
  'closing.forks': 'Journals have forked: look at them under Installs.',
  'closing.session-not-begun':
    'begins on {at, date, day} at {at, time, clock}: if it will not be held, name “{name}” in the reason.',
} as const;
