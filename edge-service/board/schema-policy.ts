import { config } from 'zod';

/**
 * zod compiles object schemas with `new Function` and tries, when the first one is made, whether it may. The page's policy
 * forbids it and merely trying is an error in the console, so this file is imported before any schema exists.
 */
config({ jitless: true });
