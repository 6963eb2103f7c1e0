import { accessWrites } from './access-writes.ts';
import { labWrites } from './lab-writes.ts';
import { ledgerWrites } from './ledger-writes.ts';
import { roundWrites } from './round-writes.ts';

/** Everything that may be written, by name; each runs in the writer's transaction. */
export const WRITES = { ...ledgerWrites, ...accessWrites, ...roundWrites, ...labWrites };

export type WriteName = keyof typeof WRITES;
export type WriteArgs<N extends WriteName> = Parameters<(typeof WRITES)[N]>[1];
export type WriteResult<N extends WriteName> = ReturnType<(typeof WRITES)[N]>;
