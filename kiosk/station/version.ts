/** What this kiosk calls itself to the edge: the version of package.json (a test compares them). */
export const KIOSK_VERSION = '0.2.0';
