import type { ReactNode } from 'react';
import type { Text } from '#shared/language/message.ts';
import { useTextSay } from '../words/language.tsx';

/** A line of a dialog; `fault` is read out as well. */
export function Words({ said, className }: { said: Text | null; className: string }): ReactNode {
  const sayText = useTextSay();
  if (said === null) return null;
  return (
    <p className={className} role={className === 'fault' ? 'alert' : undefined}>
      {sayText(said)}
    </p>
  );
}
