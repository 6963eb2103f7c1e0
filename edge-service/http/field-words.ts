import type { RowError } from '#shared/contract/http.ts';

/** What is wrong with one field of a request, as zod has it. */
interface FieldIssue {
  path: string;
  keyword: string;
  message: string;
  params: Readonly<Record<string, unknown>>;
}

/** Rules of ours that zod has no name for bring their own words in both languages: 中文 / English. */
const BOTH = ' / ';
const KINDS: Readonly<Record<string, Words>> = {
  string: { zh: '文字', en: 'text' },
  number: { zh: '数字', en: 'a number' },
  int: { zh: '整数', en: 'a whole number' },
  boolean: { zh: '是或否', en: 'true or false' },
  array: { zh: '列表', en: 'a list' },
  object: { zh: 'JSON 对象', en: 'a JSON object' },
};
interface Words {
  zh: string;
  en: string;
}

/** The field with what is wrong with it, in words; never with what was sent. */
export function fieldError(issue: FieldIssue): RowError {
  const column = issue.path === '' ? null : issue.path;
  const { zh, en } = wordsOf(issue);
  return {
    row: 0,
    column,
    code: 'invalid',
    sheet: null,
    zh: `${column ?? '请求'}:${zh}`,
    en: `${column ?? 'request'}: ${en}`,
  };
}

function wordsOf({ keyword, message, params }: FieldIssue): Words {
  const own = message.indexOf(BOTH);
  if (own !== -1) return { zh: message.slice(0, own), en: message.slice(own + BOTH.length) };
  switch (keyword) {
    case 'invalid_type': {
      const kind = KINDS[String(params['expected'])] ?? { zh: '要的内容', en: 'what is asked for' };
      return { zh: `没有填,或不是${kind.zh}`, en: `missing, or not ${kind.en}` };
    }
    case 'too_small':
      return sized(params['origin'], { at: String(params['minimum']), zh: '至少', en: 'at least' });
    case 'too_big':
      return sized(params['origin'], { at: String(params['maximum']), zh: '最多', en: 'at most' });
    case 'invalid_value': {
      const values = (params['values'] as unknown[] | undefined)?.map(String) ?? [];
      return { zh: `只能是 ${values.join('、')}`, en: `must be one of ${values.join(', ')}` };
    }
    case 'unrecognized_keys': {
      const keys = (params['keys'] as unknown[] | undefined)?.map(String) ?? [];
      return { zh: `不认识 ${keys.join('、')}`, en: `unknown: ${keys.join(', ')}` };
    }
    default:
      return { zh: '格式不对', en: 'not of the form asked for' };
  }
}

function sized(origin: unknown, bound: Words & { at: string }): Words {
  const { at, zh, en } = bound;
  if (origin === 'string') return { zh: `${zh} ${at} 个字`, en: `${en} ${at} characters` };
  if (origin === 'array') return { zh: `${zh} ${at} 项`, en: `${en} ${at} of them` };
  return { zh: `${zh}为 ${at}`, en: `${en} ${at}` };
}
