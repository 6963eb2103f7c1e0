import type { PlainKey } from '#shared/language/message.ts';
import type { FieldWords } from '../tables/table-header.ts';

/** Columns of a laboratory's list and the words files use for them. */
export const LAB_FIELDS = ['tube', 'count', 'batch', 'station', 'firm', 'note'] as const;
export type LabField = (typeof LAB_FIELDS)[number];
const WORDS: Readonly<Record<LabField, string>> = {
  tube: 'tube 采样管编号 采样管号 采样管条码 采样管条码号 管号 管编号 管码 试管编号 试管号 试管码 试管条码 试管条码号 条码 条码号 条形码 条形码号 样本编号 样本条码 样本条码号 样本号 样品编号 样品号 标本编号 标本条码 标本条码号 标本号 混采管号 混采管编号 tubecode code barcode sampleid',
  count:
    'count 人数 混检人数 样本人数 采样人数 拭子数 混采人数 实采人数 实检人数 检测人数 采集人数 标本人数 管内人数 混样人数 人份 人份数 people swabs',
  batch: 'batch 批次 批号 箱号 转运箱号 box',
  station: 'station 采样点 采样台 采样点位 台号',
  firm: 'firm 送检单位 单位 单位名称 委托单位 送检单位名称 受检单位 采样单位',
  note: 'note 备注 说明 remark',
};
/** How its columns are called in a file we write: each, in every language, is one of the words above. */
export const LAB_TITLES: Readonly<Record<LabField, PlainKey>> = {
  tube: 'column.lab-tube',
  count: 'term.opened-people',
  batch: 'column.batch',
  station: 'column.lab-station',
  firm: 'column.lab-firm',
  note: 'term.note',
};
/** How a list's columns are found. */
export const LAB_WORDS: FieldWords<LabField> = {
  names: new Map(
    LAB_FIELDS.flatMap((field) => WORDS[field].split(' ').map((word) => [word, field] as const)),
  ),
  weak: new Map('单位 单位名称 采样单位 人份 说明'.split(' ').map((word, rank) => [word, rank])),
  needed: ['tube'],
  core: ['tube', 'count'],
  shared: new Set(['firm', 'station', 'batch']),
  ofKin: new Set(),
  ofContact: new Set(),
};
