/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers and forwards their errors; the rule speaks of Express 4 */
import {
  rosterCountsSchema,
  rosterPeopleRequestSchema,
  rosterPeopleSchema,
} from '#shared/contract/http-roster.ts';
import { writtenReason } from '#shared/opening-reason.ts';
import type { EdgeHttp, EdgeParts } from './http-server.ts';
import { OpeningLog } from './opening-log.ts';
import { demandRound, roundParams } from './round-routes.ts';

/** 花名册内容: the roster as it is stored. */
export function addRosterListRoutes(app: EdgeHttp, parts: Pick<EdgeParts, 'ledger' | 'clock'>): void {
  const { ledger } = parts;
  const log = new OpeningLog(parts);
  const opening = { what: 'roster-people', reason: writtenReason('term.roster-contents') };

  app.get(
    '/api/v1/rounds/:id/roster',
    {
      config: { access: 'roster.import', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: rosterCountsSchema } },
    },
    async (request) => {
      const round = request.params.id;
      await demandRound(parts, round);
      return ledger.report('roster.counts', { round });
    },
  );

  app.post(
    '/api/v1/rounds/:id/roster/people',
    {
      config: { access: 'roster.import', refuses: ['no-round', 'roster-changed', 'round-purged'] },
      schema: { params: roundParams, body: rosterPeopleRequestSchema, response: { 200: rosterPeopleSchema } },
    },
    async (request) => {
      const round = request.params.id;
      await demandRound(parts, round);
      const found = await ledger.report('roster.people', { round, ...request.body });
      // Each page and search shows other people: only the same one asked for again is the same opening.
      const page = JSON.stringify(request.body);
      await log.notePage(request, { round, ...opening, people: found.people.length }, page);
      return found;
    },
  );
}
