import { describe, expect, it } from 'vitest';

import { openOneReader, openPlayedReader, settingOfSource } from '#drivers/command/one-reader.ts';
import { Player } from '#drivers/recording/player.ts';
import { argumentsOf, type ReaderSource } from '#drivers/command/reader-arguments.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { expectationOf, settingOf } from '#drivers/recording/recorded-events.ts';
import { Recorder } from '#drivers/recording/recorder.ts';
import { headerOf } from '#drivers/recording/recording-file.ts';
import { parseRecording, printRecording } from '#drivers/recording/recording.ts';

import { inventPeople } from '../../site/invented-people.ts';
import { HidReader, HidTeller, SimulatedHidBus } from '../../site/readers/simulated-hid.ts';
import { cardOf } from '../../site/readers/simulated-reader-card.ts';
import { SimulatedReader } from '../../site/readers/simulated-reader.ts';
import { HandClock } from '../../support/hand-clock.ts';

function sourceOf(...argv: string[]): ReaderSource {
  const command = argumentsOf(argv);
  if (typeof command === 'string' || command.command !== 'read')
    throw new Error(`no reader: ${argv.join(' ')}`);
  return command.source;
}

const keyboard = {
  vendorId: 'FFFF',
  productId: '0035',
  serialNumber: null,
  name: 'IC Reader',
  usagePage: 1,
  usage: 6,
};

describe('npm run reader --hid', () => {
  it('RT8 the model is told by the device that is there, by the table, or by --model', async () => {
    const bus = new SimulatedHidBus();
    expect(await settingOfSource(sourceOf('--hid', '10c4:0007'), bus)).toMatchObject({
      setting: { model: 'sdt-hid-miaxis', at: 'hid:10C4:0007', role: 'person' },
    });
    expect(await settingOfSource(sourceOf('--hid', 'FFFF:0035'), bus)).toMatch(/--model/);
    bus.plugIn(new HidTeller({ ...keyboard, usagePage: 0x8c, usage: 2 }));
    expect(await settingOfSource(sourceOf('--hid', 'FFFF:0035'), bus)).toMatchObject({
      setting: { model: 'scanner-hid-pos', role: 'tube' },
      guessesFormat: false,
    });
    expect(await settingOfSource(sourceOf('--hid', 'FFFF:0035', '--model', 'sdt-hid-dk'), bus)).toMatchObject(
      {
        setting: { model: 'sdt-hid-dk' },
      },
    );
  });

  it('RT8 a card-number reader that is a keyboard tells numbers with a format, lines without one', async () => {
    const bus = new SimulatedHidBus();
    bus.plugIn(new HidTeller(keyboard));
    const argv = ['--hid', 'FFFF:0035', '--model', 'number-boot-keyboard'];
    expect(await settingOfSource(sourceOf(...argv), bus)).toMatchObject({
      setting: { model: 'scanner-boot-keyboard' },
      guessesFormat: true,
    });
    expect(await settingOfSource(sourceOf(...argv, '--format', '8D'), bus)).toMatchObject({
      setting: { model: 'number-boot-keyboard', numberFormat: { digits: 'decimal', bytes: 3 } },
      guessesFormat: false,
    });
  });

  it('RT9 a HID reader is recorded with what it is, and the text is played back the same without it', async () => {
    const [person] = inventPeople({ seed: 51, count: 1 });
    const clock = new HandClock(Date.UTC(2026, 10, 22));
    const simulated = new SimulatedReader(clock);
    const bus = new SimulatedHidBus();
    bus.plugIn(new HidReader(simulated, 'miaxis'));
    const named = await settingOfSource(sourceOf('--hid', '10C4:0007'), bus);
    if (typeof named === 'string') throw new Error(named);
    const header = await headerOf(named.setting, { date: '2026-11-22', note: '放卡', hid: bus });
    expect(header).toEqual({
      model: 'sdt-hid-miaxis',
      carrier: 'hid',
      at: 'hid:10C4:0007',
      device: 'miaxis',
      usage: 'FF00:1',
      format: 'none',
      date: '2026-11-22',
      done: '放卡',
      people: 'real',
      of: 'device',
    });

    const recorder = new Recorder(clock);
    const reader = openOneReader(named.setting, { hid: bus, clock, recorder, onTrouble: () => {} });
    const gives: string[] = [];
    const note = (into: string[]) => (event: ReaderEvent) => {
      const expectation = expectationOf(event);
      if (expectation !== null) into.push(expectation);
    };
    reader.subscribe(note(gives));
    await clock.advance(1_000);
    simulated.layDown(cardOf(person!));
    await clock.advance(2_000);
    simulated.lift();
    await clock.advance(2_000);
    recorder.finish();
    await reader.close();
    expect(gives).toEqual([`reading resident ${person!.number} ${person!.name}`]);

    const parsed = parseRecording(
      printRecording({ header: { ...header, gives }, entries: recorder.entries }),
    );
    if (!parsed.ok) throw new Error(`${parsed.line}: ${parsed.what}`);
    const over = { times: 0 };
    const player = new Player({ recording: parsed.recording, clock, onOver: () => (over.times += 1) });
    const played = openPlayedReader(settingOf(parsed.recording.header), player, clock);
    const again: string[] = [];
    played.subscribe(note(again));
    await clock.advance(10_000);
    await played.close();
    expect(over.times).toBe(1);
    expect(again).toEqual(gives);
    expect(player.unanswered).toEqual([]);
  });
});
