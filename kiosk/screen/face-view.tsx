import type { ReactNode } from 'react';
import { SymbolView } from './words/symbols.tsx';
import type { FaceWords, Line } from './words/line.ts';

/** One face: symbol, main line, what is below it, and what the staff must do. Type grows with the place there is. */
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
        <div className={`face-words length-${lengthClass(words.main.zh)}`}>
          <h1>{words.main.zh}</h1>
          <p className="en">{words.main.en}</p>
          {words.below.map((line, index) => (
            <div className={index === 0 ? 'second' : 'third'} key={line.zh}>
              <p className="zh">{line.zh}</p>
              {line.en === '' ? null : <p className="en">{line.en}</p>}
            </div>
          ))}
        </div>
      </div>
      {children}
      {words.alert === null ? null : <Alert line={words.alert} />}
    </main>
  );
}

/** The same face in one line, above a dialog: the person at the reader must still see green. */
export function FaceStrip({ words }: { words: FaceWords }): ReactNode {
  return (
    <div
      className={`strip tone-${words.tone} length-${lengthClass(words.main.zh)}`}
      role="status"
      aria-live="assertive"
    >
      <SymbolView name={words.symbol} />
      <strong>{words.main.zh}</strong>
      <span>{words.below[0]?.zh ?? words.main.en}</span>
    </div>
  );
}

function Alert({ line }: { line: Line }): ReactNode {
  return (
    <div className="alert" role="alert">
      <SymbolView name="tube" />
      <div>
        <strong>{line.zh}</strong>
        <p className="en">{line.en}</p>
      </div>
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
