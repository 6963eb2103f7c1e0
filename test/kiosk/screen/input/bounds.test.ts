import { describe, expect, it } from 'vitest';
import { MOVE_MAX, SWABBED_MAX, TEXT_LENGTH_MAX } from '../../../../kiosk/screen/input/press.ts';
import { ENTRY_FAULTS } from '../../../../kiosk/screen/words/entry-words.ts';
import { BEFORE } from '../../../support/screen/kiosk-states.ts';
import { first, screenDesk } from '../../../support/screen/screen-desk.ts';
import { zhOf } from '../../../support/said.ts';

describe('bounds of what is typed', () => {
  it.each([
    [MOVE_MAX - 1, MOVE_MAX - 1],
    [MOVE_MAX, MOVE_MAX],
    [MOVE_MAX + 1, null],
  ])('BN1 to move the last %d is asked for as %s', async (typed, count) => {
    const d = screenDesk();
    d.show(BEFORE);
    await d.type(`⏎2${typed}+`);
    expect(d.commands).toEqual(count === null ? [] : [{ command: 'move-last', count, to: 'open-tube' }]);
    expect(d.fault()).toBe(count === null ? zhOf(ENTRY_FAULTS.moveCount) : null);
  });

  it.each([
    [SWABBED_MAX - 1, SWABBED_MAX - 1],
    [SWABBED_MAX, SWABBED_MAX],
    [SWABBED_MAX + 1, null],
  ])('BN1 a sampler’s count of %d is sealed with as %s', async (typed, swabbed) => {
    const d = screenDesk();
    d.show(first('sealing'));
    await d.type(`${typed}⏎`);
    expect(d.commands).toEqual(swabbed === null ? [] : [{ command: 'seal', swabbed }]);
    expect(d.fault()).toBe(swabbed === null ? zhOf(ENTRY_FAULTS.swabbed) : null);
  });

  it('BN1 a number typed holds as many characters as the bound, and what is typed beyond it is dropped', async () => {
    const sent = await Promise.all(
      [-1, 0, 1].map(async (d) => {
        const desk = screenDesk();
        desk.show(BEFORE);
        await desk.type(`02${'7'.repeat(TEXT_LENGTH_MAX + d)}⏎`);
        const [command] = desk.commands;
        return command?.command === 'manual' ? command.number.length - TEXT_LENGTH_MAX : command;
      }),
    );
    expect(sent).toEqual([-1, 0, 0]);
  });
});
