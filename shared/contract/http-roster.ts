/** The roster as it is stored: how many stand where, and who. */
import { z } from 'zod';
import { whomSchema } from './http-requests.ts';

const count = z.int().min(0);
const text = z.string().nullable();

/** Rows of a workshop or team: `people` of them, and of those `toCorrect` by another number than the one that is to be corrected. */
const counted = { people: count, toCorrect: count };

/** Where the rows of the current roster stand: workshops and their teams in the order of the file. Names nobody. */
export const rosterCountsSchema = z.strictObject({
  /** 0: there is no roster. */
  version: count,
  ...counted,
  /** Persons once joined numbers are followed: fewer than `people` where two rows turned out to be one person. */
  persons: count,
  /** False: the keys of the round are gone, and with them all names. */
  named: z.boolean(),
  workshops: z.array(
    z.strictObject({
      workshop: z.string(),
      ...counted,
      teams: z.array(z.strictObject({ team: z.string(), ...counted })),
    }),
  ),
});
export type RosterCounts = z.infer<typeof rosterCountsSchema>;

/** Whom of the roster to show; null: everybody. It comes in a body, for addresses stand in histories and logs. */
export const rosterPeopleRequestSchema = z.strictObject({
  /** As `rosterCountsSchema` told it; 409 `roster-changed` when another stands there by now. */
  version: count,
  workshop: text,
  team: text,
  /** Part of a name, or a whole number: ID number, staff number, another document's number, or a card's own. */
  search: whomSchema.nullable(),
  /** `next` of the answer before; 0: from the first row. */
  after: count,
});

export const rosterPeopleSchema = z.strictObject({
  people: z.array(
    z.strictObject({
      /** In the order of the file, from 1. */
      row: count,
      name: z.string(),
      /** Masked; null: the row gave none that can be used. */
      number: text,
      staffNumber: text,
      workshop: z.string(),
      team: z.string(),
      shift: text,
      leader: z.boolean(),
      toCorrect: z.boolean(),
    }),
  ),
  /** Where to go on; null: nobody follows. A search for a name may answer with nobody yet and somewhere to go on. */
  next: count.nullable(),
});
export type RosterPeople = z.infer<typeof rosterPeopleSchema>;
