import { KeyFileDamaged } from './keys/key-file.ts';
import { CommandTrouble } from './store/data-directory.ts';

/** Words for what a person at the command line can mend; everything else keeps its stack for whoever mends the program. */

type Where = { data: string; host: string; port: number };

/** What to do about an error of the system or of SQLite, by its code; null: not a person's to mend. */
export function troubleWords(error: unknown, where: Where): string | null {
  if (error instanceof CommandTrouble || error instanceof KeyFileDamaged) return error.message;
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? String(error.code) : '';
  const { data, host, port } = where;
  const at = 'path' in error && typeof error.path === 'string' ? error.path : data;
  const listening = 'syscall' in error && error.syscall === 'listen';
  if (code === 'EADDRINUSE')
    return `端口 ${port} 已被占用:主机可能已在运行,或请换 --port / port ${port} is in use: the edge may be running already, or choose another --port`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `本机没有地址 ${host},请改 --host / this machine has no address ${host}: change --host`;
  if (listening && code === 'EACCES')
    return `没有权限使用端口 ${port},请换 1024 以上的 --port / port ${port} is not allowed: choose a --port above 1024`;
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return `${at} 不是文件夹,请换 --data 或 --keys / ${at} is no directory: change --data or --keys`;
  if (/^(?:EACCES|EPERM|EROFS|ENOENT|SQLITE_READONLY)/.test(code))
    return `${at} 写不进去,请检查权限或换文件夹 / ${at} cannot be written: check its permissions or change the directory`;
  if (code === 'ENOSPC' || code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE')
    return `磁盘已满,请清理磁盘 / the disk is full: free some space (${at})`;
  if (code.startsWith('SQLITE_CANTOPEN'))
    return `数据库打不开,请检查 ${data} / the database cannot be opened: check ${data}`;
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT'))
    return `数据库已损坏,请用备份恢复(restore) / the database is damaged: put a backup back (restore): ${data}`;
  if (code.startsWith('SQLITE_BUSY'))
    return `数据库正被使用,请先停止主机 / the database is in use: stop the edge first (${data})`;
  return null;
}
