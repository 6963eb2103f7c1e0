/** As much of a process as is looked at here; Node's own `process` fits. */
export interface WatchedProcess {
  readonly ppid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whoever starts a program anew finds its directory free within a second; a look costs one system call. */
const LOOK_MS = 500;

/**
 * Under `npm run` a shell stands between npm and the program, and not every shell (dash does not) hands on or becomes what it
 * runs: told to end, npm ends the shell, and the program would go on behind both. Calls `run` once the parent has gone, and
 * does nothing where npm did not start the program. `parent` is the parent at the very start; `every` keeps no process alive.
 */
export function onceParentGone(given: {
  process: WatchedProcess;
  parent: number;
  every: (intervalMs: number, run: () => void) => () => void;
  run: () => void;
}): void {
  const { process, parent, every, run } = given;
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const end = every(LOOK_MS, () => {
    if (process.ppid === parent) return;
    end();
    run();
  });
}
