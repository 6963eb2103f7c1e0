import { EMPTY_HEAD } from '#shared/event/chain.ts';
import { sameBytes } from '#shared/bytes.ts';
import type { InstallId } from '#shared/ids.ts';
import { Linker } from '../keys/digest.ts';
import type { Store } from '../store/database.ts';

/** A place where a journal does not hang together. */
export interface ChainFault {
  install: InstallId;
  sequence: number;
  fault: 'gap' | 'link' | 'watermark';
}

/** Faults listed at most: one shows that the file is damaged, a hundred show how. */
const FAULTS_MAX = 100;

/** Recomputes the hash chain of every journal from its bytes, and compares watermarks. Empty when all hang together. */
export function chainFaults(db: Store): ChainFault[] {
  const faults: ChainFault[] = [];
  const installs = db
    .prepare<[], { install: InstallId; watermark: number; hash: Uint8Array }>(
      'SELECT install, watermark, hash FROM install',
    )
    .all();
  // In the order of the table's key, all journals side by side: one pass, however many there are.
  const held = new Map(
    installs.map(({ install }) => [install, { linker: new Linker(install), ...EMPTY_HEAD }]),
  );
  const events = db.prepare<[], { install: InstallId; sequence: number; hash: Uint8Array; body: Uint8Array }>(
    'SELECT install, sequence, hash, body FROM event ORDER BY sequence, install',
  );
  for (const { install, sequence, hash, body } of events.iterate()) {
    const head = held.get(install);
    if (!head || sequence !== head.sequence + 1) faults.push({ install, sequence, fault: 'gap' });
    if (faults.length >= FAULTS_MAX) return faults;
    if (!head) continue;
    if (!sameBytes(head.linker.next({ previous: head.hash, sequence, body }), hash))
      faults.push({ install, sequence, fault: 'link' });
    held.set(install, { linker: head.linker, sequence, hash });
  }
  for (const { install, watermark, hash } of installs) {
    const head = held.get(install);
    if (head?.sequence !== watermark || !sameBytes(head.hash, hash))
      faults.push({ install, sequence: watermark, fault: 'watermark' });
  }
  return faults;
}
