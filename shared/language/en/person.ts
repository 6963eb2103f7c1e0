/** People: who they are, how they stand in a round, and what is asked about them. */
export const person = {
  'person.walk-ins-about': 'Swiped and not on the roster. No figure moves until somebody has decided.',
  'person.no-walk-ins': 'Nobody is outside the roster',
} as const;
