/** Bytes of a file in pieces of some kilobytes, as they come and go. */
export interface Pieces {
  pieces: Uint8Array[];
}

/** What travels from process to process at once. */
export const PIECE_BYTES = 48 * 1024;
/** A file of less lies in buffers of its own pieces. */
const FEW_PIECES = 3;
/**
 * Room for one file. glibc takes from the system alone what is larger than 32 MB, and gives it back at once when it is freed;
 * less it cuts from what it keeps, where some small thing that lives behind it keeps all of it. Only what is written takes memory.
 */
const SLAB_BYTES = 33 * 1024 * 1024;

/** Pieces of one file put together in as few places as can be. */
export class PieceStore implements Pieces {
  readonly pieces: Uint8Array[] = [];
  #slab: Uint8Array | null = null;
  #used = 0;

  /** Copies the piece: it may lie in a buffer with others. */
  add(piece: Uint8Array): void {
    if (this.pieces.length < FEW_PIECES) {
      this.pieces.push(new Uint8Array(piece));
      return;
    }
    if (this.#slab === null || this.#used + piece.length > SLAB_BYTES) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    this.#slab.set(piece, this.#used);
    this.pieces.push(this.#slab.subarray(this.#used, (this.#used += piece.length)));
  }
}

/** The buffers that the pieces lie in, each once. */
export const buffersOf = ({ pieces }: Pieces): ArrayBuffer[] => [
  ...new Set(pieces.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer)),
];

/** All of it in one buffer. */
export function joinedPieces({ pieces }: Pieces): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The pieces that a message's arguments or answer brings; null when it has none. */
export function piecesIn(value: unknown): Pieces | null {
  if (typeof value !== 'object' || value === null) return null;
  return (Object.values(value) as unknown[]).find(isPieces) ?? null;
}

const isPieces = (value: unknown): value is Pieces =>
  typeof value === 'object' && value !== null && 'pieces' in value && Array.isArray(value.pieces);
