/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers and forwards their errors; the rule speaks of Express 4 */
import { z } from 'zod';
import { reasonRequestSchema } from '#shared/contract/http-requests.ts';
import { installSchema, listOf, madeEventSchema } from '#shared/contract/http.ts';
import {
  edgeClockSchema,
  forkSchema,
  pairedKioskSchema,
  quarantinedEventSchema,
  restoreLossSchema,
  unfiledRunSchema,
} from '#shared/contract/http-installs.ts';
import { eventId, eventIdSchema, roundIdSchema, splitEventId } from '#shared/ids.ts';
import { asker, type EdgeHttp, type EdgeParts } from './http-server.ts';
import { demandRound, installBody, roundParams } from './round-routes.ts';
import { httpTime, httpTimeOrNull } from '#shared/site-time.ts';
import { edgeClockFinding } from '../kiosks/clock-comparison.ts';
import { installRow } from '../kiosks/station-rows.ts';

/** What stands in quarantine is settled one by one by a person: nobody reads more than this at a time; `total` says how many there are. */
const QUARANTINE_ROWS_MAX = 200;

/** The journals heard of, their pairings, and what of them waits for a person: quarantine, forks, runs to be filed. */
export function addInstallRoutes(app: EdgeHttp, parts: EdgeParts): void {
  const { ledger } = parts;

  app.get(
    '/api/v1/installs',
    {
      config: { access: 'install.read', refuses: ['no-round'] },
      schema: {
        querystring: z.object({ round: roundIdSchema.optional() }),
        response: { 200: listOf('installs', installSchema) },
      },
    },
    async (request) => {
      const { round } = request.query;
      if (round !== undefined) await demandRound(parts, round);
      const contact = round === undefined ? null : await ledger.report('contact', { round });
      const live = parts.desk.live();
      const installs = (await ledger.report('installs', {})).filter((i) => i.kind === 'kiosk');
      return {
        installs: installs.map((i) =>
          installBody(installRow(i, { contact, live: live.get(i.install) ?? null })),
        ),
      };
    },
  );

  app.get(
    '/api/v1/pairings',
    {
      config: { access: 'pairing.manage' },
      schema: { response: { 200: listOf('pairings', pairedKioskSchema) } },
    },
    async () => ({
      pairings: (await ledger.report('access.pairings', {})).map((p) => ({
        ...p,
        redeemedAt: httpTime(p.redeemedAt),
        lastContact: httpTimeOrNull(p.lastContact),
      })),
    }),
  );

  app.get(
    '/api/v1/rounds/:id/quarantine',
    {
      config: { access: 'install.inspect', refuses: ['no-round'] },
      schema: {
        params: roundParams,
        response: {
          200: z.strictObject({ total: z.int().min(0), events: z.array(quarantinedEventSchema) }),
        },
      },
    },
    async (request) => {
      await demandRound(parts, request.params.id);
      const { total, events } = await ledger.report('quarantine', { rowsMax: QUARANTINE_ROWS_MAX });
      return { total, events: events.map((e) => ({ ...e, receivedAt: httpTime(e.receivedAt) })) };
    },
  );

  app.get(
    '/api/v1/rounds/:id/forks',
    {
      config: { access: 'install.inspect', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: listOf('forks', forkSchema) } },
    },
    async (request) => {
      const round = request.params.id;
      await demandRound(parts, round);
      const { open } = await ledger.report('contact', { round });
      const installs = new Map((await ledger.report('installs', {})).map((i) => [i.install, i]));
      return {
        forks: open.unreviewedForks.flatMap((id) => {
          const install = installs.get(id);
          if (!install) return [];
          const { station, device, parent, parentSequence, lastContact } = install;
          const trouble = install.trouble === 'version' ? null : install.trouble;
          return [
            {
              id,
              station,
              device,
              parent,
              parentSequence,
              trouble,
              lastContact: httpTimeOrNull(lastContact),
            },
          ];
        }),
      };
    },
  );

  app.get(
    '/api/v1/edge-clock',
    { config: { access: 'numbers.see' }, schema: { response: { 200: edgeClockSchema } } },
    async () => ({
      finding: edgeClockFinding(parts.desk.live().values(), {
        now: parts.clock.wall(),
        storedAt: await ledger.report('event.newest', {}),
      }),
    }),
  );

  app.get(
    '/api/v1/restore-losses',
    {
      config: { access: 'install.inspect' },
      schema: { response: { 200: listOf('losses', restoreLossSchema) } },
    },
    async () => ({
      losses: (await ledger.report('restore-loss', {})).map(({ toldBy: _, ...loss }) => ({
        ...loss,
        id: eventId(loss.install, loss.from),
        at: httpTime(loss.at),
        acknowledgedAt: httpTimeOrNull(loss.acknowledgedAt),
      })),
    }),
  );

  app.post(
    '/api/v1/restore-losses/:loss/acknowledgement',
    {
      config: { access: 'install.decide', refuses: ['no-loss'] },
      schema: {
        params: z.strictObject({ loss: eventIdSchema }),
        body: reasonRequestSchema,
        response: { 201: madeEventSchema },
      },
    },
    async (request, reply) => {
      const { install, sequence: from } = splitEventId(request.params.loss);
      const made = await ledger.write('restore-loss.acknowledge', {
        install,
        from,
        reason: request.body.reason,
        by: asker(request).name,
      });
      reply.code(201);
      return { id: made.event, time: httpTime(made.time) };
    },
  );

  app.get(
    '/api/v1/unfiled',
    { config: { access: 'install.decide' }, schema: { response: { 200: listOf('runs', unfiledRunSchema) } } },
    async () => ({
      runs: (await ledger.report('round.unfiled', {})).map((r) => ({
        ...r,
        id: `${r.install}:${r.from}`,
        firstTime: httpTime(r.firstTime),
        lastTime: httpTime(r.lastTime),
      })),
    }),
  );
}
