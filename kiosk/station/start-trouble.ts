import { wordsOf } from '#shared/error-words.ts';

/** Why a kiosk could not start, by the code of the system's or SQLite's error: Chinese first, with what to do. */
export function startTrouble(error: unknown, where: { data: string; port: number | null }): Error {
  const words = wordsFor(error instanceof Error && 'code' in error ? String(error.code) : '', where);
  return words === null && error instanceof Error
    ? error // in words for people already, or a fault of ours
    : new Error(`${words ?? '本机出错 this kiosk failed'} (${wordsOf(error)})`, { cause: error });
}

function wordsFor(code: string, { data, port }: { data: string; port: number | null }): string | null {
  if (code === 'EADDRINUSE')
    return `端口 ${port ?? ''} 已被占用,请换 --port · port ${port ?? ''} is in use: choose another --port`;
  if (code === 'ENOSPC' || code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE')
    return `磁盘已满,请清理磁盘 · the disk is full: free some space (${data})`;
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR' || code.startsWith('SQLITE_CANTOPEN'))
    return `数据文件夹用不了,请检查或换一个 · this data directory cannot be used: look at it or choose another: ${data}`;
  if (/^(?:EACCES|EPERM|EROFS|ENOENT|SQLITE_READONLY|SQLITE_IOERR)/.test(code))
    return `数据文件夹写不进去,请检查权限和磁盘 · this data directory cannot be written: check permissions and disk: ${data}`;
  return null;
}
