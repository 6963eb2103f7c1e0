import { z } from 'zod';
import { madeEventSchema } from '#shared/contract/http.ts';
import {
  decisionRequestSchema,
  exceptionRequestSchema,
  excuseRequestSchema,
  filingRequestSchema,
  identityRequestSchema,
  linkDecisionRequestSchema,
  linkRequestSchema,
  namedDecisionRequestSchema,
  reasonRequestSchema,
  tubeCorrectionSchema,
  voidRequestSchema,
  walkInsRequestSchema,
} from '#shared/contract/http-requests.ts';
import { isDecidedOn } from '#shared/event/difference-numbers.ts';
import { eventIdSchema, installIdSchema, roundIdSchema, type RoundId } from '#shared/ids.ts';
import { asker, type EdgeHttp, type EdgeParts } from './http-server.ts';
import { roundParams } from './round-routes.ts';
import { HttpProblem, type ProblemCode } from './problems.ts';
import type { RoundDecision } from '../rounds/round-decisions.ts';
import { httpTime } from '#shared/site-time.ts';

/** What any decision may be refused for. */
const DECIDED: readonly ProblemCode[] = ['no-round', 'round-closed'];
const made = { 201: madeEventSchema };
const eventParams = z.strictObject({ id: roundIdSchema, event: eventIdSchema });

