import type { ReactNode } from 'react';
import type { KioskState } from '#shared/contract/kiosk-screen.ts';
import type { Message, Text } from '#shared/language/message.ts';
import { Choices } from './choices.tsx';
import { Words } from './dialog-words.tsx';
import type { Desk } from '../input/draft.ts';
import { digitKey, ESCAPE, KeyButton, TIMES, type PressAll } from './key-button.tsx';
import { readerRows, type ReaderDraft, type ReaderRow } from '../input/reader-press.ts';
import { useSay, useTextSay } from '../words/language.tsx';
import { modelsWords, readerChoices, readersHint, readerWords, wrongObjectsWords } from './reader-words.ts';

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
  const reader =
    draft.draft === 'reader' ? state.readers.find((one) => one.reader === draft.reader) : undefined;
  return (
    <>
      <Device
        name={reader === undefined ? (candidate?.name ?? null) : readerWords(reader)}
        at={reader?.at ?? null}
      />
      <Words said={candidate?.install ?? null} className="reader-install" />
      <Choices entries={readerChoices(state, draft)} fault={desk.fault} pressAll={pressAll} />
    </>
  );
}

/** Which device this step is about, as the system calls it, and how and where it is. */
function Device({ name, at }: { name: Text | null; at: string | null }): ReactNode {
  const sayText = useTextSay();
  if (name === null) return null;
  return (
    <p className="reader-hint">
      {sayText(name)} {at === null ? null : <em>{at}</em>}
    </p>
  );
}

function ReaderPage(props: {
  state: KioskState;
  fault: Message | null;
  first: number;
  pressAll: PressAll;
}): ReactNode {
  const say = useSay();
  const { state, pressAll } = props;
  const { rows, more } = readerRows(state, props.first);
  return (
    <>
      <Words said={readersHint(state)} className="reader-hint" />
      <div className="choices reader-rows">
        {rows.map((row) => (
          <Row key={row.digit} row={row} pressAll={pressAll} />
        ))}
      </div>
      <Words said={wrongObjectsWords(state)} className="reader-hint reader-wrong" />
      <Words said={props.fault} className="fault" />
      <nav className="key-bar">
        <KeyButton cap="−" label={say('action.back')} keys={[ESCAPE]} pressAll={pressAll} />
        {more ? (
          <KeyButton cap="9" label={say('key.next-page')} keys={[digitKey('9')]} pressAll={pressAll} />
        ) : null}
        <KeyButton cap="*" label={say('key.look-again')} keys={[TIMES]} pressAll={pressAll} />
      </nav>
    </>
  );
}

function Row({ row, pressAll }: { row: ReaderRow; pressAll: PressAll }): ReactNode {
  const sayText = useTextSay();
  const { digit, reader, candidate } = row;
  const words =
    reader !== null
      ? { label: sayText(readerWords(reader)) }
      : { label: `+ ${sayText(candidate.name)}`, more: sayText(modelsWords(candidate)) };
  return (
    <div className={reader === null ? 'reader-row' : `reader-row reader-row-${reader.state}`}>
      <KeyButton cap={digit} {...words} keys={[digitKey(digit)]} pressAll={pressAll} />
    </div>
  );
}
