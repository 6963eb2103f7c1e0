import type { ReactNode } from 'react';
import { message, type Message } from '#shared/language/message.ts';
import { parseIdNumber } from '#shared/id-number.ts';
import { EARLIER_CODE_DIGITS, groupedOpeningCode, OPENING_CODE_DIGITS } from '#shared/opening-code.ts';
import type { Draft, Typed } from '../input/draft.ts';
import { digitKey, ENTER, KeyButton, MINUS, PLUS, TIMES, type PressAll } from './key-button.tsx';
import { useSay } from '../words/language.tsx';

type TypedDraft = Extract<Draft, { typed: Typed }>;

/** What has been typed, as large as it fits. Not an input of the browser: an input method cannot get between. */
export function TypedField({ draft }: { draft: TypedDraft }): ReactNode {
  const { text, offered } = draft.typed;
  const shown = shownText(draft.draft, text);
  return (
    <output className={`typed ${offered ? 'typed-offered' : ''} ${shown.length > 12 ? 'typed-long' : ''}`}>
      {shown}
      {offered ? null : <i className="caret" aria-hidden="true" />}
    </output>
  );
}

/** An ID number in six, eight and four, as people compare it; an opening code as its sheet has it. */
function shownText(draft: TypedDraft['draft'], text: string): string {
  if (draft === 'opening-code') return groupedOpeningCode(text);
  if (draft !== 'manual-id') return text;
  return [text.slice(0, 6), text.slice(6, 14), text.slice(14)].filter((part) => part !== '').join(' ');
}

const ID_LENGTH = 18;

/** What can be said while typing; null while it is too early. */
export function checkOf(draft: Draft): { judged: 'early' | 'good' | 'bad'; said: Message } | null {
  if (draft.draft === 'opening-code') return codeCheck(draft.typed.text.length);
  if (draft.draft !== 'manual-id' || draft.typed.text === '') return null;
  const { text } = draft.typed;
  const parsed = parseIdNumber(text);
  if (parsed.ok) return { judged: 'good', said: message('entry.id-right') };
  if (text.length < ID_LENGTH)
    return { judged: 'early', said: message('entry.characters-typed', { n: text.length, all: ID_LENGTH }) };
  return { judged: 'bad', said: message(`id-fault.${parsed.code}`) };
}

/** An earlier round's code may be whole at ten digits, which only its sheet knows. */
function codeCheck(typed: number): { judged: 'early' | 'good' | 'bad'; said: Message } {
  const digits = { n: typed, all: OPENING_CODE_DIGITS };
  if (typed === EARLIER_CODE_DIGITS)
    return { judged: 'early', said: message('entry.old-code-typed', digits) };
  const judged = typed < OPENING_CODE_DIGITS ? 'early' : typed === OPENING_CODE_DIGITS ? 'good' : 'bad';
  return { judged, said: message('entry.digits-typed', digits) };
}

/** The number pad on the screen, in the order of the one on the table. */
export function Keypad({ draft, pressAll }: { draft: TypedDraft; pressAll: PressAll }): ReactNode {
  const say = useSay();
  return (
    <div className="keypad">
      {['7', '8', '9', '4', '5', '6', '1', '2', '3'].map((digit) => (
        <KeyButton key={digit} cap={digit} label="" keys={[digitKey(digit)]} pressAll={pressAll} />
      ))}
      <KeyButton cap="0" label="" keys={[digitKey('0')]} pressAll={pressAll} />
      <div className="keypad-side">
        {draft.draft === 'move-last' ? (
          <KeyButton cap="*" label={say('key.erase-or-back')} keys={[TIMES]} pressAll={pressAll} />
        ) : (
          <>
            <KeyButton cap="−" label={say('key.erase-or-back')} keys={[MINUS]} pressAll={pressAll} />
            <Times draft={draft} pressAll={pressAll} />
          </>
        )}
      </div>
      {draft.draft === 'move-last' ? (
        <div className="keypad-enter keypad-two">
          <KeyButton cap="+" label={say('key.into-tube')} keys={[PLUS]} pressAll={pressAll} strong />
          <KeyButton cap="−" label={say('key.out-of-tube')} keys={[MINUS]} pressAll={pressAll} strong />
        </div>
      ) : (
        <div className="keypad-enter">
          <KeyButton cap="Enter" label="✓" keys={[ENTER]} pressAll={pressAll} strong />
        </div>
      )}
    </div>
  );
}

function Times({ draft, pressAll }: { draft: TypedDraft; pressAll: PressAll }): ReactNode {
  const say = useSay();
  if (draft.draft === 'opening-code') return null;
  return draft.draft === 'sealing' ? (
    <KeyButton cap="*" label={say('key.not-counted')} keys={[TIMES]} pressAll={pressAll} />
  ) : (
    <KeyButton cap="*" label="X" keys={[TIMES]} pressAll={pressAll} />
  );
}
