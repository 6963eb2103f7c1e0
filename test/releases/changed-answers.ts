import { z } from 'zod';

type Json = z.infer<ReturnType<typeof z.json>>;

const toldSchema = z.looseObject({
  rounds: z.array(
    z.looseObject({
      round: z.looseObject({ state: z.string() }),
      ladder: z.looseObject({ complete: z.boolean() }),
      missing: z.looseObject({ complete: z.boolean() }),
      discrepancies: z.array(
        z.looseObject({
          question: z.string().nullable(),
          hypotheses: z.array(z.looseObject({ hypothesis: z.string(), evidence: z.array(z.string()) })),
        }),
      ),
    }),
  ),
});

/**
 * A closed round is complete as of its closing. 0.1.0 went on asking whether its kiosks are settled now: a fork seen in the
 * round after it made the closed one incomplete again, stood in its list of forks, and explained its differences
 * by records still to come.
 */
function closedStaysClosed(told: Json): Json {
  const { rounds, ...rest } = toldSchema.parse(told);
  const asOfClosing = rounds.map((r) =>
    r.round.state === 'closed'
      ? {
          ...r,
          ladder: { ...r.ladder, complete: true },
          missing: { ...r.missing, complete: true },
          forks: [],
          discrepancies: r.discrepancies.map((d) => ({
            ...d,
            hypotheses: d.hypotheses.filter(({ hypothesis }) => hypothesis !== 'journal-incomplete'),
          })),
        }
      : r,
  );
  return z.json().parse({ ...rest, rounds: asOfClosing });
}

/** Question and evidence were Chinese sentences; now each is a sentence in both languages, with its key and parameters. */
function sentencesInBoth(told: Json): Json {
  const { rounds, ...rest } = toldSchema.parse(told);
  const inBoth = (zh: string): { zh: string } => ({ zh });
  return z.json().parse({
    ...rest,
    rounds: rounds.map((r) => ({
      ...r,
      discrepancies: r.discrepancies.map((d) => ({
        ...d,
        question: d.question === null ? null : inBoth(d.question),
        hypotheses: d.hypotheses.map((h) => ({ ...h, evidence: h.evidence.map(inBoth) })),
      })),
    })),
  });
}

type Change = (told: Json) => Json;
const CHANGED: Readonly<Record<string, readonly Change[] | undefined>> = {
  '0.1.0': [closedStaysClosed, sentencesInBoth],
  '0.2.0': [sentencesInBoth],
};

/** What a release said, with what this build answers otherwise on purpose. */
export const answeredToday = (version: string, told: Json): Json =>
  (CHANGED[version] ?? []).reduce((now, change) => change(now), told);
