import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { credentialKey } from '#shared/event/credential.ts';
import type { EventOf } from '#shared/event/event.ts';
import type { CredentialKey } from '#shared/ids.ts';
import type { CommandReply, KioskCommand } from '#shared/contract/kiosk-screen.ts';
import { faceWords } from '../../../../kiosk/screen/words/face-words.ts';
import { NAME_KEPT_MS } from '../../../../kiosk/station/desks/staff-names.ts';
import { UNLISTED_MS } from '../../../../kiosk/station/desks/unlisted-desk.ts';
import { ROSTER_NAME_MS_MAX } from '../../../../kiosk/station/uplink/name-question.ts';
import { rosterSnapshot } from '../../../support/kiosk/hand-link.ts';
import { KioskBench } from '../../../support/kiosk/kiosk-bench.ts';
import {
  keyOf,
  makeRound,
  type KioskOptions,
  type TestKiosk,
  type TestRound,
} from '../../../support/kiosk/kiosk-fixture.ts';
import { faceSaid, zhOf } from '../../../support/said.ts';
import { wholeLine } from '../../../../kiosk/screen/words/line.ts';

const bench = new KioskBench();
const LISTED = '00141';

const staffKey = (round: TestRound, canonical: string): CredentialKey =>
  credentialKey(round.key, { kind: 'staff', canonical });

/** A kiosk that holds a roster of one card and one staff number. */
async function withRoster(
  state: 'draft' | 'open' = 'open',
  options: Partial<KioskOptions> = {},
): Promise<{ k: TestKiosk; round: TestRound }> {
  const round = await makeRound(1, { state });
  const snapshot = rosterSnapshot([keyOf(round, 0), staffKey(round, '141')]);
  round.info.rosterKeys = snapshot.hash;
  const k = await bench.start([round], options);
  k.edge.rosters.set(snapshot.hash, snapshot.bytes);
  k.edge.names.set(staffKey(round, '141'), '试*敏');
  await k.clock.advance(20_000);
  return { k, round };
}
const type = (k: TestKiosk, number: string): Promise<CommandReply> =>
  k.do({ command: 'manual', kind: 'staff', number, documentType: null, name: null, phone: null });
const answer = (k: TestKiosk, yes: boolean): Promise<CommandReply> =>
  k.do({ command: 'take-unlisted', yes } satisfies KioskCommand);
const swipesOf = (k: TestKiosk): EventOf<'swipe'>[] =>
  k.edge.bodies(k.install).filter((body): body is EventOf<'swipe'> => body.type === 'swipe');
const said = (k: TestKiosk): string =>
  [zhOf(faceWords(k.state).main), ...faceWords(k.state).below.map((line) => wholeLine('zh', line))].join(
    ' | ',
  );

describe('a staff number the roster does not have', () => {
  it('CK66 is asked about and counts nobody; Enter counts a walk-in, − counts nobody', async () => {
    const { k } = await withRoster();
    await k.open('T1');
    expect(await type(k, '99999')).toEqual({ ok: true });
    expect(k.face).toEqual({ face: 'unlisted-asked', number: '99999' });
    expect(said(k)).toContain('花名册没有 99999,仍登记? | Enter 是   − 不');
    expect([swipesOf(k), k.state.tube?.count]).toEqual([[], 0]);
    expect(await answer(k, false)).toEqual({ ok: true });
    expect([k.face.face, swipesOf(k).length]).toEqual(['idle', 0]);
    expect(await answer(k, true)).toMatchObject({ ok: false, code: 'no-question' });

    await type(k, '99999');
    expect(await answer(k, true)).toEqual({ ok: true });
    expect(k.face).toMatchObject({ face: 'counted', walkIn: true, ordinal: 1 });
    expect(swipesOf(k).map((s) => [s.credential.kind, s.shown, s.entry])).toEqual([
      ['staff', 'walk-in', 'manual'],
    ]);
  });

  it('CK66 a card laid down meanwhile is counted and the question stands again; left alone it ends in words, not silently', async () => {
    const { k } = await withRoster();
    await type(k, '99999');
    expect(await k.swipe(0)).toMatchObject({ face: 'counted', walkIn: false });
    await k.clock.advance(5_000);
    expect(k.face).toEqual({ face: 'unlisted-asked', number: '99999' });
    await k.clock.advance(UNLISTED_MS - 5_000);
    expect([k.face.face, faceSaid(k.face)]).toEqual(['refused', '工号 99999 没有登记']);
    expect(swipesOf(k)).toHaveLength(1);
    expect(await answer(k, true)).toMatchObject({ ok: false, code: 'no-question' });
  });

  it('CK66 a yes settles the card that would not read, as the entry itself does', async () => {
    const { k } = await withRoster();
    for (let i = 0; i < 3; i++) await k.tell({ event: 'fault', code: 'damaged-answer' });
    await type(k, '99999');
    await answer(k, true);
    const settled = k.edge.bodies(k.install).find((b) => b.type === 'unreadable-settled');
    expect(settled).toMatchObject({ outcome: 'resolved' });
  });

  it('CK66 nothing is asked of a number that is listed, or linked here to one that is, nor where no roster is held', async () => {
    const { k } = await withRoster();
    await type(k, LISTED);
    expect(k.face.face).toBe('counted');
    await bench.end(k);
    bench.anew();
    const without = await bench.start([await makeRound(2)]);
    await type(without, '99999');
    expect(without.face).toMatchObject({ face: 'counted', walkIn: false, listed: false });
  });
});

