import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askEdge, ANSWER_BYTES_MAX } from '../../../../kiosk/station/uplink/edge-http.ts';
import { ClockOffset, ROUND_TRIP_MS_MAX } from '../../../../kiosk/station/uplink/clock-offset.ts';
import { ANSWER_MS_MAX, answered } from '../../../../kiosk/station/uplink/handshake.ts';
import type {
  ConnectResult,
  Connection,
  LinkListener,
  LinkTarget,
} from '../../../../kiosk/station/uplink/link.ts';
import { FETCH_MS_MAX, RosterFetch } from '../../../../kiosk/station/uplink/roster-fetch.ts';
import { askRosterName, ROSTER_NAME_MS_MAX } from '../../../../kiosk/station/uplink/name-question.ts';
import { askTubeUsed, TUBE_USED_MS_MAX } from '../../../../kiosk/station/uplink/tube-question.ts';
import { BUSY_WAIT_MS_MAX, CONNECT_MS_MAX } from '../../../../kiosk/station/uplink/uplink.ts';
import type { CredentialKey } from '#shared/ids.ts';
import { testUuid } from '../../../support/kiosk/test-journal.ts';
import { HandClock } from '../../../support/hand-clock.ts';
import { HandEdge, HandLink } from '../../../support/kiosk/hand-link.ts';
import {
  makeRound,
  MORNING,
  roundsMessage,
  temporaryDirectory,
  TestKiosk,
} from '../../../support/kiosk/kiosk-fixture.ts';

const AROUND = [-1, 0, 1];

/** What `asking` comes to when its answer arrives after so long. */
async function after<T>(
  delayMs: number,
  asking: (clock: HandClock, answer: <V>(value: V) => Promise<V>) => Promise<T>,
): Promise<T | 'given up'> {
  const clock = new HandClock(MORNING);
  const asked = asking(
    clock,
    (value) => new Promise((resolve) => clock.timer(delayMs, () => resolve(value))),
  ).catch(() => 'given up' as const);
  await clock.advance(delayMs + 1);
  return asked;
}

/** A link whose connection stands after a while. */
class SlowLink extends HandLink {
  readonly #clock: HandClock;
  readonly #delayMs: number;
  closed = 0;

  constructor(edge: HandEdge, after: { clock: HandClock; delayMs: number }) {
    super(edge);
    this.#clock = after.clock;
    this.#delayMs = after.delayMs;
  }