/** What people decide about a round; each becomes an event of the edge's journal. */
export function addDecisionRoutes(app: EdgeHttp, parts: EdgeParts): void {
  const decide = async (
    request: Parameters<typeof asker>[0] & { params: { id: RoundId } },
    decision: RoundDecision,
  ): Promise<z.infer<typeof madeEventSchema>> => {
    const { event, time } = await parts.ledger.write('round.decide', {
      round: request.params.id,
      by: asker(request).name,
      decision,
    });
    return { id: event, time: httpTime(time) };
  };

  app.post(
    '/api/v1/rounds/:id/voids',
    {
      config: { access: 'swipe.void', refuses: [...DECIDED, 'no-event', 'not-a-swipe', 'other-round'] },
      schema: { params: roundParams, body: voidRequestSchema, response: made },
    },
    async (request, reply) => {
      reply.code(201);
      return decide(request, { type: 'void', ...request.body });
    },
  );

  app.post(
    '/api/v1/rounds/:id/tubes/:opened/corrections',
    {
      config: { access: 'tube.correct', refuses: [...DECIDED, 'no-tube'] },
      schema: {
        params: z.strictObject({ id: roundIdSchema, opened: eventIdSchema }),
        body: tubeCorrectionSchema,
        response: made,
      },
    },
    async (request, reply) => {
      const { code = null, batch = null, station = null, swabbed = null, reason } = request.body;
      const { opened } = request.params;
      reply.code(201);
      return decide(request, {
        type: 'tube-corrected',
        opened,
        code,
        batch,
        atStation: station,
        swabbed,
        reason,
      });
    },
  );

  app.post(
    '/api/v1/rounds/:id/excuses',
    {
      config: { access: 'excuse.decide', refuses: [...DECIDED, 'no-person'] },
      schema: { params: roundParams, body: excuseRequestSchema, response: made },
    },
    async (request, reply) => {
      reply.code(201);
      return decide(request, { type: 'excuse', ...request.body });
    },
  );

  app.delete(
    '/api/v1/rounds/:id/excuses/:event',
    {
      config: { access: 'excuse.decide', refuses: [...DECIDED, 'no-event', 'other-round', 'taken-back'] },
      schema: { params: eventParams, response: { 200: madeEventSchema } },
    },
    (request) => decide(request, { type: 'excuse-withdrawn', excuse: request.params.event }),
  );

  app.post(
    '/api/v1/rounds/:id/links',
    {
      config: { access: 'credential.link', refuses: [...DECIDED, 'no-credential', 'same-credential'] },
      schema: { params: roundParams, body: linkRequestSchema, response: made },
    },
    async (request, reply) => {
      reply.code(201);
      return decide(request, { type: 'link', ...request.body });
    },
  );

  app.delete(
    '/api/v1/rounds/:id/links/:event',
    {
      config: { access: 'credential.link', refuses: [...DECIDED, 'no-event', 'other-round', 'taken-back'] },
      schema: { params: eventParams, response: { 200: madeEventSchema } },
    },
    (request) => decide(request, { type: 'unlink', link: request.params.event }),
  );

  app.post(
    '/api/v1/rounds/:id/links/:event/decision',
    {
      config: { access: 'credential.link', refuses: [...DECIDED, 'no-event', 'other-round', 'taken-back'] },
      schema: { params: eventParams, body: linkDecisionRequestSchema, response: made },
    },
    async (request, reply) => {
      reply.code(201);
      return decide(request, { type: 'link-decided', link: request.params.event, ...request.body });
    },
  );

  app.post(
    '/api/v1/rounds/:id/identities',
    {
      config: {
        access: 'walk-in.decide',
        refuses: [...DECIDED, 'no-person', 'no-credential', 'on-roster'],
      },
      schema: { params: roundParams, body: identityRequestSchema, response: made },
    },
    async (request, reply) => {
      reply.code(201);
      return decide(request, { type: 'identity-decided', ...request.body });
    },
  );

  app.post(
    '/api/v1/rounds/:id/walk-ins',
    {
      config: { access: 'walk-in.decide', refuses: [...DECIDED, 'no-credential'] },
      schema: { params: roundParams, body: walkInsRequestSchema, response: made },
    },
    async (request, reply) => {
      reply.code(201);
      return decide(request, { type: 'walk-ins-described', ...request.body });
    },
  );

  app.post(
    '/api/v1/rounds/:id/filings',
    {
      config: { access: 'install.decide', refuses: [...DECIDED, 'no-install', 'beyond-head', 'keys-gone'] },
      schema: { params: roundParams, body: filingRequestSchema, response: made },
    },
    async (request, reply) => {
      reply.code(201);
      return decide(request, { type: 'filed', ...request.body });
    },
  );

  app.post(
    '/api/v1/rounds/:id/exceptions',
    {
      config: { access: 'install.decide', refuses: [...DECIDED, 'no-install', 'below-head'] },
      schema: { params: roundParams, body: exceptionRequestSchema, response: made },
    },
    async (request, reply) => {
      reply.code(201);
      return decide(request, { type: 'exception', ...request.body });
    },
  );

  app.post(
    '/api/v1/rounds/:id/quarantine/:event',
    {
      config: { access: 'install.decide', refuses: [...DECIDED, 'not-in-quarantine'] },
      schema: { params: eventParams, body: reasonRequestSchema, response: made },
    },
    async (request, reply) => {
      reply.code(201);
      return decide(request, {
        type: 'quarantine-settled',
        event: request.params.event,
        reason: request.body.reason,
      });
    },
  );

  app.post(
    '/api/v1/rounds/:id/forks/:install',
    {
      config: { access: 'install.decide', refuses: [...DECIDED, 'no-install', 'no-fork'] },
      schema: {
        params: z.strictObject({ id: roundIdSchema, install: installIdSchema }),
        body: reasonRequestSchema,
        response: made,
      },
    },
    async (request, reply) => {
      reply.code(201);
      return decide(request, {
        type: 'fork-reviewed',
        install: request.params.install,
        reason: request.body.reason,
      });
    },
  );

  /** A decision is about a discrepancy that stands, on its numbers; what has gone or changed meanwhile is told, not decided. */
  const decideDiscrepancy = async (
    request: Parameters<typeof decide>[0],
    decided: z.infer<typeof decisionRequestSchema> & { id: string },
  ): Promise<z.infer<typeof madeEventSchema>> => {
    const found = await parts.ledger.report('round.discrepancies', { round: request.params.id });
    if (found === null) throw new HttpProblem('no-round');
    const standing = found.find((d) => d.id === decided.id);
    if (standing === undefined) throw new HttpProblem('no-discrepancy');
    const { id: discrepancy, state, reason, numbers: seen = standing.numbers } = decided;
    if (!isDecidedOn(seen, standing.numbers)) throw new HttpProblem('discrepancy-changed');
    return decide(request, { type: 'difference-decided', discrepancy, state, reason, on: standing.numbers });
  };

  app.post(
    '/api/v1/rounds/:id/discrepancies/decision',
    {
      config: {
        access: 'discrepancy.decide',
        refuses: [...DECIDED, 'no-discrepancy', 'discrepancy-changed'],
      },
      schema: {
        params: roundParams,
        body: namedDecisionRequestSchema,
        response: made,
      },
    },
    async (request, reply) => {
      reply.code(201);
      return decideDiscrepancy(request, request.body);
    },
  );

  app.post(
    '/api/v1/rounds/:id/discrepancies/:discrepancy/decision',
    {
      config: {
        access: 'discrepancy.decide',
        refuses: [...DECIDED, 'no-discrepancy', 'discrepancy-changed'],
      },
      schema: {
        params: z.strictObject({ id: roundIdSchema, discrepancy: z.string().min(1).max(120) }),
        body: decisionRequestSchema,
        response: made,
      },
    },
    async (request, reply) => {
      reply.code(201);
      return decideDiscrepancy(request, { ...request.body, id: request.params.discrepancy });
    },
  );
}
