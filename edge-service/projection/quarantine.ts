/**
 * SQL that holds for an event `e` whose body could not be used and that no reasoned decision has settled. Any journal may
 * name such an event, a kiosk's own void for instance; only the edge's `quarantine-settled` settles it.
 */
export const IN_QUARANTINE = `e.status <> 'valid' AND NOT EXISTS (
  SELECT 1 FROM reference r JOIN event d ON d.install = r.by_install AND d.sequence = r.by_sequence
  WHERE r.target = e.install || ':' || e.sequence AND d.type = 'quarantine-settled' AND d.status = 'valid')`;
