import type { ReactNode } from 'react';
import { FACE_LANGUAGES, LANGUAGES } from '#shared/language/languages.ts';
import type { Message } from '#shared/language/message.ts';
import { say } from '#shared/language/say.ts';
import { useSay } from './words/language.tsx';
import { SymbolView } from './words/symbols.tsx';
import { lineOf, wholeLine, type FaceWords, type Line } from './words/line.ts';

const [FIRST, ...OTHERS] = FACE_LANGUAGES;

/**
 * One face: symbol, main line, what is below it, and what the staff must do. Whoever stands at the reader reads it in the
 * languages of the faces, whatever the staff reads. Type grows with the place there is.
 */
export function FaceView({ words, children }: { words: FaceWords; children?: ReactNode }): ReactNode {
  const crowded = words.below.length + (words.alert === null ? 0 : 1) > 2;
  return (
    <main
      className={`face tone-${words.tone} ${crowded ? 'crowded' : ''}`}
      role="status"
      aria-live="assertive"
    >
      <div className="face-middle">
        <div className={`face-symbol ${words.symbol === 'check' ? 'face-check' : ''}`}>
          <SymbolView name={words.symbol} />
        </div>
        <div className={`face-words length-${lengthClass(say(FIRST, words.main))}`}>
          <h1 lang={LANGUAGES[FIRST].locale}>{say(FIRST, words.main)}</h1>
          <OtherLanguages line={lineOf(words.main)} />
          {words.below.map((line, index) => (
            <div className={index === 0 ? 'second' : 'third'} key={wholeLine(FIRST, line)}>
              <p className="zh" lang={LANGUAGES[FIRST].locale}>
                {wholeLine(FIRST, line)}
              </p>
              <OtherLanguages line={line} />
            </div>
          ))}
        </div>
      </div>
      {children}
      {words.alert === null ? null : <Alert said={words.alert} />}
    </main>
  );
}

/** A line in every language of the faces but the first. A name stands in the first alone. */
function OtherLanguages({ line: { said } }: { line: Line }): ReactNode {
  if (said === null) return null;
  return OTHERS.map((code) => (
    <p className="en" key={code} lang={LANGUAGES[code].locale}>
      {say(code, said)}
    </p>
  ));
}

/** The same face in one line, above a dialog: the person at the reader must still see green. */
export function FaceStrip({ words: { tone, symbol, main, below } }: { words: FaceWords }): ReactNode {
  const more = below[0] === undefined ? OTHERS.map((code) => say(code, main)) : [wholeLine(FIRST, below[0])];
  return (
    <div
      className={`strip tone-${tone} length-${lengthClass(say(FIRST, main))}`}
      role="status"
      aria-live="assertive"
    >
      <SymbolView name={symbol} />
      <strong>{say(FIRST, main)}</strong>
      <span>{more.join(' · ')}</span>
    </div>
  );
}

/** For the staff, in their language. */
function Alert({ said }: { said: Message }): ReactNode {
  const sayIt = useSay();
  return (
    <div className="alert" role="alert">
      <SymbolView name="tube" />
      <strong>{sayIt(said)}</strong>
    </div>
  );
}

/** Main lines range from 3 to 40 characters; the longer, the smaller the type, so that most stay on one line. */
function lengthClass(text: string): 'short' | 'middle' | 'long' | 'longest' {
  const wide = [...text].reduce((sum, character) => sum + (character > '\u2000' ? 1 : 0.55), 0);
  if (wide <= 6) return 'short';
  if (wide <= 8) return 'middle';
  return wide <= 11 ? 'long' : 'longest';
}
