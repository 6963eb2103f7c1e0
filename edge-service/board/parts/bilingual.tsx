import type { ReactNode } from 'react';
import { Alert, Button, Table, Typography, type ButtonProps } from 'antd';
import type { RowError } from '#shared/contract/http.ts';
import type { Words } from '#shared/words.ts';
import { ProblemError, problemWords } from './edge-client.ts';

/** Chinese with its English caption behind it. */
export function Said({ word }: { word: Words }): ReactNode {
  return (
    <span className="said">
      {word.zh} <small lang="en">{word.en}</small>
    </span>
  );
}

/** A page's heading, with what belongs to its right. */
export function Heading({ word, children }: { word: Words; children?: ReactNode }): ReactNode {
  return (
    <div className="heading">
      <Typography.Title level={3}>
        <Said word={word} />
      </Typography.Title>
      <div className="heading-actions">{children}</div>
    </div>
  );
}

export function SaidButton({ word, ...rest }: { word: Words } & Omit<ButtonProps, 'children'>): ReactNode {
  return (
    <Button {...rest} title={word.en}>
      <Said word={word} />
    </Button>
  );
}

/** Anything that went wrong, in words, Chinese first; with row and column where the edge named them; `children`: what can be done. */
export function Trouble({ error, children }: { error: unknown; children?: ReactNode }): ReactNode {
  if (error === null || error === undefined) return null;
  const words = problemWords(error);
  const errors = error instanceof ProblemError ? error.errors : [];
  return (
    <Alert
      className="trouble"
      type="error"
      showIcon
      title={words.zh}
      description={
        <>
          <small lang="en">{words.en}</small>
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
  const sheets = errors.some((e) => e.sheet !== null);
  const inFile = errors.some((e) => e.row > 0);
  const rows = errors.map((e, key) => ({ ...e, key }));
  return (
    <Table
      size="small"
      className="row-errors"
      pagination={{ pageSize: ERRORS_PER_PAGE, hideOnSinglePage: true, showSizeChanger: false }}
      dataSource={rows}
      columns={[
        ...(sheets ? [{ title: '工作表 Sheet', dataIndex: 'sheet', width: 120 }] : []),
        ...(inFile ? [{ title: '行 Row', dataIndex: 'row', width: 80 }] : []),
        { title: inFile ? '列 Column' : '哪里 Where', dataIndex: 'column', width: 140 },
        { title: '问题 Problem', key: 'problem', render: (_: unknown, e: RowError) => <Said word={e} /> },
      ]}
    />
  );
}
