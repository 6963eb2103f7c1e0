/** Rounds, their sessions and states, and what keeps one from being closed. */
export const round = {
  'round.none-yet': 'There is no round yet: the site lead makes one under “Set up”',
  'round.opens-means': 'From now on every swipe counts in this round; test swipes before do not.',
  'round.settles-means':
    'Sampling is over and reconciliation begins. Records on their way are still taken in.',
  'round.closes-means':
    'A closed round is not changed any more. Needed: the records of every station (for what will not come, an exception under “Installs”), and each difference explained or accepted.',
  'round.stations': '{n, plural, one {# station} other {# stations}}',
  'round.tubes-of': '{mode} · {n} a tube',
  'round.version': 'version {n}',
  'round.no-roster': 'none yet',
  'round.as-planned': 'as planned',
  'round.step': '{from} → {to}.',
  'round.sessions-not-begun':
    'Not begun: {names}. Will it really not be held? Name it in the reason. Whoever belongs to it stays “session not over” for good.',
  'round.needed': 'Needed',
  'round.single': 'single',
  'round.pooled': '{n} to one',
  'round.session-name': 'Name of the session',
  'round.begins': 'Begins',
  'round.ends': 'Ends',
  'round.ends-later': 'Must be after the beginning',
  'round.shift': 'Shift; empty: everybody',
  'round.any': 'any',
  'round.code-characters': 'Letters, digits and . _ / - only',
  'round.first': 'Round 1',
  'round.morning': 'Morning',
  'round.night': 'Night shift',
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
    'begins on {at, date, day} at {at, time, clock}: if it will not be held, name it in the reason: “{name}”.',
  'closing.journal': 'Station {station}, {install}',
} as const;
