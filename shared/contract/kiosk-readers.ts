/** What a kiosk tells its screen of readers: those in use, and those that are there and that nobody has chosen yet. */
import { z } from 'zod';
import { messageSchema } from './message-schema.ts';
import { readerModelSchema, readerRoleSchema } from '../reader-setting.ts';

/** One reader or scanner this station uses. */
export const stationReaderSchema = z.strictObject({
  /** `readerIdOf` its setting. */
  reader: z.string(),
  name: messageSchema,
  at: z.string(),
  role: readerRoleSchema,
  /** waiting: not heard of yet. One that types like a keyboard stays so until its first burst: nobody can know more. */
  state: z.enum(['ready', 'gone', 'fault', 'waiting']),
  /** What is wrong with it and what to do, where that is known. */
  trouble: messageSchema.nullable(),
});
export type StationReader = z.infer<typeof stationReaderSchema>;

/** A device that is there and that nobody has chosen yet. Nothing was ever written to it. */
export const readerCandidateSchema = z.strictObject({
  candidate: z.string(),
  at: z.string(),
  /** As the system calls it, or what it is where the system has no name. */
  name: z.union([z.string(), messageSchema]),
  /** What it may be, likeliest first; empty: seen, and cannot be driven. */
  models: z.array(
    z.strictObject({
      model: readerModelSchema,
      name: messageSchema,
      gives: z.enum(['reading', 'physical-number', 'scan']),
    }),
  ),
  /** What to install. */
  install: messageSchema.nullable(),
});
export type ReaderCandidate = z.infer<typeof readerCandidateSchema>;
