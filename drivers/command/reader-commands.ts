import { wordsOf } from '#shared/error-words.ts';
import { say } from '#shared/language/say.ts';
import type { CommandShell, ExitCode } from './command-shell.ts';
import { type Looked, listForPeople, listForPrograms, lookOnce } from './device-list-words.ts';
import { openOneReader, settingOfSource } from './one-reader.ts';
import { chooseReader } from './probe-choice.ts';
import type { ReaderCommand } from './reader-arguments.ts';
import { READER_MODEL_TABLE } from '../models/reader-models.ts';
import { PROBE_TIMINGS, probeReader, probeReport } from './reader-probe.ts';
import { tellerOf, withMaskedScan } from './reader-teller.ts';
import { lineForPeople } from './reader-words.ts';
import { expectationOf } from '../recording/recorded-events.ts';
import { Recorder } from '../recording/recorder.ts';
import { headerOf, reserveFile, writeRecording } from '../recording/recording-file.ts';

type Command<Name extends ReaderCommand['command']> = Extract<ReaderCommand, { command: Name }>;

export async function listReaders(shell: CommandShell, { json }: Command<'list'>): Promise<ExitCode> {
  const looked = await lookOnce(shell.lists);
  if (json) for (const object of listForPrograms(looked)) shell.out(JSON.stringify(object));
  else for (const line of listForPeople(looked)) shell.out(line);
  return 0;
}

/** Tells what a reader reads until it is stopped, and writes the recording, if one is made. */
export async function readCards(shell: CommandShell, command: Command<'read'>): Promise<ExitCode> {
  const { source, card, record, json, showPersonalData } = command;
  const { clock, hid, out, err } = shell;
  const named = await settingOfSource(source, hid);
  if (typeof named === 'string') return failed(shell, named);
  const { setting, guessesFormat } = named;
  if (record !== null) {
    try {
      await reserveFile(record.file);
    } catch (error) {
      return failed(shell, `不能写录像文件 · cannot write the recording: ${wordsOf(error)}`);
    }
    err(`正在录制,按 Ctrl+C 结束并写入 ${record.file} · recording; Ctrl+C ends it and writes the file`);
  }
  const recorder = record === null ? null : new Recorder(clock);
  const date = new Date(clock.wall()).toISOString().slice(0, 'YYYY-MM-DD'.length);
  const header = record === null ? null : await headerOf(setting, { date, note: record.note, hid });
  const reader = openOneReader(setting, { hid, clock, recorder, onTrouble: err });
  const { gives } = READER_MODEL_TABLE[setting.model];
  reader.subscribe(tellerOf({ json, showPersonalData, gives, guessesFormat, card, out, err }));
  const given: string[] = [];
  reader.subscribe((event) => {
    const expectation = expectationOf(event);
    if (recorder?.isFull === false && expectation !== null) given.push(expectation);
  });
  await shell.stopped();
  recorder?.finish();
  await reader.close();
  if (record === null || recorder === null || header === null) return 0;
  await writeRecording(record.file, { ...header, gives: given }, recorder);
  if (recorder.isFull) err('录像已满,后面的没有录 · the recording was full; what came later is not in it');
  err(
    `已写入 ${record.file};里面有完整的证件信息,用后请删除 · written; it holds whole cards: delete it after use`,
  );
  return 0;
}

/** The guided self-test; 1 when a step failed. */
export async function probeOne(
  shell: CommandShell,
  { source }: Command<'probe'>,
  about: readonly string[],
): Promise<ExitCode> {
  const { clock, hid, out, err } = shell;
  const named =
    source === null ? await chosen(shell, await lookOnce(shell.lists)) : await settingOfSource(source, hid);
  if (typeof named === 'string') return failed(shell, named);
  const { setting } = named;
  const { gives, name } = READER_MODEL_TABLE[setting.model];
  out(`自检 ${say('zh', name)},做不了的一步按回车跳过 · self-test of ${say('en', name)}; Enter skips a step`);
  const reader = openOneReader(setting, { hid, clock, recorder: null, onTrouble: err });
  reader.subscribe((event) => {
    if (event.event !== 'reader-ready') out(`    ${lineForPeople(withMaskedScan(event), false)}`);
  });
  const probed = probeReader({
    reader,
    gives,
    clock,
    timings: PROBE_TIMINGS,
    say: out,
    onSkip: (skip) => shell.onTyped(skip),
  });
  const result = await Promise.race([probed, shell.stopped().then(() => null)]);
  await reader.close();
  if (result === null) return 1;
  out('');
  for (const line of probeReport(result, [...about, `${setting.model} · ${setting.at}`])) out(line);
  return result.steps.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
}

async function chosen(shell: CommandShell, looked: Looked) {
  const setting = await chooseReader(looked, { say: (line) => shell.out(line), ask: () => shell.ask() });
  return setting === null ? '没有可测的设备 · there is nothing to test' : { setting };
}

function failed(shell: CommandShell, words: string): ExitCode {
  shell.err(words);
  return 1;
}
