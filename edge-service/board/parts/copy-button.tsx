import { useState, type ReactNode } from 'react';
import { App } from 'antd';
import { SaidButton, useWords, type Word } from './said.tsx';

/** Copies a text. Where the browser refuses (a page without TLS is no secure context) it selects a hidden field instead. */
export function CopyButton({ text, word, label }: { text: string; word: Word; label: string }): ReactNode {
  const { message } = App.useApp();
  const wordsIn = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    const ok = await copyText(text);
    setCopied(ok);
    if (!ok) message.error(wordsIn('machine.no-clipboard'));
  };
  return (
    <SaidButton
      size="small"
      word={copied ? 'action.copied' : word}
      aria-label={`${wordsIn(word)} ${label}`}
      onClick={() => void copy()}
    />
  );
}

async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // refused: the older way below needs no permission
    }
  }
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}
