import { parseBody } from '#shared/event/event.ts';
import type { SealedPerson } from '#shared/event/sealed.ts';
import type { InstallId } from '#shared/ids.ts';
import type { KeyStore } from '../keys/key-store.ts';
import { openPerson } from '../keys/swipe-key.ts';
import type { Store } from '../store/database.ts';

/** What a swipe's box says of the person; null when keys or box are gone. */
export function openSwipe(
  db: Store,
  keys: KeyStore,
  swipe: { install: InstallId; sequence: number },
): SealedPerson | null {
  const row = db
    .prepare<[string, number], { body: Uint8Array; sealed: Uint8Array | null }>(
      'SELECT body, sealed FROM event WHERE install = ? AND sequence = ?',
    )
    .get(swipe.install, swipe.sequence);
  if (!row) return null;
  const parsed = parseBody(new Uint8Array(row.body));
  if (!parsed.ok || parsed.body.type !== 'swipe') return null;
  return openPerson(keys, {
    body: parsed.body,
    sealed: row.sealed === null ? null : new Uint8Array(row.sealed),
  });
}
