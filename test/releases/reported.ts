import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { LeadClient } from './lead-client.ts';

type Json = z.infer<ReturnType<typeof z.json>>;
type Row = Record<string, Json>;

const withId = z.looseObject({ id: z.string() });
const row = z.record(z.string(), z.json());
const rowsOf = (name: string) => z.looseObject({ [name]: z.array(row) });

/** What hangs on who is connected at the moment, and not on what the ledger holds. */
const PASSING = ['connected', 'reader', 'readerSince', 'lastContact', 'finalUpTo'];
/** Who is missing stands in the list for HR as well, by name. */
const LISTED_ELSEWHERE = ['groups'];

/**
 * Everything an edge says of its rounds that must never change by a new version, as its HTTP answers it. `columns`: those of
 * the list for HR that count; null: all there are.
 */
export async function reported(lead: LeadClient, columns: readonly string[] | null): Promise<Json> {
  const rounds = await rows(lead, '/rounds', 'rounds');
  const each: Row[] = [];
  for (const round of rounds) {
    const { id } = withId.parse(round);
    const at = `/rounds/${id}`;
    each.push({
      round,
      ladder: lasting(await lead.get(`${at}/ladder`, row)),
      tubes: await rows(lead, `${at}/tubes`, 'tubes'),
      discrepancies: await rows(lead, `${at}/discrepancies`, 'discrepancies'),
      missing: lasting(await lead.get(`${at}/missing`, row)),
      labCounts: await rows(lead, `${at}/lab-counts`, 'lines'),
      quarantine: await lead.get(`${at}/quarantine`, row),
      forks: (await rows(lead, `${at}/forks`, 'forks')).map(lasting),
      installs: (await rows(lead, `/installs?round=${id}`, 'installs')).map(lasting),
      headcount: headcountDigest(await lead.text(`${at}/headcount.csv`), columns),
    });
  }
  return {
    rounds: each,
    installs: (await rows(lead, '/installs', 'installs')).map(lasting),
    unfiled: await rows(lead, '/unfiled', 'runs'),
  };
}

async function rows(lead: LeadClient, at: string, name: string): Promise<Row[]> {
  const answer = await lead.get(at, rowsOf(name));
  return answer[name] as Row[];
}

function lasting(told: Row): Row {
  const left = [...PASSING, ...LISTED_ELSEWHERE];
  return Object.fromEntries(Object.entries(told).filter(([name]) => !left.includes(name)));
}

const withColumns = z.looseObject({
  rounds: z.array(z.looseObject({ headcount: z.looseObject({ columns: z.array(z.string()) }) })).min(1),
});

/** The columns of the list for HR in what `reported` gave. */
export function headcountColumns(told: Json): string[] {
  return [...new Set(withColumns.parse(told).rounds.flatMap(({ headcount }) => headcount.columns))];
}

/** The columns of a list for HR, and a digest of its cells; of `columns` alone where they are given. */
function headcountDigest(csv: string, columns: readonly string[] | null): Row {
  const people = parse(csv, { bom: true, columns: true }) as Record<string, string>[];
  const wanted = columns ?? Object.keys(people[0] ?? {});
  const digest = createHash('sha256');
  for (const person of people) digest.update(`${JSON.stringify(wanted.map((name) => person[name]))}\n`);
  return { columns: [...wanted], rows: people.length, sha256: digest.digest('hex') };
}
