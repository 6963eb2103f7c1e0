import { describe, expect, it } from 'vitest';
import {
  LINES_MAX,
  parseRecording,
  printRecording,
  type RecordingHeader,
} from '#drivers/recording/recording.ts';

const HEADER: RecordingHeader = {
  model: 'sdt-serial',
  carrier: 'serial',
  at: '/dev/ttyUSB0',
  device: 'none',
  usage: 'none',
  format: 'none',
  date: '2022-01-24',
  done: 'nothing',
  people: 'invented',
  of: 'simulation',
  gives: [],
};

describe('bounds of recordings', () => {
  it('BN1 a text up to the bound of lines is read, and a longer one is refused', () => {
    const recording = printRecording({
      header: HEADER,
      entries: [{ kind: 'open', atMs: 0 }],
    });
    const lines = recording.split('\n').length;
    const read = [-1, 0, 1].map((d) => parseRecording(recording + '\n'.repeat(LINES_MAX + d - lines)));
    expect(read.map((parsed) => (parsed.ok ? parsed.recording.entries.length : parsed.what))).toEqual([
      1,
      1,
      'too long',
    ]);
  });
});
