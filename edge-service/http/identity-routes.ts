/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers and forwards their errors; the rule speaks of Express 4 */
import { type Links, linksSchema, type WalkIns, walkInsSchema } from '#shared/contract/http-identity.ts';
import { writtenReason } from '#shared/opening-reason.ts';
import type { EdgeHttp, EdgeParts } from './http-server.ts';
import { OpeningLog } from './opening-log.ts';
import { roundParams } from './round-routes.ts';

/** Who is who: links, and people who are not on the roster. */
export function addIdentityRoutes(
  app: EdgeHttp,
  { ledger, clock }: Pick<EdgeParts, 'ledger' | 'clock'>,
): void {
  const log = new OpeningLog({ ledger, clock });
  const reason = writtenReason('opening.reason-identity');

  app.get(
    '/api/v1/rounds/:id/links',
    {
      config: { access: 'credential.link', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: linksSchema } },
    },
    async (request) => {
      const { id: round } = request.params;
      const links = await ledger.report('round.links', { round });
      await log.noteList(request, { round, what: 'links', reason, people: shownIn(links) });
      return links;
    },
  );

  app.get(
    '/api/v1/rounds/:id/walk-ins',
    {
      config: { access: 'walk-in.read', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: walkInsSchema } },
    },
    async (request) => {
      const { id: round } = request.params;
      const found = await ledger.report('round.walk-ins', { round });
      await log.noteList(request, { round, what: 'walk-ins', reason, people: shownAmong(found) });
      return found;
    },
  );
}

/** How many people the links and their questions name, each by the keys of their own. */
function shownIn({ links, held }: Links): number {
  const people = [...links.flatMap((l) => l.credentials), ...held.flatMap((h) => h.people)];
  return new Set(people.map((p) => p.id)).size;
}

/** Walk-ins, and people of the roster shown beside them. */
function shownAmong({ walkIns, joined }: WalkIns): number {
  const beside = [...walkIns.flatMap((w) => w.sameName), ...joined.map((j) => j.person)];
  return new Set([...walkIns, ...joined.map((j) => j.walkIn), ...beside].map((p) => p.id)).size;
}
