import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { LANGUAGES, type Language } from '#shared/language/languages.ts';
import type { Text } from '#shared/language/message.ts';
import { pseudoVoice } from '#shared/language/pseudo.ts';
import { voiceOf, type Say } from '#shared/language/say.ts';

interface LanguageContext {
  language: Language;
  say: Say;
}

/** `?lang=pseudo` on the development server (docs/translating.md). */
const asksPseudo = (): boolean => new URLSearchParams(location.search).get('lang') === 'pseudo';

const Context = createContext<LanguageContext | null>(null);

/** The language of everything below that the staff reads; the faces have languages of their own. */
export function LanguageProvider({
  language,
  children,
}: {
  language: Language;
  children: ReactNode;
}): ReactNode {
  const context = useMemo(
    () => ({ language, say: import.meta.env.DEV && asksPseudo() ? pseudoVoice : voiceOf(language) }),
    [language],
  );
  useEffect(() => {
    document.documentElement.lang = LANGUAGES[language].locale;
    document.title = context.say('kiosk.title');
  }, [language, context]);
  return <Context.Provider value={context}>{children}</Context.Provider>;
}

/** The language of the staff. */
export function useLanguage(): LanguageContext {
  const context = useContext(Context);
  if (context === null) throw new Error('no language above this component');
  return context;
}

/** Says messages in the language of the staff. */
export const useSay = (): Say => useLanguage().say;

/** Says texts that may be a device's or a person's name: those stand as they are. */
export function useTextSay(): (text: Text) => string {
  const say = useSay();
  return (text) => (typeof text === 'string' ? text : say(text));
}
