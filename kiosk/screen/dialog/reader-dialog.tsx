import type { ReactNode } from 'react';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import { Choices } from './choices.tsx';
import { Words } from './dialog-words.tsx';
import type { Desk } from '../input/draft.ts';
import { digitKey, ESCAPE, KeyButton, TIMES, type PressAll } from './key-button.tsx';
import type { Line } from '../words/line.ts';
import { readerRows, type ReaderDraft, type ReaderRow } from '../input/reader-press.ts';
import { readerChoices, readersHint, readerWords, wrongObjectsWords } from './reader-words.ts';

interface Props {
  state: KioskState;
  desk: Desk;
  draft: ReaderDraft;
  pressAll: PressAll;
}

/** 读卡器: what is there, and the steps of confirming one. */
export function ReaderDialog({ state, desk, draft, pressAll }: Props): ReactNode {
  if (draft.draft === 'readers')
    return <ReaderPage state={state} fault={desk.fault} first={draft.first} pressAll={pressAll} />;
  const candidate =
    draft.draft === 'reader' ? null : state.candidates.find((one) => one.candidate === draft.candidate);
  return (
    <>
      <Words line={deviceWords(state, draft)} className="reader-hint" />
      <Install words={candidate?.install ?? null} />
      <Choices entries={readerChoices(state, draft)} fault={desk.fault} pressAll={pressAll} />
    </>
  );
}

/** Which device this step is about, as the system calls it, and how it is. */
function deviceWords(state: KioskState, draft: ReaderDraft): Line | null {
  if (draft.draft === 'readers') return null;
  if (draft.draft !== 'reader') {
    const candidate = state.candidates.find((one) => one.candidate === draft.candidate);
    return candidate === undefined ? null : { zh: candidate.name, en: '' };
  }
  const reader = state.readers.find((one) => one.reader === draft.reader);
  if (reader === undefined) return null;
  const { zh, en } = readerWords(reader);
  return { zh, en: `${en} · ${reader.at}` };
}

function Install({ words }: { words: Line | null }): ReactNode {
  if (words === null) return null;
  return (
    <div className="reader-install" role="note">
      <p>{words.zh}</p>
      <p className="en">{words.en}</p>
    </div>
  );
}

function ReaderPage(props: {
  state: KioskState;
  fault: Line | null;
  first: number;
  pressAll: PressAll;
}): ReactNode {
  const { state, pressAll } = props;
  const { rows, more } = readerRows(state, props.first);
  const wrong = wrongObjectsWords(state);
  return (
    <>
      <Words line={readersHint(state)} className="reader-hint" />
      <div className="choices reader-rows">
        {rows.map((row) => (
          <Row key={row.digit} row={row} pressAll={pressAll} />
        ))}
      </div>
      <Words line={wrong} className="reader-hint reader-wrong" />
      <Words line={props.fault} className="fault" />
      <nav className="key-bar">
        <KeyButton cap="−" zh="返回" en="back" keys={[ESCAPE]} pressAll={pressAll} />
        {more ? <KeyButton cap="9" zh="下一页" en="more" keys={[digitKey('9')]} pressAll={pressAll} /> : null}
        <KeyButton cap="*" zh="再找一次" en="look again" keys={[TIMES]} pressAll={pressAll} />
      </nav>
    </>
  );
}

function Row({ row, pressAll }: { row: ReaderRow; pressAll: PressAll }): ReactNode {
  const { digit, reader, candidate } = row;
  const words =
    reader !== null
      ? readerWords(reader)
      : {
          zh: `+ ${candidate.name}`,
          en:
            candidate.models.length === 0
              ? '要先装厂家程序 · needs its maker’s program'
              : candidate.models.map(({ name }) => name.zh).join(' / '),
        };
  return (
    <div className={reader === null ? 'reader-row' : `reader-row reader-row-${reader.state}`}>
      <KeyButton cap={digit} zh={words.zh} en={words.en} keys={[digitKey(digit)]} pressAll={pressAll} />
    </div>
  );
}
