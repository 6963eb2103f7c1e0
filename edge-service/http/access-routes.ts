/* oxlint-disable oxc/no-async-endpoint-handlers -- fastify awaits its handlers and forwards their errors; the rule speaks of Express 4 */
import { renderSVG } from 'uqr';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  accountSchema,
  healthSchema,
  listOf,
  openedSessionSchema,
  pairingSchema,
  sessionSchema,
} from '#shared/contract/http.ts';
import {
  setupRequestSchema,
  sessionRequestSchema,
  sessionChangeSchema,
  accountRequestSchema,
  accountChangeSchema,
  pairingRequestSchema,
} from '#shared/contract/http-requests.ts';
import { hashHexSchema } from '#shared/ids.ts';
import { formatPairingCode, redeemReplySchema, redeemSchema } from '#shared/contract/wire.ts';
import { bytesToHex } from '#shared/bytes.ts';
import type { AccountRow } from '../access/access-reports.ts';
import type { Accounts, Session } from './accounts.ts';
import { asker, type EdgeHttp, type EdgeParts, SESSION_COOKIE } from './http-server.ts';
import { BYTES_TYPE } from './openapi.ts';
import {
  newPairingId,
  newPairingSecret,
  newToken,
  PAIRING_LIFETIME_MS,
  PAIRING_TRIES_PER_ADDRESS_MAX,
  tokenHash,
} from '../access/secrets.ts';
import { HttpProblem } from './problems.ts';
import { httpTime, httpTimeOrNull } from '#shared/site-time.ts';
import { TryLimit } from './try-limit.ts';
import { VERSION } from './version.ts';

/** Wrong pairing secrets per address, so that no address can spoil the pairings of others; a new pairing gives new tries. */
const REDEEM_TRIES = { triesMax: PAIRING_TRIES_PER_ADDRESS_MAX, windowMs: PAIRING_LIFETIME_MS };

