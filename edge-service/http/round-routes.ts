/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers and forwards their errors; the rule speaks of Express 4 */
import { z } from 'zod';
import type { Discrepancy } from '#shared/counting/discrepancy.ts';
import {
  httpDiscrepancySchema,
  type HttpRound,
  httpStationSchema,
  httpTubeSchema,
  type installSchema,
  ladderSchema,
  listOf,
  type Missing,
  missingSchema,
  roundRequestSchema,
  roundSchema,
  tubePersonSchema,
} from '#shared/contract/http.ts';
import { recreationRequestSchema, stateRequestSchema } from '#shared/contract/http-requests.ts';
import { rosterHistorySchema } from '#shared/contract/http-taken.ts';
import { eventIdSchema, roundIdSchema, type RoundId } from '#shared/ids.ts';
import { type SiteRound, siteRoundSchema } from '#shared/round.ts';
import type { InstallRow } from '#shared/contract/board.ts';
import { may, type Role } from '#shared/permissions.ts';
import { fieldError } from './field-words.ts';
import { asker, type EdgeHttp, type EdgeParts } from './http-server.ts';
import { MISSING_LIST, OpeningLog, ROSTER_CHANGES } from './opening-log.ts';
import { HttpProblem } from './problems.ts';
import { httpTime, httpTimeOrNull } from '#shared/site-time.ts';
import { Refusal } from '../ledger/refusal.ts';
import type { StoredRound } from '../ledger/stored-round.ts';
import { stationRows } from '../kiosks/station-rows.ts';

export const roundParams = z.strictObject({ id: roundIdSchema });

/** Rounds and what can be read of them. */
export function addRoundRoutes(app: EdgeHttp, parts: EdgeParts): void {
  const { ledger, keys } = parts;
  const log = new OpeningLog(parts);

  const roundBody = (stored: StoredRound, roles: readonly Role[]): HttpRound => ({
    ...definitionBody(stored.definition),
    id: stored.round,
    number: stored.number,
    state: stored.state,
    createdAt: httpTime(stored.createdAt),
    openedAt: httpTimeOrNull(stored.openedAt),
    closedAt: httpTimeOrNull(stored.closedAt),
    rosterVersion: stored.rosterVersion,
    rosterWorkbook: stored.rosterWorkbook,
    rosterToCorrect: stored.rosterToCorrect,
    labVersion: stored.labVersion,
    labLines: stored.labLines,
    labComplete: stored.listComplete,
    openingCode: may(roles, 'opening-code.read') ? (keys.round(stored.round)?.openingCode ?? null) : null,
  });

  app.get(
    '/api/v1/rounds',
    { config: { access: 'round.read' }, schema: { response: { 200: listOf('rounds', roundSchema) } } },
    async (request) => {
      const { roles } = asker(request);
      return { rounds: (await ledger.report('round.list', {})).map((r) => roundBody(r, roles)) };
    },
  );

  app.post(
    '/api/v1/rounds',
    {
      config: { access: 'round.create' },
      schema: { body: roundRequestSchema, response: { 201: roundSchema } },
    },
    async (request, reply) => {
      const { name, roles } = asker(request);
      const stored = await ledger.write('round.create', {
        definition: parseDefinition(request.body),
        by: name,
      });
      reply.code(201);
      return roundBody(stored, roles);
    },
  );

  app.get(
    '/api/v1/rounds/:id',
    {
      config: { access: 'round.read', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: roundSchema } },
    },
    async (request) => {
      const stored = await ledger.report('round.get', { round: request.params.id });
      if (stored === null) throw new HttpProblem('no-round');
      return roundBody(stored, asker(request).roles);
    },
  );

  app.post(
    '/api/v1/rounds/:id/state',
    {
      config: {
        access: 'round.move',
        refuses: ['no-round', 'round-state', 'not-complete', 'discrepancies-open'],
      },
      schema: { params: roundParams, body: stateRequestSchema, response: { 200: roundSchema } },
    },
    async (request) => {
      const { name, roles } = asker(request);
      const { id: round } = request.params;
      const { state, reason = null } = request.body;
      try {
        return roundBody(await ledger.write('round.state', { round, state, reason, by: name }), roles);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code !== 'not-complete') throw error;
        const bars = await ledger.report('round.bars', { round, reason });
        throw new HttpProblem('not-complete', { errors: bars });
      }
    },
  );

  app.post(
    '/api/v1/rounds/:id/recreation',
    {
      config: { access: 'round.create', refuses: ['no-round', 'round-known'] },
      schema: { params: roundParams, body: recreationRequestSchema, response: { 201: roundSchema } },
    },
    async (request, reply) => {
      const { name: by, roles } = asker(request);
      const { name = null, reason } = request.body;
      const stored = await ledger.write('round.recreate', { round: request.params.id, name, reason, by });
      reply.code(201);
      return roundBody(stored, roles);
    },
  );

  app.get(
    '/api/v1/rounds/:id/ladder',
    {
      config: { access: 'numbers.see', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: ladderSchema } },
    },
    async (request) => {
      const { id } = request.params;
      await demandRound(parts, id);
      const ladder = await ledger.report('ladder', { round: id });
      return { ...ladder, finalUpTo: httpTimeOrNull(ladder.finalUpTo) };
    },
  );

  app.get(
    '/api/v1/rounds/:id/stations',
    {
      config: { access: 'numbers.see', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: listOf('stations', httpStationSchema) } },
    },
    async (request) => {
      const stored = await ledger.report('board.state', { round: request.params.id });
      if (stored === null) throw new HttpProblem('no-round');
      const stations = stationRows(stored, parts.desk.live());
      return {
        stations: stations.map((s) => ({ ...s, id: s.station, installs: s.installs.map(installBody) })),
      };
    },
  );

  app.get(
    '/api/v1/rounds/:id/tubes',
    {
      config: { access: 'numbers.see', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: listOf('tubes', httpTubeSchema) } },
    },
    async (request) => {
      const { id } = request.params;
      await demandRound(parts, id);
      const tubes = await ledger.report('round.tubes', { round: id });
      return {
        tubes: tubes.map((t) => ({
          ...t,
          id: t.opened,
          openedAt: httpTimeOrNull(t.openedAt),
          sealedAt: httpTimeOrNull(t.sealedAt),
        })),
      };
    },
  );

  app.get(
    '/api/v1/rounds/:id/tubes/:opened/people',
    {
      config: { access: 'tube.people', refuses: ['no-round', 'no-tube'] },
      schema: {
        params: z.strictObject({ id: roundIdSchema, opened: eventIdSchema }),
        querystring: z.object({ reason: z.string().trim().min(1).max(200) }),
        response: { 200: listOf('people', tubePersonSchema) },
      },
    },
    async (request) => {
      const { id: round, opened } = request.params;
      const people = await ledger.report('tube.people', { round, opened });
      if (people === null) throw new HttpProblem('no-tube');
      // Logged before anything is answered: an opening nobody can see afterwards must not happen.
      await log.note(request, {
        round,
        what: `tube ${opened}`,
        reason: request.query.reason,
        people: new Set(people.map((p) => p.number ?? p.name).filter((p) => p !== null)).size,
      });
      return { people: people.map((p) => ({ ...p, time: httpTime(p.time) })) };
    },
  );

  app.get(
    '/api/v1/rounds/:id/roster/history',
    {
      config: { access: 'roster.import', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: rosterHistorySchema } },
    },
    async (request) => {
      const round = request.params.id;
      await demandRound(parts, round);
      const { frozen, amendments } = await ledger.report('roster.history', { round });
      await log.noteList(request, {
        round,
        ...ROSTER_CHANGES,
        people: amendments.reduce((n, a) => n + a.joined.length + a.left.length + a.changed.length, 0),
      });
      return {
        frozen: frozen === null ? null : { ...frozen, at: httpTime(frozen.at) },
        amendments: amendments.map((a) => ({ ...a, id: eventIdSchema.parse(a.id), at: httpTime(a.at) })),
      };
    },
  );

  app.get(
    '/api/v1/rounds/:id/discrepancies',
    {
      config: { access: 'numbers.see', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: listOf('discrepancies', httpDiscrepancySchema) } },
    },
    async (request) => {
      const found = await ledger.report('round.discrepancies', { round: request.params.id });
      if (found === null) throw new HttpProblem('no-round');
      return { discrepancies: found.map(discrepancyBody) };
    },
  );

  app.get(
    '/api/v1/rounds/:id/missing',
    {
      config: { access: 'missing.read', refuses: ['no-round'] },
      schema: { params: roundParams, response: { 200: missingSchema } },
    },
    async (request, reply) => {
      const round = request.params.id;
      const { bytes, people } = await ledger.report('round.missing', { round });
      await log.noteList(request, { round, ...MISSING_LIST, people });
      // bytes in the shape of the schema: the reports' thread has serialised them, and fastify sends bytes as they are
      return reply.type('application/json; charset=utf-8').send(Buffer.from(bytes) as unknown as Missing);
    },
  );
}

