import type { ReactNode } from 'react';
import { Alert, Button, Table, Typography, type ButtonProps } from 'antd';
import type { RowError } from '#shared/contract/http.ts';
import type { Sayable, Text } from '#shared/language/message.ts';
import { sayReceived } from '#shared/language/sentence.ts';
import type { Words } from '#shared/words.ts';
import { ProblemError, problemWords } from './edge-client.ts';
import { useLanguage, useSay } from './language.tsx';

/** What a component says: a message, or a sentence that the edge sent in Chinese and English. */
export type Word = Sayable | Words;

/** Words in the language of the page. */
export const Said = ({ word }: { word: Word }): ReactNode => useWords()(word);

/** Says a word in the language of the page; of a sentence of the edge, Chinese to who reads Chinese, else English. */
export function useWords(): (word: Word) => string {
  const { language, say } = useLanguage();
  return (word) => {
    if (typeof word === 'object' && 'zh' in word) return sayReceived(language, word);
    return say<Sayable>(word);
  };
}

/** Says a text in the language of the page: one that is data stays as it is. */
export function useTextSay(): (text: Text) => string {
  const say = useSay();
  return (text) => (typeof text === 'string' ? text : say(text));
}

/** A page's heading, with what belongs to its right. */
export function Heading({ word, children }: { word: Word; children?: ReactNode }): ReactNode {
  return (
    <div className="heading">
      <Typography.Title level={3}>
        <Said word={word} />
      </Typography.Title>
      <div className="heading-actions">{children}</div>
    </div>
  );
}

export function SaidButton({ word, ...rest }: { word: Word } & Omit<ButtonProps, 'children'>): ReactNode {
  return (
    <Button {...rest}>
      <Said word={word} />
    </Button>
  );
}

/** Anything that went wrong, in words; with row and column where the edge named them; `children`: what can be done. */
export function Trouble({ error, children }: { error: unknown; children?: ReactNode }): ReactNode {
  const wordsIn = useWords();
  if (error === null || error === undefined) return null;
  const errors = error instanceof ProblemError ? error.errors : [];
  return (
    <Alert
      className="trouble"
      type="error"
      showIcon
      title={wordsIn(problemWords(error))}
      description={
        <>
          {children}
          {errors.length > 0 && <FieldErrors errors={errors} />}
        </>
      }
    />
  );
}

const ERRORS_PER_PAGE = 8;

/** Errors by row and column, or by place where they are of no file, as many as a screen can hold at a time. */
export function FieldErrors({ errors }: { errors: readonly RowError[] }): ReactNode {
  const say = useSay();
  const sheets = errors.some((e) => e.sheet !== null);
  const inFile = errors.some((e) => e.row > 0);
  const rows = errors.map((e, at) => ({ ...e, at }));
  return (
    <Table
      size="small"
      className="row-errors"
      rowKey="at"
      pagination={{ pageSize: ERRORS_PER_PAGE, hideOnSinglePage: true, showSizeChanger: false }}
      dataSource={rows}
      columns={[
        ...(sheets ? [{ title: say('file.sheet'), dataIndex: 'sheet', width: 120 }] : []),
        ...(inFile ? [{ title: say('file.row'), dataIndex: 'row', width: 80 }] : []),
        {
          title: say(inFile ? 'file.column' : 'field.where'),
          key: 'column',
          width: 140,
          render: (_: unknown, e: RowError) => (e.where === undefined ? e.column : <Said word={e.where} />),
        },
        {
          title: say('file.problem'),
          key: 'problem',
          render: (_: unknown, e: RowError) => <Said word={e} />,
        },
      ]}
    />
  );
}
