/** What of personal data was opened, and the page that lists it. */
export const opening = {
  'opening.staff-name': 'Staff number checked at a kiosk',
  'opening.links': 'Links of card numbers',
  'opening.roster-changes': 'Changes of the roster',
  'opening.headcount.xlsx': 'Headcount, XLSX',
  'opening.headcount.csv': 'Headcount, CSV',
  'opening.missing.xlsx': 'Missing list, XLSX',
  'opening.missing.csv': 'Not tested, CSV',
  'opening.own.xlsx': 'HR’s own roster, XLSX',
  'opening.other': 'Other',
  'opening.about':
    'Who opened names or numbers, when, why, and of how many people; whose is not shown here. A list that stays open is recorded once in ten minutes.',
  'opening.total': '{total} in all',
  'opening.total-newest': '{total} in all, the newest {listed} listed: export for all',
  'opening.tube': 'tube {tube}',
  'opening.head-only': 'size alone',
  'opening.people-unrecorded': 'not recorded',
  'opening.reason-identity': 'Who is who',
  'opening.reason-export': 'Export',
  'opening.reason-staff-number': 'To check a staff number',
} as const;