  override async connect(target: LinkTarget, listener: LinkListener): Promise<ConnectResult> {
    await new Promise<void>((resolve) => this.#clock.timer(this.#delayMs, resolve));
    const result = await super.connect(target, listener);
    if (!result.ok) return result;
    const { connection } = result;
    return { ok: true, connection: { ...connection, close: () => (this.closed++, connection.close()) } };
  }
}

describe('bounds of the link to the edge', () => {
  it('BN1 the edge’s answer is waited for up to the bound, and then the connection is dead', async () => {
    const come = AROUND.map((d) =>
      after(ANSWER_MS_MAX + d, (clock, answer) =>
        answered(clock, answer({ ok: true as const, value: 'yes' })),
      ),
    );
    expect(await Promise.all(come)).toEqual(['yes', 'yes', 'given up']);
  });

  it('BN1 whether a tube is used is waited for up to the bound, and then nobody knows', async () => {
    const come = AROUND.map((d) =>
      after(TUBE_USED_MS_MAX + d, (clock, answer) =>
        askTubeUsed(clock, { tubeUsed: () => answer({ ok: true, value: null }) } as unknown as Connection, {
          round: testUuid('round', 1),
          code: 'T1',
        }),
      ),
    );
    expect(await Promise.all(come)).toEqual(['unused', 'unused', null]);
  });

  it('BN1 whom a staff number names is waited for up to the bound, and then nobody knows', async () => {
    const come = AROUND.map((d) =>
      after(ROSTER_NAME_MS_MAX + d, (clock, answer) =>
        askRosterName(
          clock,
          { rosterName: () => answer({ ok: true, value: '试*敏' }) } as unknown as Connection,
          { round: testUuid('round', 1), key: 'ab'.repeat(16) as CredentialKey },
        ),
      ),
    );
    expect(await Promise.all(come)).toEqual(['试*敏', '试*敏', null]);
  });

  it('BN1 a roster that comes after the bound is not kept', async () => {
    const come = AROUND.map(async (d) => {
      const kept: string[] = [];
      await after(FETCH_MS_MAX + d, async (clock, answer) => {
        const connection = {
          rosterKeys: () => answer({ ok: true, value: new Uint8Array(1) }),
        } as unknown as Connection;
        new RosterFetch({
          clock,
          log: () => {},
          connection: () => connection,
          wanted: () => ['hash'],
          held: (hash) => kept.includes(hash),
          keep: (hash) => kept.push(hash) > 0,
        }).refresh();
      });
      return kept;
    });
    expect(await Promise.all(come)).toEqual([['hash'], ['hash'], []]);
  });

  it('BN1 the edge’s clock is believed from an answer up to the bound, and not from a slower one', async () => {
    const known = AROUND.map(async (d) => {
      const clock = new HandClock(MORNING);
      const offset = new ClockOffset(clock);
      const measured = offset.start();
      await clock.advance(ROUND_TRIP_MS_MAX + d);
      measured(MORNING);
      return offset.value !== null;
    });
    expect(await Promise.all(known)).toEqual([true, true, false]);
  });

  let place: ReturnType<typeof temporaryDirectory>;
  beforeEach(() => {
    place = temporaryDirectory();
  });
  afterEach(() => place.remove());

  it.each([
    [CONNECT_MS_MAX - 1, true],
    [CONNECT_MS_MAX, true],
    [CONNECT_MS_MAX + 1, false],
  ])('BN1 a connection that stands after %d ms is used: %s', async (delayMs, used) => {
    const clock = new HandClock(MORNING);
    const edge = new HandEdge(() => clock.wall());
    const link = new SlowLink(edge, { clock, delayMs });
    const k = await TestKiosk.start({ directory: place.directory, clock, edge, link });
    await clock.advance(delayMs);
    expect([edge.hellos.length, link.closed]).toEqual(used ? [1, 0] : [0, 1]);
    await k.stop();
  });

  it.each([
    [BUSY_WAIT_MS_MAX - 1, BUSY_WAIT_MS_MAX - 1],
    [BUSY_WAIT_MS_MAX, BUSY_WAIT_MS_MAX],
    [BUSY_WAIT_MS_MAX + 1, BUSY_WAIT_MS_MAX],
  ])('BN1 an edge busy for %d ms is asked again after %d', async (retryAfterMs, waitedMs) => {
    const clock = new HandClock(MORNING);
    const edge = new HandEdge(() => clock.wall());
    edge.rounds = roundsMessage(await makeRound(1));
    const k = await TestKiosk.start({ directory: place.directory, clock, edge });
    edge.nextReply = { outcome: 'busy', retryAfterMs, message: '忙' };
    await k.swipe(0);
    const { length } = edge.batches;
    await clock.advance(waitedMs - 1);
    expect(edge.batches).toHaveLength(length);
    await clock.advance(1);
    expect(edge.batches).toHaveLength(length + 1);
    await k.stop();
  });

  it('BN1 an answer over HTTP is taken up to the bound, and a longer one is given up', async () => {
    let bytes = 0;
    const server: Server = createServer((_, response) => response.end(new Uint8Array(bytes)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    const outcome = async (length: number): Promise<number | string> => {
      bytes = length;
      const request = { address, fingerprint: null, path: '/', token: null, json: null };
      return askEdge(request).then(
        ({ body }) => body.length - ANSWER_BYTES_MAX,
        (error: Error) => error.message,
      );
    };
    expect([
      await outcome(ANSWER_BYTES_MAX - 1),
      await outcome(ANSWER_BYTES_MAX),
      await outcome(ANSWER_BYTES_MAX + 1),
    ]).toEqual([-1, 0, 'the answer is too long']);
    server.close();
  });
});
