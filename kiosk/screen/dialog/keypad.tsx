import type { ReactNode } from 'react';
import { parseIdNumber } from '#shared/id-number.ts';
import { EARLIER_CODE_DIGITS, groupedOpeningCode, OPENING_CODE_DIGITS } from '#shared/opening-code.ts';
import type { Draft, Typed } from '../input/draft.ts';
import { ID_FAULTS } from '../words/entry-words.ts';
import { digitKey, ENTER, KeyButton, MINUS, PLUS, TIMES, type PressAll } from './key-button.tsx';
import type { Line } from '../words/line.ts';

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
export function checkOf(draft: Draft): { judged: 'early' | 'good' | 'bad'; line: Line } | null {
  if (draft.draft === 'opening-code') return codeCheck(draft.typed.text.length);
  if (draft.draft !== 'manual-id' || draft.typed.text === '') return null;
  const { text } = draft.typed;
  const parsed = parseIdNumber(text);
  if (parsed.ok) return { judged: 'good', line: { zh: `✓ 校验位正确,按 Enter 登记`, en: 'Press Enter' } };
  if (text.length < ID_LENGTH)
    return { judged: 'early', line: { zh: `已输入 ${text.length}/18 位`, en: 'characters' } };
  return { judged: 'bad', line: ID_FAULTS[parsed.code] };
}

/** An earlier round's code may be whole at ten digits, which only its sheet knows. */
function codeCheck(typed: number): { judged: 'early' | 'good' | 'bad'; line: Line } {
  const so = `已输入 ${typed}/${OPENING_CODE_DIGITS} 位`;
  if (typed === EARLIER_CODE_DIGITS)
    return {
      judged: 'early',
      line: { zh: `${so};旧布置单到此,按 Enter`, en: 'An old sheet ends here: Enter' },
    };
  const judged = typed < OPENING_CODE_DIGITS ? 'early' : typed === OPENING_CODE_DIGITS ? 'good' : 'bad';
  return { judged, line: { zh: so, en: 'digits' } };
}

/** The number pad on the screen, in the order of the one on the table. */
export function Keypad({ draft, pressAll }: { draft: TypedDraft; pressAll: PressAll }): ReactNode {
  return (
    <div className="keypad">
      {['7', '8', '9', '4', '5', '6', '1', '2', '3'].map((digit) => (
        <KeyButton key={digit} cap={digit} zh="" en={null} keys={[digitKey(digit)]} pressAll={pressAll} />
      ))}
      <KeyButton cap="0" zh="" en={null} keys={[digitKey('0')]} pressAll={pressAll} />
      <div className="keypad-side">
        {draft.draft === 'move-last' ? (
          <KeyButton cap="*" zh="删/返回" en={null} keys={[TIMES]} pressAll={pressAll} />
        ) : (
          <>
            <KeyButton cap="−" zh="删/返回" en={null} keys={[MINUS]} pressAll={pressAll} />
            <Times draft={draft} pressAll={pressAll} />
          </>
        )}
      </div>
      {draft.draft === 'move-last' ? (
        <div className="keypad-enter keypad-two">
          <KeyButton cap="+" zh="移到本管" en={null} keys={[PLUS]} pressAll={pressAll} strong />
          <KeyButton cap="−" zh="移出本管" en={null} keys={[MINUS]} pressAll={pressAll} strong />
        </div>
      ) : (
        <div className="keypad-enter">
          <KeyButton cap="Enter" zh="✓" en={null} keys={[ENTER]} pressAll={pressAll} strong />
        </div>
      )}
    </div>
  );
}

function Times({ draft, pressAll }: { draft: TypedDraft; pressAll: PressAll }): ReactNode {
  if (draft.draft === 'opening-code') return null;
  return draft.draft === 'sealing' ? (
    <KeyButton cap="*" zh="没有数" en={null} keys={[TIMES]} pressAll={pressAll} />
  ) : (
    <KeyButton cap="*" zh="X" en={null} keys={[TIMES]} pressAll={pressAll} />
  );
}
