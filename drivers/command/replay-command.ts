import { wordsOf } from '#shared/error-words.ts';
import type { CommandShell, ExitCode } from './command-shell.ts';
import type { Reader } from '../reader/kept-reader.ts';
import { openPlayedReader } from './one-reader.ts';
import { Player } from '../recording/player.ts';
import type { ReaderCommand } from './reader-arguments.ts';
import { READER_MODEL_TABLE } from '../models/reader-models.ts';
import { tellerOf } from './reader-teller.ts';
import { expectationOf, settingOf } from '../recording/recorded-events.ts';
import type { Recording } from '../recording/recording.ts';
import { readRecording } from '../recording/recording-file.ts';

/** How long after its recorded end a recording may still be waited for: all timeouts of a driver together are shorter. */
const OVERTIME_MS = 30_000;

/** Plays a recording to its driver at its own pace; 1 unless it gives what its header names. */
export async function replayRecording(
  shell: CommandShell,
  command: Extract<ReaderCommand, { command: 'replay' }>,
): Promise<ExitCode> {
  const recording = await recordingIn(command.file);
  if (typeof recording === 'string') {
    shell.err(recording);
    return 1;
  }
  const { header } = recording;
  shell.err(`${header.model} · ${header.date} · ${header.done}`);
  const given: string[] = [];
  const isWhole = await play(shell, recording, (player) => {
    const reader = openPlayedReader(settingOf(header), player, shell.clock);
    const { gives } = READER_MODEL_TABLE[header.model];
    reader.subscribe(
      tellerOf({ ...command, gives, guessesFormat: false, card: null, out: shell.out, err: shell.err }),
    );
    reader.subscribe((event) => {
      const expectation = expectationOf(event);
      if (expectation !== null) given.push(expectation);
    });
    return reader;
  });
  const isSame = given.join('\n') === header.gives.join('\n');
  if (isWhole && isSame) {
    shell.err('与录像所记一致 · gives what the recording names');
    return 0;
  }
  const difference = '与录像所记不一致 · does not give what the recording names';
  shell.err(isWhole ? difference : '没有放完 · was not played to its end');
  return 1;
}

/** Plays it to the reader that `open` opens; false when it did not come to its end. */
async function play(
  shell: CommandShell,
  recording: Recording,
  open: (player: Player) => Reader,
): Promise<boolean> {
  let over: (isWhole: boolean) => void = () => {};
  const ended = new Promise<boolean>((resolve) => {
    over = resolve;
  });
  const player = new Player({ recording, clock: shell.clock, onOver: () => over(true) });
  const reader = open(player);
  const lastAtMs = recording.entries.at(-1)?.atMs ?? 0;
  const cancel = shell.clock.timer(lastAtMs + OVERTIME_MS, () => over(false));
  void shell.stopped().then(() => over(false));
  const isWhole = await ended;
  cancel();
  await reader.close();
  const { length } = player.unanswered;
  if (length > 0) shell.err(`录像里没有的请求 ${length} 个 · ${length} requests are not in the recording`);
  return isWhole;
}

/** The recording in a file, or in words why there is none. */
async function recordingIn(file: string): Promise<Recording | string> {
  try {
    const parsed = await readRecording(file);
    return parsed.ok ? parsed.recording : `不是录像 · no recording: ${file}:${parsed.line}: ${parsed.what}`;
  } catch (error) {
    return `读不了录像 · cannot read the recording: ${wordsOf(error)}`;
  }
}
