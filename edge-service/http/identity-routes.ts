/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers and forwards their errors; the rule speaks of Express 4 */
import { linksSchema, walkInsSchema } from '#shared/contract/http-identity.ts';
import type { RoundId } from '#shared/ids.ts';
import { asker, type EdgeHttp, type EdgeParts } from './http-server.ts';
import { roundParams } from './round-routes.ts';

/** A list that stands open on a screen is asked for again and again: that is one opening, not a hundred. */
const OPENING_MS = 10 * 60_000;

/** Who is who: links, and people who are not on the roster. */
export function addIdentityRoutes(
  app: EdgeHttp,
  { ledger, clock }: Pick<EdgeParts, 'ledger' | 'clock'>,
): void {
  const opened = new Map<string, number>();
  /** Written down before the answer, as people of a tube. */
  const noteOpening = async (round: RoundId, by: string, what: string): Promise<void> => {
    const opening = `${round} ${by} ${what}`;
    const now = clock.wall();
    const before = opened.get(opening);
    if (before !== undefined && now - before < OPENING_MS && now >= before) return;
    await ledger.write('people.opened', { by, reason: '核对身份 / identity', opened: [{ round, what }] });
    opened.set(opening, now);
  };

  app.get(
    '/api/v1/rounds/:id/links',
    {
      config: { access: 'credential.link', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: linksSchema } },
    },
    async (request) => {
      const { id: round } = request.params;
      const links = await ledger.report('round.links', { round });
      if (links.links.length > 0) await noteOpening(round, asker(request).name, 'links');
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
      if (found.walkIns.length + found.joined.length > 0)
        await noteOpening(round, asker(request).name, 'walk-ins');
      return found;
    },
  );
}
