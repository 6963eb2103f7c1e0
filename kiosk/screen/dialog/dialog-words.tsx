import type { ReactNode } from 'react';
import type { Line } from '../words/line.ts';

/** A line of a dialog in both languages; `fault` is read out as well. */
export function Words({ line, className }: { line: Line | null; className: string }): ReactNode {
  if (line === null) return null;
  return (
    <p className={className} role={className === 'fault' ? 'alert' : undefined}>
      {line.zh} <em>{line.en}</em>
    </p>
  );
}
