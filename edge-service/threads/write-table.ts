import { accessWrites } from '../access/access-writes.ts';
import { columnWrites } from '../ledger/column-choices.ts';
import { labWrites } from '../lab/lab-writes.ts';
import { ledgerWrites } from '../ledger/kiosk-writes.ts';
import { roundWrites } from '../rounds/round-writes.ts';

/** Everything that may be written, by name; each runs in the writer's transaction. */
export const WRITES = { ...ledgerWrites, ...accessWrites, ...roundWrites, ...labWrites, ...columnWrites };

export type WriteName = keyof typeof WRITES;
export type WriteArgs<N extends WriteName> = Parameters<(typeof WRITES)[N]>[1];
export type WriteResult<N extends WriteName> = ReturnType<(typeof WRITES)[N]>;
