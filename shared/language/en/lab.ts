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
  'lab.no-tubes': 'there are no tubes on the list',
} as const;
