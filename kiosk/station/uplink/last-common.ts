import { bytesToHex } from '#shared/bytes.ts';
import { EMPTY_HEAD, type Head } from '#shared/event/chain.ts';
import type { Installation, Journal } from '../journal/journal.ts';
import type { Connection } from './link.ts';

/** As many hashes as one question may name (wire.ts): three questions find one event in a quarter of a million. */
const HASHES_PER_QUESTION = 64;

/**
 * The last event that this journal and the edge have in common, found by comparing hashes; equal hashes mean equal histories up
 * to there. Null when the edge cannot be asked to the end.
 */
export async function lastCommon(
  connection: Pick<Connection, 'hashes'>,
  journal: Journal,
  installation: Installation,
  upTo: number,
): Promise<Head | null> {
  let common = 0;
  let different = upTo + 1;
  while (different - common > 1) {
    const between = different - common - 1;
    const count = Math.min(HASHES_PER_QUESTION, between);
    const sequences = Array.from(
      { length: count },
      (_, i) => common + Math.ceil(((i + 1) * between) / count),
    );
    const answer = await connection.hashes({ install: installation.install, sequences });
    if (!answer.ok || answer.value.length !== sequences.length) return null;
    const same = sequences.filter((sequence, i) => {
      const ours = journal.hashAt(installation, sequence);
      return ours !== null && answer.value[i] === bytesToHex(ours);
    });
    common = Math.max(common, ...same);
    different = sequences.find((sequence) => sequence > common) ?? different;
  }
  return { sequence: common, hash: journal.hashAt(installation, common) ?? EMPTY_HEAD.hash };
}
