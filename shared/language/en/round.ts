/** Rounds, their sessions and their states. */
export const round = {
  'round.none-yet': 'There is no round yet: the site lead makes one under “Set up”',
} as const;
