/** Accounts, passwords and sessions. */
export const account = {
  'account.enter-again': 'Enter it again',
  'account.enter-name': 'Enter the account',
  'account.enter-password': 'Enter the password',
  'account.enter-set-up-code': 'Enter the set-up code',
  'account.first-account':
    'The first account is administrator, site lead and HR. There is no default password.',
  'account.password-length': 'At least {least} characters; longer is better',
  'account.passwords-differ': 'The two passwords differ',
  'account.session-ended': 'The session has ended: log out and in again',
  'account.blind': 'A lab clerk sees no numbers',
  'account.disabled': 'disabled',
  'account.usable': 'usable',
  'account.language-not-kept':
    'The language chosen could not be kept with the account: it holds for this page alone',
  'account.least-characters': 'At least {least} characters',
  'account.one-role': 'Choose one role at least',
} as const;
