import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** A file of the keys directory that cannot be used. The words are for people, and hold nothing of the file. */
export class KeyFileDamaged extends Error {
  constructor(at: string) {
    super(
      `密钥文件损坏,请从密钥目录的副本放回 / the key file ${at} is damaged: put it back from your copy of the keys directory`,
    );
    this.name = 'KeyFileDamaged';
  }
}

/** What the file holds; null where there is none. What the system refuses is thrown as it is. */
export function readKeyFile<S extends z.ZodType>(at: string, schema: S): z.infer<S> | null {
  let text: string;
  try {
    text = readFileSync(at, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw code === 'EISDIR' ? new KeyFileDamaged(at) : error;
  }
  const parsed = schema.safeParse(jsonOf(text, at));
  if (!parsed.success) throw new KeyFileDamaged(at);
  return parsed.data;
}

function jsonOf(text: string, at: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KeyFileDamaged(at); // JSON's own words quote what stands there
  }
}
