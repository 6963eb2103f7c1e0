import type { InstallId } from '#shared/ids.ts';
import { IN_QUARANTINE } from '../projection/quarantine.ts';

/** What the ledger holds of one kiosk's journal for a round. Times in ms, edge clock. */
export interface StoredInstallRow {
  install: InstallId;
  station: number | null;
  device: string | null;
  watermark: number;
  head: number;
  head_held_at: number | null;
  last_contact: number | null;
  parent: InstallId | null;
  trouble: 'forked' | 'broken' | 'version' | null;
  last_unreadable: number | null;
  opened_or_ended: 0 | 1;
  last_end: number | null;
  exception: number | null;
  reviewed: 0 | 1;
  superseded: 0 | 1;
  repeated: number;
  parent_sequence: number | null;
  parent_watermark: number;
  parent_head: number;
  parent_lacks: number;
  quarantined: number;
  doubtful_times: number;
}

/**
 * `last_unreadable`: with the last swipe (last-swipes.ts) the last event of the round that matters for settling. A fork is
 * reviewed when a review names the install or one side of the fork. An install is superseded once a child of it was heard and itself never since:
 * its kiosk went on under the child. Where the edge saw two histories or two machines under one install (trouble), one of
 * them may still be at work: then it is so only once a person has looked. `repeated`: how many of the events that have not
 * arrived are held as copies in a child; the others are a gap. A journal's first event is not copied: the child's own first
 * event stands for it. `parent_lacks`: a child names the last event it shares with its parent; what a restored ledger does
 * not hold of the parent up to there, nor as copies, is a gap too, though nobody has said hello under the parent's name.
 */
export const INSTALL_ROWS = `
SELECT i.install, i.station, i.device, i.watermark, i.head, i.head_held_at, i.last_contact, i.parent, i.trouble,
  unread.last AS last_unreadable,
  (ends.install IS NOT NULL OR opened.install IS NOT NULL) AS opened_or_ended,
  ends.last AS last_end,
  (SELECT MAX(x.last_sequence) FROM exception x WHERE x.install = i.install AND x.round = :round) AS exception,
  EXISTS (SELECT 1 FROM fork_review f WHERE f.install = i.install OR f.install = i.parent
    OR f.install IN (SELECT c.install FROM install c WHERE c.parent = i.install)) AS reviewed,
  EXISTS (SELECT 1 FROM install c JOIN event e ON e.install = c.install AND e.sequence = 1
    WHERE c.parent = i.install AND e.received_at >= COALESCE(i.last_contact, 0)) AS superseded,
  (SELECT COUNT(DISTINCT c.origin_sequence) FROM copy c
    WHERE c.origin_install = i.install AND c.origin_sequence > i.watermark AND c.origin_sequence <= i.head)
    + (i.watermark = 0 AND EXISTS (SELECT 1 FROM install c WHERE c.parent = i.install)) AS repeated,
  i.parent_sequence, COALESCE(p.watermark, 0) AS parent_watermark, COALESCE(p.head, 0) AS parent_head,
  COALESCE(i.parent_sequence, 0) - COALESCE(p.watermark, 0) - (SELECT COUNT(DISTINCT c.origin_sequence) FROM copy c
    WHERE c.origin_install = i.parent AND c.origin_sequence > COALESCE(p.watermark, 0) AND c.origin_sequence <= i.parent_sequence)
    AS parent_lacks,
  (SELECT COUNT(*) FROM event e WHERE e.install = i.install AND ${IN_QUARANTINE}) AS quarantined,
  (SELECT COUNT(*) FROM bounded_time b JOIN swipe s ON s.install = b.install AND s.sequence = b.sequence
    WHERE b.install = i.install AND s.round = :round) AS doubtful_times
FROM install i
LEFT JOIN install p ON p.install = i.parent
LEFT JOIN (SELECT install, MAX(sequence) AS last FROM unreadable WHERE round = :round GROUP BY install) unread
  ON unread.install = i.install
LEFT JOIN (SELECT install, MAX(sequence) AS last FROM round_end WHERE round = :round GROUP BY install) ends ON ends.install = i.install
LEFT JOIN (SELECT DISTINCT install FROM tube WHERE round = :round) opened ON opened.install = i.install
WHERE i.kind = 'kiosk'
ORDER BY i.station, i.install`;
