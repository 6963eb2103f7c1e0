import type { Clock } from '#shared/clock.ts';

export const TOO_LATE = Symbol('too late');

/** Waits for a promise, but not longer than `ms` of the given clock; rejects as the promise does. */
export function within<T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | typeof TOO_LATE> {
  return new Promise((resolve, reject) => {
    const cancel = clock.timer(ms, () => resolve(TOO_LATE));
    promise.then(resolve, reject).finally(cancel);
  });
}
