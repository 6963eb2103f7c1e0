import { readdirSync, readFileSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { openConfiguredReader } from '#drivers/rig/configured-reader.ts';
import { formatHexRows, parseHexRow } from '#drivers/recording/hex-rows.ts';
import { LINE_TIMINGS, openLineReader } from '#drivers/line/line-reader.ts';
import { formatOfName, nameOfFormat } from '#drivers/line/number-format-name.ts';
import { Player } from '#drivers/recording/player.ts';
import type { ReaderEvent } from '#drivers/reader/reader-event.ts';
import { READER_MODEL_TABLE } from '#drivers/models/reader-models.ts';
import { READER_TIMINGS } from '#drivers/reader/reader-timings.ts';
import { expectationOf, settingOf } from '#drivers/recording/recorded-events.ts';
import { RECORDED_BYTES_MAX, Recorder, recordingOpenPort } from '#drivers/recording/recorder.ts';
import {
  parseRecording,
  printRecording,
  type Recording,
  type RecordingContent,
  type RecordingHeader,
} from '#drivers/recording/recording.ts';
import { systemClock } from '#shared/node/system-clock.ts';
import { READER_MODELS } from '#shared/reader-setting.ts';

import { SimulatedLineDevice } from '../../site/readers/simulated-line-device.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { tcpBench } from '../../support/readers/port-benches.ts';
import { portContract } from '../../support/readers/port-contract.ts';

const FOLDER = 'test/recordings';
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
/** A player that does not come to its end in this time stands still. */
const PLAY_MS_MAX = 10 * 60_000;

const HEADER: RecordingHeader = {
  model: 'scanner-serial',
  carrier: 'serial',
  at: '/dev/ttyUSB0',
  device: 'none',
  usage: 'none',
  format: 'none',
  date: '2026-11-22',
  done: '扫码 · scan',
  people: 'invented',
  of: 'simulation',
  gives: [],
};

function read(name: string): Recording {
  const parsed = parseRecording(readFileSync(`${FOLDER}/${name}`, 'utf8'));
  if (!parsed.ok) throw new Error(`${name}:${parsed.line}: ${parsed.what}`);
  return parsed.recording;
}

/** Plays a recording to its end; what the reader told and what was left over. */
async function play(recording: Recording) {
  const clock = new HandClock(0);
  const over = { times: 0 };
  const player = new Player({ recording, clock, onOver: () => (over.times += 1) });
  const reader = openConfiguredReader(settingOf(recording.header), {
    openPort: player.openPort,
    hid: player.bus,
    openLine: player.openLine,
    findPath: () => Promise.resolve(recording.header.at),
    lastGood: null,
    remember: () => {},
    clock,
    timings: READER_TIMINGS,
    lineTimings: LINE_TIMINGS,
  });
  const events: ReaderEvent[] = [];
  reader.subscribe((event) => events.push(event));
  for (let playedMs = 0; over.times === 0 && playedMs < PLAY_MS_MAX; playedMs += 100)
    await clock.advance(100);
  // A line without an end is one when its silence is over.
  await clock.advance(LINE_TIMINGS.silenceMs);
  await reader.close();
  const gives = events.flatMap((event) => expectationOf(event) ?? []);
  return { overs: over.times, player, events, gives, timersWaiting: clock.timersWaiting };
}

describe('recordings in the repository', () => {
  it.each(FILES)(
    'RT1 %s gives what its header says, every request recorded and every byte used',
    async (name) => {
      const recording = read(name);
      const { overs, player, gives } = await play(recording);
      expect(overs).toBe(1);
      expect(gives).toEqual(recording.header.gives);
      expect(gives.length).toBeGreaterThan(0);
      expect(player.unanswered).toEqual([]);
      expect(player.passedOver).toBe(0);
    },
  );

  it.each(FILES)('RT2 %s is of invented people and is printed as it stands', (name) => {
    const recording = read(name);
    expect(recording.header.people).toBe('invented');
    expect(printRecording(recording)).toBe(readFileSync(`${FOLDER}/${name}`, 'utf8'));
  });

  it('RT3 every recording in the folder is of the model whose row of the table names it, simulated or not as both say', () => {
    const named = READER_MODELS.flatMap((model) => {
      const { recording } = READER_MODEL_TABLE[model];
      return recording === null ? [] : [{ model, ...recording }];
    });
    for (const { model, file, of } of named) expect(read(file).header).toMatchObject({ model, of });
    expect(named.map(({ file }) => file).toSorted()).toEqual(FILES.toSorted());
  });

  it('RT1 a spoilt recording does not pass: a byte of a card changed, an answer missing', async () => {
    const recording = read('sdt-serial.txt');
    const longest = recording.entries.findIndex((entry) => 'bytes' in entry && entry.bytes.length > 1_000);
    const changed = recording.entries.map((entry, i) => {
      if (i !== longest || !('bytes' in entry)) return entry;
      return { ...entry, bytes: entry.bytes.with(60, entry.bytes[60]! ^ 1) };
    });
    const spoilt = await play({ ...recording, entries: changed });
    expect(spoilt.gives).not.toEqual(recording.header.gives);
    const missing = await play({ ...recording, entries: recording.entries.filter((_, i) => i !== longest) });
    expect(missing.gives).not.toEqual(recording.header.gives);
  });
});

describe('the text of a recording', () => {
  const content: fc.Arbitrary<RecordingContent> = fc.oneof(
    fc.constantFrom<RecordingContent>(
      { kind: 'open' },
      { kind: 'close' },
      { kind: 'rate', baudRate: 9_600 },
      { kind: 'refused', detail: 'No such file or directory, cannot open COM3' },
      { kind: 'gone', reason: 'disconnected' },
    ),
    fc.record({
      kind: fc.constantFrom('sent' as const, 'received' as const),
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 100 }),
        fc.nat(200).map((length) => new Uint8Array(length)),
      ),
    }),
  );
  const entries = fc.array(fc.tuple(fc.nat(5_000), content), { maxLength: 20 }).map((all) => {
    let atMs = 0;
    return all.map(([pauseMs, each]) => {
      atMs += pauseMs;
      return { ...each, atMs };
    });
  });
  const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((each) => !/[\r\n]/.test(each));

  it('RT4 what is printed is read back unchanged', () => {
    fc.assert(
      fc.property(entries, text, fc.array(text, { maxLength: 3 }), (all, done, gives) => {
        const recording: Recording = { header: { ...HEADER, done, gives }, entries: all };
        expect(parseRecording(printRecording(recording))).toEqual({ ok: true, recording });
      }),
    );
  });

  it('RT4 what services say is read back unchanged, line breaks and quotes too', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (said) => {
        const recording: Recording = {
          header: { ...HEADER, model: 'service-shensi', carrier: 'service' },
          entries: [{ atMs: 1, kind: 'received', bytes: new TextEncoder().encode(said) }],
        };
        expect(parseRecording(printRecording(recording))).toEqual({ ok: true, recording });
      }),
    );
  });

  it('RT4 rows have 16 bytes at most, and long runs stand as one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const rows = formatHexRows(bytes);
        expect(rows.every((row) => row.length <= 16 * 3 + 18)).toBe(true);
        expect(rows.flatMap((row) => [...(parseHexRow(row) ?? [])])).toEqual([...bytes]);
      }),
    );
    expect(formatHexRows(Uint8Array.of(0x41, ...new Uint8Array(40), 0x7c))).toEqual([
      '41 |A|',
      '00*40',
      '7C |.|',
    ]);
  });

  it.each([
    ['no recording', (text: string) => text.replace('muster', 'muzzle'), 1],
    ['another version', (text: string) => text.replace('recording 1', 'recording 2'), 1],
    ['a model of no table', (text: string) => text.replace('scanner-serial', 'abacus'), 2],
    ['no such carrier', (text: string) => text.replace('carrier: serial', 'carrier: pigeon'), 3],
    ['a field twice', (text: string) => text.replace('date:', 'at: x\ndate:'), 8],
    ['no date', (text: string) => text.replace('2026-11-22', 'yesterday'), 8],
    ['of neither a device nor a simulation', (text: string) => text.replace('of: sim', 'of: an il'), 11],
    ['odd hex', (text: string) => text.replace('41 42', '4'), 14],
    ['no time', (text: string) => text.replace('       0 open', '         open'), 13],
    ['back in time', (text: string) => text.replace('       7 <', '       5 >\n       4 <'), 15],
    ['a word it does not know', (text: string) => text.replace(' open', ' ajar'), 13],
  ])('RT5 %s is named with its line', (_, spoil, line) => {
    const good = printRecording({
      header: HEADER,
      entries: [
        { atMs: 0, kind: 'open' },
        { atMs: 7, kind: 'received', bytes: Uint8Array.of(0x41, 0x42) },
      ],
    });
    expect(parseRecording(good).ok).toBe(true);
    expect(spoil(good)).not.toBe(good);
    expect(parseRecording(spoil(good))).toMatchObject({ ok: false, line, what: expect.stringMatching(/./) });
  });

  it('RT5 any text is a recording or is refused, and nothing is thrown', () => {
    const good = printRecording(read('number-serial.txt'));
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(40), fc.string({ maxLength: 20 }), (at, length, put) => {
        const parsed = parseRecording(good.slice(0, at) + put + good.slice(at + length));
        if (!parsed.ok) expect(parsed.line).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

// A recording must not change what it records.
portContract(
  'TCP, recorded',
  { hasRate: false, isExclusive: false, carriesAnyBytes: true, goneMsMax: 5_000 },
  async () => {
    const bench = await tcpBench();
    return { ...bench, openPort: recordingOpenPort(bench.openPort, new Recorder(systemClock)) };
  },
);

describe('recording and playing', () => {
  async function recordLine(act: (device: SimulatedLineDevice, clock: HandClock) => Promise<void>) {
    const clock = new HandClock(0);
    const device = new SimulatedLineDevice();
    const recorder = new Recorder(clock);
    const reader = openLineReader({
      path: 'memory',
      openPort: recordingOpenPort(device.openPort, recorder),
      gives: { gives: 'scan' },
      clock,
      timings: LINE_TIMINGS,
    });
    await clock.advance(1_000);
    await act(device, clock);
    recorder.finish();
    await reader.close();
    return { header: HEADER, entries: recorder.entries };
  }

  it('RT6 a reader pulled and plugged in while it was recorded is so when it is played', async () => {
    const recording = await recordLine(async (device, clock) => {
      device.send('0000017\r');
      await clock.advance(1_000);
      device.unplug();
      await clock.advance(20_000);
      device.plugIn();
      await clock.advance(10_000);
      device.send('0000018\r');
      await clock.advance(1_000);
    });
    const { events, gives, overs, timersWaiting } = await play(recording);
    expect(overs).toBe(1);
    expect(gives).toEqual(['scan 0000017', 'scan 0000018']);
    expect(events.map(({ event }) => event)).toEqual([
      'reader-ready',
      'scan',
      'reader-gone',
      'reader-gone',
      'reader-ready',
      'scan',
    ]);
    expect(timersWaiting).toBe(0);
  });

  it('RT6 bytes come again at the pauses at which they came', async () => {
    const recording = await recordLine(async (device, clock) => {
      device.send('00000');
      await clock.advance(LINE_TIMINGS.silenceMs - 1);
      device.send('17');
      await clock.advance(LINE_TIMINGS.silenceMs + 1);
      device.send('0000018');
      await clock.advance(LINE_TIMINGS.silenceMs);
    });
    expect((await play(recording)).gives).toEqual(['scan 0000017', 'scan 0000018']);
  });

  it('RT6 a driver that asks for less goes on behind what it left out; what nobody recorded stays unanswered', async () => {
    const sent = (text: string, atMs: number) =>
      ({ kind: 'sent', atMs, bytes: new TextEncoder().encode(text) }) as const;
    const received = (text: string, atMs: number) => ({ ...sent(text, atMs), kind: 'received' }) as const;
    const clock = new HandClock(0);
    const entries = [
      { kind: 'open', atMs: 0 } as const,
      sent('A?', 0),
      received('a', 1),
      sent('B?', 2),
      received('b', 3),
      sent('C?', 4),
      received('c', 5),
      { kind: 'close', atMs: 6 } as const,
    ];
    let overs = 0;
    const player = new Player({ recording: { header: HEADER, entries }, clock, onOver: () => (overs += 1) });
    let heard = '';
    const port = await player.openPort('', {
      onData: (bytes) => (heard += new TextDecoder().decode(bytes)),
      onGone: () => {},
    });
    const ask = async (text: string) => {
      port.write(new TextEncoder().encode(text));
      await clock.advance(10);
      return heard;
    };
    expect(await ask('X?')).toBe('');
    expect(await ask('A?')).toBe('a');
    expect(await ask('C?')).toBe('ac');
    expect(overs).toBe(1);
    expect(await ask('A?')).toBe('ac');
    expect(player.unanswered).toHaveLength(1);
    expect(player.passedOver).toBe(1);
    await expect(player.openPort('', { onData: () => {}, onGone: () => {} })).rejects.toThrow('has ended');
  });

  it('RT7 a recording is bounded: what comes after is not noted, and the reader goes on', async () => {
    const recording = await recordLine(async (device, clock) => {
      const line = new TextEncoder().encode(`${'9'.repeat(400)}\r`);
      for (let sentBytes = 0; sentBytes < 2 * RECORDED_BYTES_MAX; sentBytes += line.length) {
        device.send(line);
      }
      await clock.advance(1_000);
    });
    const bytes = recording.entries.reduce(
      (sum, entry) => sum + ('bytes' in entry ? entry.bytes.length : 0),
      0,
    );
    expect(bytes).toBeLessThan(RECORDED_BYTES_MAX + 1_000);
    expect(bytes).toBeGreaterThan(RECORDED_BYTES_MAX - 1_000);
  });

  it('RT4 a number format has one name, which names it', () => {
    const names = ['16H', '10H', '8H', '6H', '20D', '10D', '8D', '2H+4H', '16h-reversed', '10D-Reversed'];
    for (const name of names) {
      const format = formatOfName(name);
      expect(format).not.toBeNull();
      expect(nameOfFormat(format!).toUpperCase()).toBe(name.toUpperCase());
    }
    expect(formatOfName('10D')).toEqual({ digits: 'decimal', bytes: 4, byteOrder: 'same' });
    expect(formatOfName('2H+4H')).toEqual({ digits: 'decimal-comma', bytes: 3, byteOrder: 'same' });
    expect(formatOfName('9D')).toBeNull();
  });
});