describe('a staff number of the roster', () => {
  it('CK67 is counted at once, and the name the edge tells stands beside it, for a minute and on no disk', async () => {
    const { k, round } = await withRoster();
    k.link.fate = (request) => (request === 'roster-name' ? 'hold-reply' : 'pass');
    await type(k, LISTED);
    expect(k.face).toMatchObject({ face: 'counted', listed: true, name: null });
    expect(said(k)).toContain('在名单里');
    expect(swipesOf(k)).toHaveLength(1);
    k.link.release();
    await k.settle();
    expect(k.edge.namesAsked).toEqual([staffKey(round, '141')]);
    expect(k.face).toMatchObject({ face: 'counted', listed: false, name: '试*敏' });
    expect(said(k)).not.toContain('在名单里');
    await k.do({ command: 'ask-undo' });
    expect(said(k)).toContain('撤销 试*敏');
    await k.do({ command: 'dismiss' });
    await k.clock.advance(NAME_KEPT_MS);
    await k.do({ command: 'ask-undo' });
    expect(said(k)).toContain('撤销第1人?');
    expect(onDisk()).toContain('第1轮'); // what lies there in clear is found
    expect(onDisk()).not.toContain('试*敏');
  });

  it('CK67 what 恢复 offers forgets the name with the minute, brought back or not', async () => {
    const { k } = await withRoster();
    await type(k, LISTED);
    await k.clock.advance(NAME_KEPT_MS - 10_000);
    await k.do({ command: 'undo' });
    expect(k.state.restorable).toMatchObject({ name: '试*敏' });
    await k.clock.advance(10_000);
    expect(k.state.restorable).toMatchObject({ name: null, ordinal: 1 });
    await k.do({ command: 'restore' });
    expect(k.face).toEqual({ face: 'restored', name: null, ordinal: 1 });
  });

  it('CK67 an edge that is silent, slow, away or knows no name leaves 在名单里, and nothing waits for it', async () => {
    for (const fate of ['lose-reply', 'hold-reply', 'cut', 'nobody'] as const) {
      const { k } = await withRoster();
      if (fate === 'cut') k.link.reachable = false;
      if (fate === 'cut') k.link.cut();
      else if (fate === 'nobody') k.edge.names.clear();
      else k.link.fate = (request) => (request === 'roster-name' ? fate : 'pass');
      await type(k, LISTED);
      expect(k.face, fate).toMatchObject({ face: 'counted', ordinal: 1, listed: true, name: null });
      await k.clock.advance(ROSTER_NAME_MS_MAX + 1);
      k.link.release();
      await k.settle();
      expect(k.face, fate).toMatchObject({ face: 'counted', listed: true, name: null });
      expect(said(k)).toContain('在名单里');
      await bench.end(k);
      bench.anew();
    }
  });

  it('CK67 a name that comes when somebody else is on the screen is shown to nobody', async () => {
    const { k } = await withRoster();
    k.link.fate = (request) => (request === 'roster-name' ? 'hold-reply' : 'pass');
    await type(k, LISTED);
    await k.swipe(0);
    k.link.release();
    await k.settle();
    expect(k.face).toMatchObject({ face: 'counted', name: '测*甲' });
    expect(said(k)).not.toContain('试*敏');
  });

  it('CK67 of a repeat, and of a number nobody has, the edge is asked nothing', async () => {
    const { k } = await withRoster();
    await type(k, LISTED);
    await type(k, LISTED);
    expect(k.face.face).toBe('repeat-here');
    await type(k, '99999');
    await answer(k, true);
    expect(k.edge.namesAsked).toHaveLength(1);
  });
});

