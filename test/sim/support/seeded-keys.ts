import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import sodium from 'libsodium-wrappers';
import { bytesToHex } from '#shared/bytes.ts';
import type { RoundId } from '#shared/ids.ts';
import { KeyStore, type RoundKeys } from '../../../edge-service/keys/key-store.ts';

/**
 * The real key store over keys that follow from a seed. Wrapping a round key under its opening code is made to cost half a
 * second; nobody types that code here, so the wrapping is filled with zeros.
 */
export class SeededKeys extends KeyStore {
  readonly #seed: string;
  #made = 0;

  constructor(dir: string, seed: string) {
    super(dir);
    this.#seed = seed;
    const intake = this.#box('intake');
    const site = {
      version: 1,
      intakePublic: hex(intake.publicKey),
      intakeSecret: hex(intake.privateKey),
      tokenKey: hex(this.#bytes('token')),
    };
    writeFileSync(path.join(dir, 'site.json'), JSON.stringify(site));
  }

  override createRound(round: RoundId): RoundKeys {
    const name = `round ${++this.#made}`;
    const box = this.#box(name);
    const wrapped = { salt: '00'.repeat(16), costN: 1024, blockR: 8, parallelP: 1, box: '00'.repeat(72) };
    const file = {
      version: 1,
      round,
      key: hex(this.#bytes(`${name} key`)),
      publicKey: hex(box.publicKey),
      secretKey: hex(box.privateKey),
      openingCode: '0000000000',
      wrapped,
    };
    writeFileSync(path.join(this.dir, `round-${round}.json`), JSON.stringify(file));
    const keys = this.round(round);
    if (keys === null) throw new Error('keys just written cannot be read');
    return keys;
  }

  #box(name: string): { publicKey: Uint8Array; privateKey: Uint8Array } {
    return sodium.crypto_box_seed_keypair(this.#bytes(`${name} box`));
  }

  #bytes(name: string): Uint8Array {
    return createHash('sha256').update(`${this.#seed}/${name}`).digest();
  }
}

const hex = (bytes: Uint8Array): string => bytesToHex(Uint8Array.from(bytes));
