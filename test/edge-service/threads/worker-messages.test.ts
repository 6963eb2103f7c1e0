import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { InstallId } from '#shared/ids.ts';
import { batchBytes, packJobs, unpackJobs } from '../../../edge-service/threads/worker-messages.ts';

/** Around the size from which a batch is handed over whole. */
const LENGTHS = [0, 1, 600, 32 * 1024 - 1, 32 * 1024, 200_000];

const bytes = fc
  .tuple(fc.constantFrom(...LENGTHS), fc.nat(255), fc.boolean())
  .map(([length, fill, isPart]) => {
    // A part of a larger buffer, as a message that came in one piece with another, or a buffer of its own.
    const whole = new Uint8Array(isPart ? length + 8 : length).fill(fill);
    return isPart ? whole.subarray(3, 3 + length) : whole;
  });
const append = fc.tuple(bytes, fc.uint8Array({ maxLength: 500 }), fc.nat()).map(([body, links, first]) => ({
  kind: 'append' as const,
  batch: {
    header: {
      install: `install ${first}` as InstallId,
      first,
      head: { sequence: first, hash: '' },
      wallTime: first,
    },
    bytes: body,
    links,
  },
}));
const write = fc
  .string()
  .map((name) => ({ kind: 'write' as const, name: 'site.name' as const, args: { name } }));

describe('messages to the writer', () => {
  it('LG37 writes and batches, small and large, come out of a message as they went in and in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(append, write), { maxLength: 12 }), (jobs) => {
        const sent = structuredClone(jobs);
        const total = jobs.reduce(
          (sum, job) => sum + (job.kind === 'append' ? job.batch.bytes.length + job.batch.links.length : 0),
          0,
        );
        const { message, handedOver } = packJobs(jobs);
        const arrived = structuredClone(message, { transfer: handedOver });
        expect(batchBytes(arrived)).toBe(total);
        expect(plain(unpackJobs(arrived))).toEqual(plain(sent));
      }),
    );
  });
});

/** Bytes as text: comparing them number by number takes seconds. */
function plain(jobs: readonly unknown[]): unknown {
  return JSON.parse(
    JSON.stringify(jobs, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );
}
