import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BootKeyboardDecoder } from '#drivers/hid/boot-keyboard.ts';
import { DkCodec } from '#drivers/hid/hid-dk.ts';
import { MiaxisCodec } from '#drivers/hid/hid-miaxis.ts';
import { HidPosDecoder } from '#drivers/hid/hid-pos.ts';
import { Raw64Codec } from '#drivers/hid/hid-raw64.ts';
import { LineDecoder } from '#drivers/line/line-decoder.ts';
import { parseRecording } from '#drivers/recording/recording.ts';
import { decodeCardData } from '#drivers/sdt/card-text.ts';
import { FrameDecoder, REPLY_LENGTH_MIN } from '#drivers/sdt/sdt-frame.ts';
import { SERVICE_DIALECTS } from '#drivers/service/service-dialects.ts';
import { hexToBytes } from '#shared/bytes.ts';
import { labelText } from '#shared/label.ts';
import { PROJECT_ROOT } from '#shared/node/project-root.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { fuzzHere } from './fuzz-case.ts';
import { bytesOf, mutatedBytes, mutatedText } from './hostile-values.ts';

const RECORDINGS = globSync('test/recordings/*.txt', { cwd: PROJECT_ROOT })
  .toSorted()
  .map((file) => readFileSync(path.join(PROJECT_ROOT, file), 'utf8'));
/** What devices sent, of all recordings. */
const SENT = RECORDINGS.flatMap((text) =>
  [...text.matchAll(/^ *\d+ < ((?:[0-9A-F]{2} )+)/gm)].map(([, hex = '']) =>
    hexToBytes(hex.replaceAll(' ', '')),
  ),
);

/** Every reader of bytes with a state that lasts from one piece to the next. */
function open() {
  return {
    frames: new FrameDecoder({ lengthMin: REPLY_LENGTH_MIN, gapMsMax: 100 }),
    lines: (['ascii', 'utf8'] as const).map(
      (characters) => new LineDecoder({ characters, silenceMs: 50, restMs: 100, isWhole: () => false }),
    ),
    reports: [new Raw64Codec(), new MiaxisCodec(), new DkCodec()],
    scans: new HidPosDecoder(),
    keys: new BootKeyboardDecoder(),
    atMs: 0,
  };
}

function take(
  state: ReturnType<typeof open>,
  given: { bytes: Uint8Array; report: Uint8Array; gapMs: number },
): void {
  const { bytes, report, gapMs } = given;
  state.atMs += gapMs;
  state.frames.push(bytes, state.atMs);
  for (const lines of state.lines) {
    lines.push(bytes, state.atMs);
    lines.expire(state.atMs);
  }
  for (const codec of state.reports) codec.decode(report);
  state.scans.push(report, state.atMs);
  state.keys.push(report);
  decodeCardData(bytes);
  const text = new TextDecoder().decode(bytes);
  labelText(text);
  for (const dialect of Object.values(SERVICE_DIALECTS)) {
    dialect.decodeOpened(text);
    dialect.decodeRead(text);
  }
}

const piece = (random: SeededRandom): Uint8Array =>
  random.next() < 0.8 ? mutatedBytes(random.pick(SENT), random) : bytesOf(random, random.below(3000));

describe('bytes of readers', () => {
  it('HO76 whatever a device sends is read in its time, and makes no decoder throw', async () => {
    expect(SENT.length).toBeGreaterThan(100);
    const told = await fuzzHere({
      name: 'reader bytes',
      runLength: 1000,
      open,
      make: (random) => {
        const report = piece(random).slice(0, random.next() < 0.9 ? 64 : 100);
        return { bytes: piece(random), report, gapMs: random.below(200) };
      },
      take,
      close: () => {},
    });
    expect(told.cases).toBeGreaterThan(0);
  });

  it('HO76 a recording that is damaged is read or refused by its line', async () => {
    const told = await fuzzHere({
      name: 'recordings',
      runLength: 1000,
      open: () => null,
      make: (random) => mutatedText(random.pick(RECORDINGS), random),
      take: (_, text) => void parseRecording(text),
      close: () => {},
    });
    expect(told.cases).toBeGreaterThan(0);
  });
});
