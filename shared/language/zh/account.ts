/** Accounts, passwords and sessions. */
export const account = {
  'account.enter-again': '请再输入一次',
  'account.enter-name': '请输入账号',
  'account.enter-password': '请输入密码',
  'account.enter-set-up-code': '请输入设置码',
  'account.first-account': '建立第一个账号:管理员、现场负责人、人事三个角色。没有默认密码。',
  'account.password-length': '至少 {least} 个字符,越长越好',
  'account.passwords-differ': '两次输入不同',
  'account.session-ended': '登录已过期,请退出后重新登录',
  'account.blind': '录入员看不到数字',
  'account.disabled': '已停用',
  'account.usable': '可用',
  'account.language-not-kept': '所选语言没能记到账号里,只在本页有效',
  'account.least-characters': '至少 {least} 个字符',
  'account.one-role': '至少选一个角色',
} as const;
