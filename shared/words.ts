/** The same in Chinese, which people see first, and in English. */
export interface Words {
  zh: string;
  en: string;
}
