import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';

/** OWASP's least for argon2id: 19 MiB, two passes, one lane; 34 ms where it was tried. */
const COST = { memory: 19 * 1024, passes: 2, parallelism: 1 } as const;
const TAG_BYTES = 32;
const SALT_BYTES = 16;

/** Hash of a password in the PHC string form `$argon2id$v=19$m=…,t=…,p=…$salt$tag`; runs off the main thread. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await derive({ password, salt, ...COST });
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

/** True when the password is the one hashed. False, never an error, on a hash of another form. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
  if (!parts) return false;
  const [memory, passes, parallelism] = parts.slice(1, 4).map(Number) as [number, number, number];
  const tag = await derive({ password, salt: Buffer.from(parts[4]!, 'base64'), memory, passes, parallelism });
  return timingSafeEqual(tag, Buffer.from(parts[5]!, 'base64'));
}

/** A hash no password has: checked for unknown names, so that the answer takes as long as for known ones. */
export const NOBODYS_HASH = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(Buffer.alloc(SALT_BYTES))}$${base64(Buffer.alloc(TAG_BYTES))}`;

function derive(input: {
  password: string;
  salt: Uint8Array;
  memory: number;
  passes: number;
  parallelism: number;
}): Promise<Buffer> {
  const { password, salt, memory, passes, parallelism } = input;
  const message = new TextEncoder().encode(password.normalize('NFC'));
  return new Promise((resolve, reject) => {
    argon2(
      'argon2id',
      { message, nonce: salt, memory, passes, parallelism, tagLength: TAG_BYTES },
      (error, tag) => {
        if (error) reject(error);
        else resolve(tag);
      },
    );
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