describe('who is on the roster by the staff number alone', () => {
  const enrol = (k: TestKiosk, on: boolean): Promise<CommandReply> => k.do({ command: 'enrol', on });
  const typeOwner = (k: TestKiosk, number: string): Promise<CommandReply> =>
    k.do({ command: 'enrol-person', kind: 'staff', number });
  const linksOf = (k: TestKiosk): CredentialKey[][] =>
    k.edge
      .bodies(k.install)
      .filter((body): body is EventOf<'link'> => body.type === 'link')
      .map(({ credentials }) => credentials);

  it('KR39 and puts the ID card down is a walk-in until 登记卡号 joins the two, in either order; then one person', async () => {
    const { k, round } = await withRoster();
    await type(k, LISTED);
    expect(await k.swipe(5)).toMatchObject({ face: 'counted', walkIn: true, ordinal: 2 });
    await enrol(k, true);
    expect(await k.swipe(5)).toMatchObject({ face: 'enrolment', has: 'unlisted' });
    expect(said(k)).toContain('人有了,请刷卡号或输入工号');
    await typeOwner(k, LISTED);
    expect(k.face).toMatchObject({ face: 'linked', already: false, name: expect.stringContaining('*') });
    expect(linksOf(k)).toEqual([[keyOf(round, 5), staffKey(round, '141')]]);
    await k.clock.advance(5_000);
    await typeOwner(k, LISTED);
    expect(k.face).toMatchObject({ face: 'enrolment', has: 'staff' });
    await k.swipe(5);
    expect(k.face).toMatchObject({ face: 'enrolment', has: 'person' }); // linked: nothing is left to pair but a card's number
    await enrol(k, false);
    expect(await k.swipe(5)).toMatchObject({ face: 'repeat-here' });
    expect(linksOf(k)).toHaveLength(1);
  });

  it('KR39 no two who are both on the roster, or both not, become a pair: the later replaces the earlier', async () => {
    const { k } = await withRoster();
    await enrol(k, true);
    await typeOwner(k, LISTED);
    expect(await k.swipe(0)).toMatchObject({ face: 'enrolment', has: 'person' });
    expect(await k.swipe(5)).toMatchObject({ face: 'enrolment', has: 'unlisted' });
    await typeOwner(k, '99999');
    expect(k.face).toMatchObject({ face: 'enrolment', has: 'person' });
    expect(linksOf(k)).toEqual([]);
  });
});

describe('in the rehearsal', () => {
  it('CK68 cards and staff numbers alike are told as on the roster or not, nothing is asked and no name opened', async () => {
    const { k } = await withRoster('draft');
    await k.swipe(0);
    expect(said(k)).toMatch(/^试刷,不计入 \| 测.*读卡正常 \| 在名单里$/);
    await k.swipe(1);
    expect(said(k)).toMatch(/不在名单$/);
    await type(k, LISTED);
    expect(said(k)).toMatch(/在名单里$/);
    await type(k, '99999');
    expect(k.face).toEqual({ face: 'test', name: null, onRoster: false });
    expect(k.edge.namesAsked).toEqual([]);
  });

  it('CK68 a kiosk that holds no roster says neither', async () => {
    const k = await bench.start([await makeRound(1, { state: 'draft' })]);
    await k.swipe(0);
    expect(k.face).toMatchObject({ face: 'test', onRoster: null });
    expect(said(k)).not.toContain('名单');
  });
});

/** Everything in the kiosk's directory, as one text. */
function onDisk(): string {
  const { directory } = bench;
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => readFileSync(path.join(directory, name)).toString('utf8'))
    .join('');
}
