import { message } from '#shared/language/message.ts';

/** Sentences of the site's guide that several rows of the table of models share: what to do, and what the devices do. */

/** Said of every reader that only its maker's service reaches. */
export const MAKERS_SERVICE = message('reader-install.makers-service');

export const RATE_KEPT = message('reader-note.rate-kept');

export const DRIVERS_ALONG = message('reader-guide.drivers-along');

export const DIALOUT = message('reader-guide.dialout');

export const NO_DRIVER = message('reader-guide.no-driver');

export const RULES_AND_LIBUSB = message('reader-guide.rules-and-libusb');

export const OWN_RULE = message('reader-guide.own-rule');

export const WINDOW_KEYS = message('reader-guide.window-keys');

export const KEYBOARD_ON_WINDOWS = message('reader-guide.keyboard-on-windows');

export const SERVICE_LINUX = message('reader-guide.service-linux');

export const REPEATS = message('reader-note.repeats');

export const UNKNOWN_FORMAT = message('reader-note.unknown-format');
