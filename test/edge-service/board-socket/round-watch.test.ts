import { expect, it } from 'vitest';
import type { BoardChange } from '#shared/contract/board.ts';
import { roundIdSchema } from '#shared/ids.ts';
import { message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';
import type { BoardLook } from '../../../edge-service/rounds/board-reports.ts';
import { RoundWatch } from '../../../edge-service/board-socket/round-watch.ts';
import { HandClock } from '../../support/hand-clock.ts';

const ROUND = roundIdSchema.parse('0b8e7c1a-2f3d-4e5a-9b6c-7d8e9f0a1b2c');

/** A round of which only the number of people and the state of its decisions move. */
function boardOf(people: number): BoardLook {
  const ladder = {
    swipes: people,
    voided: 0,
    repeats: 0,
    people,
    onRoster: people,
    walkIns: 0,
    roster: 100,
    excused: 0,
    expected: 100,
    missing: 100 - people,
    untested: 100 - people,
    toVerify: 0,
    sampledWithoutCard: 0,
    withoutTube: 0,
    complete: false,
    finalUpTo: null,
    rosterAmended: null,
  };
  return {
    round: {
      round: ROUND,
      number: 1,
      definition: {
        name: '第4轮',
        capacity: 10,
        tubeMode: 'codes',
        tubePattern: null,
        expectedBasis: 'roster',
        stations: [],
        sessions: [],
      },
      state: 'open',
      publicKey: '',
      rosterVersion: 1,
      rosterWorkbook: false,
      rosterToCorrect: 0,
      rosterKeys: null,
      labVersion: 0,
      labLines: 0,
      listComplete: false,
      createdAt: 0,
      openedAt: 0,
      closedAt: null,
    },
    closing: null,
    ladder,
    missingFrom: [],
    seenAtSeveralStations: 0,
    stations: [],
    tubes: [],
    look: 1,
    full: true,
    contact: {
      complete: false,
      finalUpTo: null,
      installs: [],
      unheardStations: [],
      open: { unsettled: [], gaps: [], unexcepted: [], quarantined: 0, strayed: 0, unreviewedForks: [] },
      lacking: [],
    },
    installs: [],
  };
}

async function watched() {
  const clock = new HandClock(1_600_000_000_000);
  const changes: BoardChange[] = [];
  let people = 0;
  const watch = new RoundWatch(
    {
      clock,
      ledger: { report: (() => Promise.resolve(boardOf(people))) as never },
      desk: { live: () => new Map() },
      log: { warn: () => undefined, error: () => undefined, info: () => undefined },
    },
    ROUND,
  );
  const joined = watch.join({ emit: (_, change) => changes.push(change) });
  await clock.advance(0);
  const reply = await joined;
  if (!reply.ok) throw new Error(reply.code);
  await clock.advance(10_000); // long after anything of the beginning
  return {
    watch,
    clock,
    changes,
    version: () => changes.at(-1)?.listsVersion ?? reply.snapshot.listsVersion,
    swiped: () => {
      people++;
      watch.committed();
    },
  };
}

it('HT17 a swipe within the pause after the last raise raises the lists when the pause is over', async () => {
  const { clock, changes, version, swiped, watch } = await watched();
  swiped();
  await clock.advance(500);
  expect(version()).toBe(2);
  swiped();
  await clock.advance(500);
  expect([changes.length, version()]).toEqual([2, 2]);
  await clock.advance(5000);
  expect([changes.at(-1)?.ladder, version()]).toEqual([null, 3]);
  await clock.advance(60_000);
  expect([changes.length, version()]).toEqual([3, 3]);
  watch.stop();
});

it('HT17 a decision that moves no number raises the lists too, once', async () => {
  const { clock, changes, version, watch } = await watched();
  watch.committed();
  watch.committed();
  await clock.advance(60_000);
  expect([changes.length, version()]).toEqual([1, 2]);
  watch.stop();
});

it('HT17 in a rush of swipes the lists are raised every three seconds and no oftener', async () => {
  const { clock, version, swiped, watch } = await watched();
  for (let i = 0; i < 60; i++) {
    swiped();
    await clock.advance(500);
  }
  expect(version() - 1).toBeGreaterThanOrEqual(8);
  expect(version() - 1).toBeLessThanOrEqual(10);
  watch.stop();
});

it('LN32 a round that is not there is refused as over HTTP: by code, in both sentences, and by key', async () => {
  const watch = new RoundWatch(
    {
      clock: new HandClock(1_600_000_000_000),
      ledger: { report: (() => Promise.resolve(null)) as never },
      desk: { live: () => new Map() },
      log: { warn: () => undefined, error: () => undefined, info: () => undefined },
    },
    ROUND,
  );
  expect(await watch.join({ emit: () => undefined })).toEqual({
    ok: false,
    code: 'no-round',
    title: say('zh', message('problem.no-round')),
    detail: say('en', message('problem.no-round')),
    key: 'problem.no-round',
    parameters: {},
  });
  watch.stop();
});
