/** What real kiosks and edges have said (test/releases): the valid inputs that a fuzz begins with. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import { bytesToUtf8, hexToBytes } from '#shared/bytes.ts';
import { decodeBatch } from '#shared/event/batch.ts';

interface Line {
  from?: 'kiosk' | 'edge';
  message?: string;
  given?: unknown[];
}

const RELEASES = ['0.1.0', '0.2.0'];

/** Requests of kiosks by their name, each as its arguments. Bytes are bytes again. */
export function recordedRequests(): ReadonlyMap<string, readonly unknown[][]> {
  const requests = new Map<string, unknown[][]>();
  for (const release of RELEASES) {
    const file = path.join(PROJECT_ROOT, 'test/releases', release, 'wire.jsonl');
    for (const text of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
      const line = JSON.parse(text, (_, value: unknown) => bytesAgain(value)) as Line;
      if (line.from !== 'kiosk' || line.message === undefined || line.given === undefined) continue;
      requests.set(line.message, [...(requests.get(line.message) ?? []), line.given]);
    }
  }
  return requests;
}

function bytesAgain(value: unknown): unknown {
  const hex = typeof value === 'object' && value !== null ? (value as { $hex?: unknown }).$hex : undefined;
  return typeof hex === 'string' ? hexToBytes(hex) : value;
}

/** Bodies of every type that kiosks have written, as many of each type as stand here at most. */
export function recordedBodies(eachType: number): Record<string, unknown>[] {
  const found = new Map<string, Record<string, unknown>[]>();
  for (const [header, bytes] of recordedRequests().get('events') ?? []) {
    const batch = decodeBatch(bytes as Uint8Array, (header as { first: number }).first);
    if (!batch.ok) throw new Error('a recorded batch cannot be read');
    for (const { body } of batch.events) {
      const parsed = JSON.parse(bytesToUtf8(body)) as Record<string, unknown>;
      const type = String(parsed['type']);
      const known = found.get(type) ?? [];
      if (known.length < eachType) found.set(type, [...known, parsed]);
    }
  }
  return [...found.values()].flat();
}
