/** Files that people upload, and what is wrong with them or a row of them. */
export const file = {
  'file.too-many-bytes': '文件超过 {most} MB,请拆分',
  'file.too-large': '文件太大,请拆分',
  'file.too-large-unpacked': '文件展开后太大,请拆分',
  'file.too-many-rows': '行数超过 {most},请拆分',
  'file.old-or-locked': '这是旧格式 (.xls/.et) 或加了密码的文件,请用 WPS/Excel 另存为 .xlsx 再导入',
  'file.not-a-table': '认不出这个文件,请用 WPS/Excel 另存为 .xlsx 再导入',
  'file.really-html': '这个文件其实是网页或 XML,请用 WPS/Excel 另存为 .xlsx 再导入',
  'file.quotes': '文件里的引号不成对,读不出来',
  'file.damaged': '文件打不开,可能没有存完,请用 WPS/Excel 另存为 .xlsx 再导入',
  'file.no-json': 'JSON 读不出来',
  'file.json-shape': 'JSON 应为对象数组',
  'file.multipart': '这是表单 (multipart),请把文件本身作为请求正文发送',
  'file.none-sent': '没有收到文件',
  'file.at-row': '第{row}行:{what}',
  'file.at-sheet-row': '工作表“{sheet}”第{row}行:{what}',
  'file.with-detail': '{what} ({detail})',
  'file.first-in-row': '{what}(先见于第{row}行)',
  'file.first-in-sheet-row': '{what}(先见于“{sheet}”第{row}行)',
  'file.rows-to-settle': '共 {rows, number} 行,可用 {usable, number},需处理 {bad, number};还什么都没有导入',
  'file.rows-to-settle-some-kept':
    '共 {rows, number} 行,可用 {usable, number},需处理 {bad, number}(其中 {kept, number} 行可先按工号等收入,号码待更正);还什么都没有导入',
} as const;