/** Throws `no-round` where reports would answer with zeros. */
export async function demandRound(parts: Pick<EdgeParts, 'ledger'>, round: RoundId): Promise<StoredRound> {
  const stored = await parts.ledger.report('round.get', { round });
  if (stored === null) throw new HttpProblem('no-round');
  return stored;
}

function parseDefinition(body: z.output<typeof roundRequestSchema>): SiteRound {
  const sessions = body.sessions.map((s) => ({ ...s, from: Date.parse(s.from), to: Date.parse(s.to) }));
  const parsed = siteRoundSchema.safeParse({ ...body, sessions });
  if (parsed.success) return parsed.data;
  throw new HttpProblem('invalid-request', {
    errors: parsed.error.issues.map(({ path, code, message, ...params }) =>
      fieldError({ path: path.join('.'), keyword: code, message, params }),
    ),
  });
}

function definitionBody(definition: SiteRound): z.output<typeof roundRequestSchema> {
  return {
    ...definition,
    sessions: definition.sessions.map((s) => ({ ...s, from: httpTime(s.from), to: httpTime(s.to) })),
  };
}

function discrepancyBody(d: Discrepancy): z.infer<typeof httpDiscrepancySchema> {
  const earlier = d.earlier.map((e) => ({ ...e, at: httpTime(e.at) }));
  return { ...d, openedAt: httpTimeOrNull(d.openedAt), sealedAt: httpTimeOrNull(d.sealedAt), earlier };
}

/** A kiosk's row as HTTP has it; what was given there by mistake is for the board alone. */
export function installBody(row: InstallRow): z.infer<typeof installSchema> {
  const { install, lastContact, readerSince, wrongObjects: _forTheBoard, ...rest } = row;
  return {
    ...rest,
    id: install,
    lastContact: httpTimeOrNull(lastContact),
    readerSince: httpTimeOrNull(readerSince),
  };
}
