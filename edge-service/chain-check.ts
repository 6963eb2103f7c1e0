import { EMPTY_HEAD } from '#shared/chain.ts';
import { sameBytes } from '#shared/bytes.ts';
import type { InstallId } from '#shared/ids.ts';
import { Linker } from './digest.ts';
import type { Store } from './store.ts';

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
  const events = db.prepare<[InstallId], { sequence: number; hash: Uint8Array; body: Uint8Array }>(
    'SELECT sequence, hash, body FROM event WHERE install = ? ORDER BY sequence',
  );
  const installs = db
    .prepare<[], { install: InstallId; watermark: number; hash: Uint8Array }>(
      'SELECT install, watermark, hash FROM install',
    )
    .all();
  for (const { install, watermark, hash } of installs) {
    const linker = new Linker(install);
    let held: { sequence: number; hash: Uint8Array } = EMPTY_HEAD;
    for (const event of events.iterate(install)) {
      if (event.sequence !== held.sequence + 1)
        faults.push({ install, sequence: event.sequence, fault: 'gap' });
      const linked = linker.next({ previous: held.hash, sequence: event.sequence, body: event.body });
      if (!sameBytes(linked, event.hash)) faults.push({ install, sequence: event.sequence, fault: 'link' });
      held = { sequence: event.sequence, hash: event.hash };
      if (faults.length >= FAULTS_MAX) return faults;
    }
    if (held.sequence !== watermark || !sameBytes(held.hash, hash))
      faults.push({ install, sequence: watermark, fault: 'watermark' });
  }
  return faults;
}
