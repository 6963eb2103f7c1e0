/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers and forwards their errors; the rule speaks of Express 4 */
import type { RoundId } from '#shared/ids.ts';
import { foundSchema, type Found, type FoundPerson } from '#shared/contract/http-find.ts';
import { findRequestSchema } from '#shared/contract/http-requests.ts';
import { asker, type EdgeHttp, type EdgeParts } from './http-server.ts';
import { HttpProblem } from './problems.ts';
import { Refusal } from '../ledger/refusal.ts';

/** Keys named in one event: its text has room for them. */
export const NAMED_MAX = 3;

/** 查人. What is asked comes in a body, for addresses stand in histories and logs. */
export function addFindRoutes(app: EdgeHttp, { ledger }: Pick<EdgeParts, 'ledger'>): void {
  app.post(
    '/api/v1/people/search',
    {
      config: { access: 'person.find', refuses: ['search-too-long'] },
      schema: { body: findRequestSchema, response: { 200: foundSchema } },
    },
    async (request) => {
      const { who, reason } = request.body;
      const found = await ledger.report('people.find', { who }).catch(tooLong);
      // Logged before anything is answered, as people of a tube; and a search that finds nobody was one all the same.
      await ledger.write('people.opened', { by: asker(request).name, reason, opened: openedBy(found) });
      return found;
    },
  );
}

/** Which people of which rounds are shown, by their keys: nobody reads out of the log what was typed. */
function openedBy({ rounds }: Found): { round: RoundId | null; what: string; people: number }[] {
  const opened = rounds
    .filter(({ people }) => people.length > 0)
    .map(({ id, people }) => ({ round: id, what: whatOf(people), people: people.length }));
  return opened.length > 0 ? opened : [{ round: null, what: 'find: nobody', people: 0 }];
}

function whatOf(people: readonly FoundPerson[]): string {
  const named = people.slice(0, NAMED_MAX).map(({ id }) => id);
  const more = people.length - named.length;
  return `find: ${named.join(' ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The files' thread speaks of files. */
function tooLong(error: unknown): never {
  if (error instanceof Refusal && error.code === 'file-too-long') throw new HttpProblem('search-too-long');
  throw error;
}
