import { schemaVersionIn } from '#shared/node/database-header.ts';
import { SCHEMA_NEWEST } from './schema.ts';
import { CommandTrouble } from './data-directory.ts';

/**
 * Throws a `CommandTrouble` where a newer Muster wrote the database or backup. The file is only read, and not through SQLite.
 */
export function refuseNewerSchema(file: string): void {
  const version = schemaVersionIn(file);
  if (version === null || version <= SCHEMA_NEWEST) return;
  throw new CommandTrouble(
    `${file} 由更新版本的 Muster 写成(数据版本 ${version},本程序只到 ${SCHEMA_NEWEST}),没有改动。请安装新版本;要用本版本,请换一个 --data 并 restore 本版本的备份 / ` +
      `${file} was written by a newer Muster (schema ${version}, this one knows up to ${SCHEMA_NEWEST}) and was not touched. Install the newer version; to stay with this one, restore a backup of this version into another --data`,
  );
}