/** Health, set-up, sessions, accounts and pairings. */
export function addAccessRoutes(app: EdgeHttp, parts: EdgeParts): void {
  const { accounts, ledger, keys } = parts;
  const redeems = new TryLimit({ clock: parts.clock, ...REDEEM_TRIES });

  app.get(
    '/api/v1/health',
    { config: { access: 'health.read' }, schema: { response: { 200: healthSchema } } },
    async () => {
      const { epoch } = await ledger.report('ledger.identity', {});
      const { damagedAt, checkedAt } = parts.database.state;
      return {
        status: damagedAt === null ? ('ok' as const) : ('database-damaged' as const),
        version: VERSION,
        site: parts.site,
        epoch,
        time: httpTime(parts.clock.wall()),
        needsSetup: accounts.needsSetup,
        database: { damagedAt: httpTimeOrNull(damagedAt), checkedAt: httpTimeOrNull(checkedAt) },
      };
    },
  );

  app.post(
    '/api/v1/setup',
    {
      config: { access: 'site.set-up', refuses: ['already-set-up', 'setup-code', 'too-many-tries'] },
      schema: { body: setupRequestSchema, response: { 201: openedSessionSchema } },
    },
    async (request, reply) => {
      const opened = await accounts.setUp({ ...request.body, address: request.ip });
      reply.code(201);
      return giveCookie(reply, opened, parts);
    },
  );

  app.post(
    '/api/v1/session',
    {
      config: { access: 'session.open', refuses: ['wrong-login', 'too-many-tries'] },
      schema: { body: sessionRequestSchema, response: { 200: openedSessionSchema } },
    },
    async (request, reply) =>
      giveCookie(reply, await accounts.logIn({ ...request.body, address: request.ip }), parts),
  );

  app.get(
    '/api/v1/session',
    { config: { access: 'session.read' }, schema: { response: { 200: sessionSchema } } },
    (request) => sessionBody(accounts, asker(request)),
  );

  app.patch(
    '/api/v1/session',
    {
      config: { access: 'session.change' },
      schema: { body: sessionChangeSchema, response: { 200: sessionSchema } },
    },
    async (request) => {
      await accounts.chooseLanguage(asker(request), request.body.language);
      return sessionBody(accounts, asker(request));
    },
  );

  app.delete('/api/v1/session', { config: { access: 'session.close' } }, async (request, reply) => {
    await accounts.logOut(asker(request));
    return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send();
  });

  app.get(
    '/api/v1/accounts',
    {
      config: { access: 'account.manage' },
      schema: { response: { 200: listOf('accounts', accountSchema) } },
    },
    async () => ({
      accounts: (await accounts.list()).map(accountBody),
    }),
  );

  app.post(
    '/api/v1/accounts',
    {
      config: { access: 'account.manage', refuses: ['account-exists'] },
      schema: { body: accountRequestSchema, response: { 201: accountSchema } },
    },
    async (request, reply) => {
      reply.code(201);
      return accountBody(await accounts.create(request.body));
    },
  );

  app.patch(
    '/api/v1/accounts/:name',
    {
      config: { access: 'account.manage', refuses: ['no-account', 'last-administrator'] },
      schema: {
        params: z.strictObject({ name: z.string().max(40) }),
        body: accountChangeSchema,
        response: { 200: accountSchema },
      },
    },
    async (request) => {
      const { password, roles, disabled } = request.body;
      return accountBody(
        await accounts.change({
          name: request.params.name,
          password: password ?? null,
          roles: roles ?? null,
          disabled: disabled ?? null,
        }),
      );
    },
  );

  app.post(
    '/api/v1/pairings',
    {
      config: { access: 'pairing.manage' },
      schema: { body: pairingRequestSchema, response: { 201: pairingSchema } },
    },
    async (request, reply) => {
      const { station } = request.body;
      const pairing = newPairingId();
      const secret = newPairingSecret();
      const { expiresAt } = await ledger.write('access.pairing-create', {
        pairing,
        station,
        secretHash: tokenHash(keys.site().tokenKey, secret),
        by: asker(request).name,
      });
      redeems.forgetAll();
      const address = parts.address();
      const code = formatPairingCode({ ...address, secret });
      reply.code(201);
      return {
        id: pairing,
        station,
        code,
        qr: renderSVG(code),
        secret,
        address: `${address.host}:${address.port}`,
        fingerprint: address.fingerprint,
        expiresAt: httpTime(expiresAt),
      };
    },
  );

  app.delete(
    '/api/v1/pairings/:id',
    {
      config: { access: 'pairing.manage', refuses: ['no-pairing'] },
      schema: { params: z.strictObject({ id: z.uuid() }) },
    },
    async (request, reply) => {
      await ledger.write('access.pairing-revoke', { pairing: request.params.id });
      parts.desk.disconnect(request.params.id);
      return reply.code(204).send();
    },
  );

  app.post(
    '/api/v1/pairings/redeem',
    {
      config: { access: 'pairing.redeem', refuses: ['pairing-secret', 'too-many-tries'] },
      schema: { body: redeemSchema, response: { 200: redeemReplySchema } },
    },
    async (request) => {
      if (!redeems.take(request.ip)) throw new HttpProblem('too-many-tries');
      const token = newToken();
      const { previous } = request.body;
      const { tokenKey, intakePublic } = keys.site();
      const redeemed = await ledger.write('access.pairing-redeem', {
        secretHash: tokenHash(tokenKey, request.body.secret),
        tokenHash: tokenHash(tokenKey, token),
        device: request.body.device,
        previousHash: previous === undefined ? null : tokenHash(tokenKey, previous),
      });
      if (redeemed.outcome !== 'redeemed') throw new HttpProblem('pairing-secret');
      redeems.giveBack(request.ip);
      if (redeemed.ended !== null) parts.desk.disconnect(redeemed.ended);
      return { token, station: redeemed.station, site: parts.site, intakeKey: bytesToHex(intakePublic) };
    },
  );

  app.get(
    '/api/v1/roster-keys/:hash',
    {
      config: { access: 'roster-keys.read', refuses: ['no-roster-keys'], gives: BYTES_TYPE },
      schema: { params: z.strictObject({ hash: hashHexSchema }) },
    },
    async (request, reply) => {
      const { hash } = request.params;
      const station = request.kioskStation;
      const bytes =
        station === null
          ? await ledger.report('roster.keys', { hash })
          : await ledger.report('kiosk.roster-keys', { hash, station });
      if (bytes === null) throw new HttpProblem('no-roster-keys');
      return reply
        .header('cache-control', 'private, max-age=31536000, immutable')
        .type(BYTES_TYPE)
        .send(Buffer.from(bytes));
    },
  );
}

async function giveCookie(
  reply: FastifyReply,
  opened: { session: Session; token: string },
  parts: EdgeParts,
): Promise<z.infer<typeof openedSessionSchema>> {
  const { session, token } = opened;
  reply.setCookie(SESSION_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: parts.address().fingerprint !== null,
  });
  return { ...(await sessionBody(parts.accounts, session)), token };
}

async function sessionBody(accounts: Accounts, session: Session): Promise<z.infer<typeof sessionSchema>> {
  const { name, roles, expiresAt } = session;
  return {
    name,
    roles: [...roles],
    expiresAt: httpTime(expiresAt),
    language: await accounts.languageOf(session),
  };
}

function accountBody(account: AccountRow): z.infer<typeof accountSchema> {
  return {
    id: account.name,
    name: account.name,
    roles: account.roles,
    createdAt: httpTime(account.createdAt),
    disabled: account.disabled,
  };
}
