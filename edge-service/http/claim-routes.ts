import { z } from 'zod';
import { claimAnswerSchema } from '#shared/contract/http-requests.ts';
import { listOf, madeEventSchema } from '#shared/contract/http.ts';
import { journalClaimSchema } from '#shared/contract/http-installs.ts';
import { installIdSchema } from '#shared/ids.ts';
import { httpTime, httpTimeOrNull } from '#shared/site-time.ts';
import { asker, type EdgeHttp, type EdgeParts } from './http-server.ts';

/** Kiosks that say a journal of another pairing is their own, and a person's answer. */
export function addClaimRoutes(app: EdgeHttp, parts: EdgeParts): void {
  const { ledger } = parts;

  app.get(
    '/api/v1/journal-claims',
    {
      config: { access: 'install.inspect' },
      schema: { response: { 200: listOf('claims', journalClaimSchema) } },
    },
    async () => ({
      claims: (await ledger.report('claims', {})).map((claim) => ({
        ...claim,
        at: httpTime(claim.at),
        lastContact: httpTimeOrNull(claim.lastContact),
      })),
    }),
  );

  app.post(
    '/api/v1/journal-claims/:install/:pairing',
    {
      config: { access: 'install.decide', refuses: ['no-claim'] },
      schema: {
        params: z.strictObject({ install: installIdSchema, pairing: z.uuid() }),
        body: claimAnswerSchema,
        response: { 201: madeEventSchema },
      },
    },
    async (request, reply) => {
      const made = await ledger.write('claim.decide', {
        ...request.params,
        ...request.body,
        by: asker(request).name,
      });
      if (made.takenFrom !== null) parts.desk.disconnect(made.takenFrom);
      reply.code(201);
      return { id: made.event, time: httpTime(made.time) };
    },
  );
}
