import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { ConfigProvider, Select, type ConfigProviderProps } from 'antd';
import enGB from 'antd/locale/en_GB';
import zhCN from 'antd/locale/zh_CN';
import {
  firstLanguage,
  isLanguage,
  LANGUAGE_CODES,
  LANGUAGES,
  type Language,
} from '#shared/language/languages.ts';
import { pseudoVoice } from '#shared/language/pseudo.ts';
import { voiceOf, type Say } from '#shared/language/say.ts';

/** Ant Design's own words (empty tables, page numbers, dialogs), a row per language. */
const ANTD_WORDS: Readonly<Record<Language, NonNullable<ConfigProviderProps['locale']>>> = {
  zh: zhCN,
  en: enGB,
};

/** The language of who is logged in: null where they have chosen none yet; `keep` is told what they choose. */
interface AccountLanguage {
  language: Language | null;
  keep: (language: Language) => void;
}

interface LanguageContext {
  language: Language;
  say: Say;
  choose: (language: Language) => void;
  /** Null: nobody is logged in. */
  follow: (account: AccountLanguage | null) => void;
}

/** `?lang=pseudo` on the development server (docs/translating.md). */
const asksPseudo = (): boolean => new URLSearchParams(location.search).get('lang') === 'pseudo';

const Context = createContext<LanguageContext | null>(null);

/** Where this browser keeps the language last chosen at it while nobody was logged in. */
const KEPT_UNDER = 'muster.language';

/** The language of everything below: that of who is logged in, else the one last chosen here, at first the browser's. */
export function LanguageProvider({ children }: { children: ReactNode }): ReactNode {
  const [ofBrowser, setOfBrowser] = useState(firstOfBrowser);
  const [account, follow] = useState<AccountLanguage | null>(null);
  const language = account?.language ?? ofBrowser;
  useEffect(() => {
    document.documentElement.lang = LANGUAGES[language].locale;
  }, [language]);
  const context = useMemo(
    () => ({
      language,
      say: import.meta.env.DEV && asksPseudo() ? pseudoVoice : voiceOf(language),
      choose: (chosen: Language) => {
        if (account === null) {
          localStorage.setItem(KEPT_UNDER, chosen);
          setOfBrowser(chosen);
        } else {
          follow({ ...account, language: chosen });
          account.keep(chosen);
        }
      },
      follow,
    }),
    [account, language],
  );
  return (
    <Context.Provider value={context}>
      <ConfigProvider locale={ANTD_WORDS[language]}>{children}</ConfigProvider>
    </Context.Provider>
  );
}

function firstOfBrowser(): Language {
  const kept = localStorage.getItem(KEPT_UNDER);
  return isLanguage(kept) ? kept : firstLanguage(navigator.languages);
}

/** The language of the page, and how to choose another. */
export function useLanguage(): LanguageContext {
  const context = useContext(Context);
  if (context === null) throw new Error('no language above this component');
  return context;
}

/** Says messages in the language of the page. */
export const useSay = (): Say => useLanguage().say;

/** Chooses the language of the page; each stands there by its own name, for who cannot read the present one. */
export function LanguageChoice(): ReactNode {
  const { language, say, choose } = useLanguage();
  return (
    <Select
      aria-label={say('action.choose-language')}
      className="language"
      size="small"
      popupMatchSelectWidth={false}
      value={language}
      onChange={choose}
      options={LANGUAGE_CODES.map((code) => ({ value: code, label: LANGUAGES[code].name }))}
    />
  );
}
