import type { ReaderGoneReason } from '#drivers/reader/reader-event.ts';
import type { IdNumberFault } from '#shared/id-number.ts';
import type { TubePattern } from '#shared/tube-pattern.ts';
import type { Words } from '#shared/words.ts';

/** What a refusal says: what is wrong and what to do, Chinese first. */
export const WORDS = {
  unpaired: { zh: '本机尚未配对,请扫配对码', en: 'This kiosk is not paired: scan the pairing code' },
  stopped: { zh: '本机停用,请到其他台', en: 'This kiosk cannot record any more: go to another station' },
  'no-tube-open': { zh: '没有打开的管,请扫管号', en: 'No tube is open: scan a tube code' },
  'tubes-not-used': { zh: '本台不用采样管', en: 'Tubes are not used at this station' },
  'tube-open-already': { zh: '此管正在使用', en: 'This tube is the open one' },
  'not-sealing': { zh: '请先按换管', en: 'Press change tube first' },
  'no-question': { zh: '没有要回答的问题', en: 'There is no question to answer' },
  undone: { zh: '这次打卡已撤销', en: 'That swipe is undone already' },
  'nothing-to-restore': {
    zh: '没有可恢复的,请本人再刷一次',
    en: 'Nothing to bring back: the person swipes again',
  },
  'nothing-to-move': { zh: '没有可移动的打卡', en: 'There is no swipe to move' },
  'no-unreadable': { zh: '没有未读出的卡', en: 'There is no unreadable card to settle' },
  'not-candidate': { zh: '此人不在本管', en: 'That swipe is not in this tube' },
  'close-tube-first': {
    zh: '还有一管未封,请先换管封好再收工',
    en: 'A tube is still open: seal it before packing up',
  },
  'no-round-to-end': { zh: '没有正在进行的轮次', en: 'No round is running here' },
  'code-wrong': {
    zh: '开场码不对,请照布置单上的 13 位数字再输一次(旧布置单是 10 位)',
    en: 'Wrong opening code: type the thirteen digits of the set-up sheet again (ten on an old one)',
  },
  'code-not-needed': { zh: '不需要开场码', en: 'No opening code is needed' },
  'not-pairing-code': { zh: '这不是配对码', en: 'This is not a pairing code' },
  'no-pairing': { zh: '没有正在进行的配对', en: 'No pairing is under way' },
  'fingerprint-differs': {
    zh: '指纹不一致,没有发送配对码,请找管理员',
    en: 'The fingerprints differ: nothing was sent, call the administrator',
  },
  'staff-number': { zh: '请输入工号', en: 'Enter the staff number' },
  document: { zh: '请输入证件类型和号码', en: 'Enter the type and the number of the document' },
  'name-and-phone': {
    zh: '没有证件时请登记电话,最好也有姓名',
    en: 'Without a document, enter a phone number, and the name if you can',
  },
  phone: { zh: '电话号码不对,请核对', en: 'This is no phone number: check it' },
  'not-a-tube-code': { zh: '这不是管号,请重扫', en: 'This is not a tube code: scan again' },
  'like-person-number': {
    zh: '像证件号或手机号;确是管号请再按一次',
    en: "This looks like a person's number: enter it again if a tube has it",
  },
  fault: {
    zh: '本机出错,未记录,请重刷或到其他台',
    en: 'This kiosk failed and recorded nothing: swipe again or go to another station',
  },
  'no-such-reader': {
    zh: '没有这台读卡器,请插好后再找一次',
    en: 'That reader is not there: plug it in and look again',
  },
  'cannot-drive': { zh: '这台设备不能这样使用', en: 'That device cannot be used as this' },
  'number-format-missing': { zh: '请选择卡号格式', en: "Choose the format of this reader's numbers" },
  'too-many-readers': { zh: '读卡器太多,请先移除一台', en: 'Too many readers: remove one first' },
  'reader-fixed': {
    zh: '这台读卡器由启动参数指定,不能在这里移除',
    en: 'This reader was named at the start and cannot be removed here',
  },
  'cannot-enrol': {
    zh: '现在不能登记卡号:没有轮次,或要先联网或输入开场码',
    en: 'Numbers cannot be linked now: a round is needed, and a connection or the opening code',
  },
  'number-of-another': {
    zh: '这个卡号已经登记给别人,请找现场负责人',
    en: 'This number belongs to somebody else: ask the site lead',
  },
  busy: { zh: '请稍候', en: 'One moment' },
} as const satisfies Record<string, Words>;

/** Why a typed ID number is none, in words for whoever typed it. */
export const ID_NUMBER_WORDS: Readonly<Record<IdNumberFault, Words>> = {
  length: { zh: '号码位数不对,应为18位,请核对', en: 'The number must have 18 digits: check it' },
  characters: {
    zh: '号码里有不该有的字符,请核对',
    en: 'The number holds characters it cannot have: check it',
  },
  province: { zh: '号码前两位不对,请核对', en: 'The first two digits are no province: check them' },
  date: { zh: '号码里的出生日期不存在,请核对', en: 'The birth date in the number does not exist: check it' },
  'check-digit': {
    zh: '末位校验不对,号码可能输错一位,请核对',
    en: 'The last digit does not fit: one digit is probably wrong',
  },
};

/** Longer words of a system are a stack or a path that says nothing more to whoever stands at the table. */
const DETAIL_LENGTH_MAX = 120;

/** Why a reader does not work, and what to do; null where plugging it in again is all there is to say. */
export function readerGoneWords(reason: ReaderGoneReason, detail: string): Words | null {
  switch (reason) {
    case 'cannot-open':
      return {
        zh: '打不开:请检查线缆,关掉占用它的程序',
        en: `cannot be opened: ${detail.slice(0, DETAIL_LENGTH_MAX)}`,
      };
    case 'no-answer':
      return {
        zh: '插着但不应答:请检查电源,或移除后换一种型号',
        en: 'plugged in but silent: check its power, or remove it and choose another model',
      };
    case 'hung':
      return { zh: '没有反应:请拔下再插上', en: 'it hangs: unplug it and plug it in again' };
    case 'disconnected':
      return null;
  }
}

/** How a tube code of this round looks, for whoever gave another. */
export function patternWords({ length, prefix, check }: TubePattern): Words {
  const parts: Words[] = [];
  if (length !== null) parts.push({ zh: `${length} 位`, en: `${length} characters` });
  if (prefix !== '') parts.push({ zh: `以 ${prefix} 开头`, en: `beginning with ${prefix}` });
  if (check !== 'none') parts.push({ zh: '末位是校验位', en: 'ending with its check character' });
  const [zh, en] = [parts.map((part) => part.zh).join(','), parts.map((part) => part.en).join(', ')];
  return {
    zh: `不像本轮的管号(${zh});确是这样请再按一次`,
    en: `Not like the tube codes of this round (${en}): enter it again if it is right`,
  };
}
