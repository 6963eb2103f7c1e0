import type { Problem, RowError } from '#shared/contract/http.ts';
import type { RefusalCode } from '../ledger/refusal.ts';
import type { FileFault } from '../tables/table-file.ts';

/** What HTTP itself refuses; the ledger and the readers of files have lists of their own. */
type HttpCode =
  | 'invalid-request'
  | 'no-session'
  | 'wrong-login'
  | 'setup-code'
  | 'forbidden'
  | 'foreign-origin'
  | 'pairing-secret'
  | 'not-found'
  | 'no-discrepancy'
  | 'discrepancy-changed'
  | 'no-roster-keys'
  | 'roster-shrinks'
  | 'bad-rows'
  | 'too-many-tries'
  | 'files-waiting'
  | 'search-too-long';
export type ProblemCode = HttpCode | RefusalCode | FileFault;

/** Closed list of refusals over HTTP: status, Chinese sentence, English sentence. Both say what to do. */
const PROBLEMS = {
  'invalid-request': [400, '请求有误,见 errors', 'The request is malformed: see errors.'],
  'no-session': [401, '请先登录', 'Log in first.'],
  'wrong-login': [401, '账号或密码不对', 'Wrong account or password.'],
  'setup-code': [
    403,
    '设置码不对,请看主机启动时显示的那一行',
    'Wrong set-up code: it is the line the edge printed at its start.',
  ],
  forbidden: [403, '您的角色不能做这件事,请找现场负责人', 'Your role may not do this: ask the site lead.'],
  'foreign-origin': [403, '请用主机显示的地址打开', 'Open the page by the address the edge printed.'],
  'pairing-secret': [
    403,
    '配对码不对或已失效,请在主机上重新生成',
    'The pairing code is wrong or has expired: make a new one at the edge.',
  ],
  'not-found': [404, '没有这个地址', 'There is nothing at this address.'],
  'no-round': [404, '没有这一轮', 'There is no such round.'],
  'no-tube': [404, '没有这支管', 'There is no such tube.'],
  'no-event': [404, '没有这条记录', 'There is no such event.'],
  'no-install': [404, '没有这台采样台的记录', 'There is no such install.'],
  'no-person': [404, '本轮花名册上没有这个人', 'Nobody on the roster of this round has this key.'],
  'no-credential': [
    404,
    '本轮没有人用过这个证件,花名册上也没有',
    'Nobody of this round has this key, by roster or swipe.',
  ],
  'not-in-quarantine': [
    404,
    '这条记录不在待处理之列,可能已处理,请刷新',
    'This event does not wait to be settled (any more): look again.',
  ],
  'no-loss': [404, '没有这样丢失的决定', 'No decisions of these numbers are lost.'],
  'no-claim': [
    404,
    '没有机器在等这份记录,可能已决定或已重新配对,请刷新',
    'No kiosk waits to go on with this journal (any more): look again.',
  ],
  'no-fork': [404, '这台的记录没有分叉', 'The journal of this install has not forked.'],
  'no-pairing': [404, '没有这个配对', 'There is no such pairing.'],
  'no-account': [404, '没有这个账号', 'There is no such account.'],
  'no-entry': [404, '您没有录过这支管', 'You have entered no such tube.'],
  'no-discrepancy': [
    404,
    '没有这条差异,可能已消失,请刷新',
    'There is no such discrepancy (any more): look again.',
  ],
  'no-roster-keys': [404, '花名册已更新,请重新取', 'The roster has changed: ask for the round again.'],
  'no-own-file': [
    404,
    '花名册不是以 .xlsx 导入的,没有可以回填的文件',
    'The roster did not come as .xlsx: there is no file to fill in.',
  ],
  'already-set-up': [409, '已经设置过,请登录', 'The site is set up already: log in.'],
  'account-exists': [409, '这个姓名已有账号', 'There is an account of that name.'],
  'last-administrator': [409, '至少要留一名管理员', 'Somebody must stay administrator.'],
  'round-state': [409, '这一轮现在不能变成这个状态', 'The round cannot go to this state from where it is.'],
  'not-a-swipe': [409, '这条记录不是打卡,不能作废', 'This event is no swipe: it cannot be voided.'],
  'other-round': [409, '这属于另一轮,请到那一轮里做', 'It belongs to another round: do it there.'],
  'on-roster': [
    409,
    '此人已经算作花名册里的人了,请刷新',
    'This person counts as somebody of the roster already: look again.',
  ],
  'taken-back': [409, '已经撤回过了,请刷新', 'It has been taken back before: look again.'],
  'same-credential': [409, '同一个证件写了两次', 'The same key is named twice.'],
  'beyond-head': [
    409,
    '编号超过了这台的最后一条,请看它屏幕上的最后编号',
    'The journal does not reach so far: look at the last number on its screen.',
  ],
  'below-head': [
    409,
    '这台报过的编号比这个大,请看它屏幕上的最后编号',
    'The install has named a higher number: look at the last number on its screen.',
  ],
  'round-known': [409, '这一轮已经在了,请刷新', 'The round is there already: look again.'],
  'keys-gone': [
    409,
    '这些打卡所属轮次的密钥已不在:认不出是谁,归入别的轮次会把同一人数几次、把打过卡的人列为漏检。请把密钥文件放回密钥目录,或“恢复这一轮”(只有人次)',
    'The keys of the round these swipes were taken for are gone: whose they are cannot be known, and filed elsewhere they would make one person several and people who came missing. Put the key file back, or recreate the round (numbers only).',
  ],
  'round-closed': [409, '这一轮已归档,请做更正说明', 'The round is closed: write an addendum.'],
  'entry-final': [
    409,
    '已有另一人录入相同的数,不能撤回',
    'Somebody else has entered the same: it cannot be taken back.',
  ],
  'not-complete': [
    409,
    '记录还没到齐,先处理下面各处再归档',
    'Not everything is here: settle what is listed, then close.',
  ],
  'discrepancy-changed': [
    409,
    '数目已经变了,请看新的数再决定',
    'The numbers have changed meanwhile: look at them and decide anew.',
  ],
  'discrepancies-open': [
    409,
    '还有差异没有解释或接受,不能归档',
    'Discrepancies are neither explained nor accepted: it cannot be closed.',
  ],
  'roster-shrinks': [
    409,
    '在册人数会变少,还什么都没有导入',
    'Fewer people would be on the roster; nothing was stored.',
  ],
  'roster-amends': [
    409,
    '本轮已开始,修改花名册要写理由;还什么都没有导入',
    'The round has begun: changing its roster wants a reason; nothing was stored.',
  ],
  'roster-changed': [
    409,
    '花名册刚被别人改过,请再传一次',
    'Somebody else has just changed the roster: send the file again.',
  ],
  'round-purged': [410, '这一轮的个人信息已销毁', 'The personal data of this round has been purged.'],
  'file-too-long': [413, '文件太大,请拆分', 'The file is too large: split it.'],
  'old-spreadsheet': [415, '请用 WPS/Excel 另存为 .xlsx', 'Save it as .xlsx with WPS or Excel.'],
  'not-a-table': [
    415,
    '认不出这个文件,请用 WPS/Excel 另存为 .xlsx',
    'Neither a spreadsheet nor CSV nor JSON: save it as .xlsx.',
  ],
  'file-damaged': [415, '文件打不开,请重新保存', 'The file cannot be opened: save it again.'],
  'tube-ambiguous': [
    422,
    '管号少了前面的零,有两支管都可能是它,请照单子录全',
    'The code lacks its zeros and could be either of two tubes: type all of it.',
  ],
  'bad-rows': [422, '有几行不能用,什么都没有导入', 'Some rows cannot be used; nothing was stored.'],
  'too-many-tries': [429, '试的次数太多,请几分钟后再试', 'Too many tries: wait a few minutes.'],
  'files-waiting': [
    503,
    '同时上传的文件太多,请稍后再传',
    'Too many files come at once: send it again in a moment.',
  ],
  'search-too-long': [
    503,
    '查得太久,已放弃,请用证件号或工号再查',
    'The search took too long and was given up: search by a number.',
  ],
  fault: [500, '主机出错,已记入日志', 'The edge failed; it is in its log.'],
  'disk-full': [503, '主机磁盘写不下了,请清理磁盘', 'The disk of the edge is full: free some space.'],
  'database-damaged': [
    503,
    '主机的数据库已损坏:请停止主机,用最近的备份恢复(restore);各台照常打卡,之后自动补传',
    'The database of the edge is damaged: stop the edge and restore the last backup; kiosks go on and deliver again what they hold.',
  ],
  stopping: [503, '主机正在停止', 'The edge is stopping.'],
} as const satisfies Record<ProblemCode, readonly [status: number, zh: string, en: string]>;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as ProblemCode[];

/** A refusal on its way to the person or program that caused it. */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly RowError[] | null;
  /** Words more exact than the table's. */
  readonly said: { zh: string; en: string } | null;

  constructor(
    code: ProblemCode,
    more: { errors?: readonly RowError[]; said?: { zh: string; en: string } } = {},
  ) {
    super(code);
    this.name = 'HttpProblem';
    this.code = code;
    this.errors = more.errors ?? null;
    this.said = more.said ?? null;
  }

  get status(): number {
    return statusOf(this.code);
  }

  /** RFC 9457. */
  body(): Problem {
    const [status, zh, en] = PROBLEMS[this.code];
    return {
      type: `urn:muster:problem:${this.code}`,
      status,
      code: this.code,
      title: this.said?.zh ?? zh,
      detail: this.said?.en ?? en,
      ...(this.errors === null ? {} : { errors: [...this.errors] }),
    };
  }
}

export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code][0];
}
