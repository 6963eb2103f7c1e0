import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { roundKeysIn } from './keys/key-store.ts';
import { CommandTrouble, DATABASE_FILE } from './store/data-directory.ts';

/**
 * Throws a `CommandTrouble` where keys of rounds lie and no database: that is no first start but a lost or a wrong directory,
 * and an empty ledger would greet every kiosk as if nothing had been. Nothing is made or opened.
 */
export function refuseEmptyBesideKeys({ data, keys }: { data: string; keys: string }): void {
  const file = path.join(data, DATABASE_FILE);
  if (existsSync(file) && (!statSync(file).isFile() || statSync(file).size > 0)) return;
  const rounds = roundKeysIn(keys);
  if (rounds === 0) return;
  const backup = newestBackup(data);
  throw new CommandTrouble(
    `${keys} 里有 ${rounds} 轮的密钥,${data} 里却没有数据库,这不是第一次启动,什么都没有改动。请恢复备份(restore --from ${backup ?? '备份文件'}),或用 --data 指定原来的目录;确实要从空账本开始,请加 --new / ` +
      `there are keys of ${rounds} rounds in ${keys} and no database in ${data}: this is no first start, and nothing was touched. Restore a backup (restore --from ${backup ?? 'FILE'}), or name the right --data; to begin with an empty ledger all the same, add --new`,
  );
}

/** Backups are named after their time. */
function newestBackup(data: string): string | null {
  const dir = path.join(data, 'backups');
  if (!existsSync(dir)) return null;
  const newest = readdirSync(dir)
    .filter((name) => name.endsWith('.sqlite'))
    .toSorted()
    .at(-1);
  return newest === undefined ? null : path.join(dir, newest);
}
