/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers and forwards their errors; the rule speaks of Express 4 */
import { z } from 'zod';
import { installSchema, listOf } from '#shared/contract/http.ts';
import {
  forkSchema,
  pairedKioskSchema,
  quarantinedEventSchema,
  unfiledRunSchema,
} from '#shared/contract/http-installs.ts';
import { roundIdSchema } from '#shared/ids.ts';
import type { EdgeHttp, EdgeParts } from './http-server.ts';
import { demandRound, installBody, roundParams } from './round-routes.ts';
import { httpTime, httpTimeOrNull } from '#shared/site-time.ts';
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
