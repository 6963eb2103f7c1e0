import type { RowError } from '#shared/contract/http.ts';
import { message, type Message, type PlainKey } from '#shared/language/message.ts';
import { sentence } from '#shared/language/sentence.ts';

/** What is wrong with one field of a request, as zod has it. */
interface FieldIssue {
  path: string;
  keyword: string;
  message: string;
  params: Readonly<Record<string, unknown>>;
}

const KINDS: Readonly<Record<string, PlainKey>> = {
  string: 'field.kind-text',
  number: 'field.kind-number',
  int: 'field.kind-whole-number',
  boolean: 'field.kind-yes-or-no',
  array: 'field.kind-list',
  object: 'field.kind-object',
};

/** Rules of ours that zod has no name for: the message of such a rule is its key. */
const OWN_RULES: readonly PlainKey[] = [
  'field.end-after-begin',
  'field.not-below-from',
  'field.nothing-to-find',
  'field.one-line',
  'field.station-twice',
];

/** The field with what is wrong with it, in words; never with what was sent. */
export function fieldError(issue: FieldIssue): RowError {
  const column = issue.path === '' ? null : issue.path;
  const what = ruleOf(issue);
  return {
    row: 0,
    column,
    code: 'invalid',
    sheet: null,
    ...sentence(
      column === null
        ? message('field.whole-request', { what })
        : message('field.named', { field: column, what }),
    ),
  };
}

function ruleOf({ keyword, message: own, params }: FieldIssue): Message {
  const rule = OWN_RULES.find((key) => key === own);
  if (rule !== undefined) return message<PlainKey>(rule);
  switch (keyword) {
    case 'invalid_type':
      return message('field.not-kind', {
        kind: message<PlainKey>(KINDS[String(params['expected'])] ?? 'field.kind-content'),
      });
    case 'too_small':
      return sized(params['origin'], { bound: 'least', at: String(params['minimum']) });
    case 'too_big':
      return sized(params['origin'], { bound: 'most', at: String(params['maximum']) });
    case 'invalid_value':
      return message('field.one-of', { values: listOf(params['values']) });
    case 'unrecognized_keys':
      return message('field.unknown', { keys: listOf(params['keys']) });
    default:
      return message('field.form');
  }
}

const listOf = (values: unknown): string[] => ((values as unknown[] | undefined) ?? []).map(String);

function sized(origin: unknown, bound: { bound: 'least' | 'most'; at: string }): Message {
  if (origin === 'string') return message('field.characters', bound);
  if (origin === 'array') return message('field.entries', bound);
  return message('field.value', bound);
}
