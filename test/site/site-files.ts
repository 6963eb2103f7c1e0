import type { SitePerson, SitePlan } from './site-plan.ts';

/** The roster as HR would send it in the plain CSV form. */
export function rosterCsv(roster: readonly SitePerson[]): string {
  const rows = roster.map((p) => [p.number, p.name, p.workshop, p.team, p.staffNumber, p.phone].join(','));
  return ['number,name,workshop,team,staff_number,phone', ...rows].join('\n');
}

/** The laboratory's list in the plain CSV form. */
export function labCsv(lines: readonly { tube: string; count: number; station: number }[]): string {
  return ['tube,count,station', ...lines.map((l) => [l.tube, l.count, l.station].join(','))].join('\n');
}

/** The round of a planned site: one session around `now` (ms), ten to one, every station before the swab. */
export function roundRequest(plan: SitePlan, options: { name: string; now: number; sessionHours: number }) {
  const hour = 3_600_000;
  return {
    name: options.name,
    capacity: plan.capacity,
    tubeMode: 'codes' as const,
    expectedBasis: 'roster' as const,
    stations: plan.stations.map(({ station }) => ({ station, stand: 'before' as const })),
    sessions: [
      {
        name: '早场',
        from: new Date(options.now - hour).toISOString(),
        to: new Date(options.now + options.sessionHours * hour).toISOString(),
        shift: null,
      },
    ],
  };
}
