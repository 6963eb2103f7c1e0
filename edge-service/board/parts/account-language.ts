import { useLayoutEffect } from 'react';
import { useMutation } from '@tanstack/react-query';
import { sessionSchema } from '#shared/contract/http.ts';
import type { Language } from '#shared/language/languages.ts';
import { useBoard } from './board-context.tsx';
import { useLanguage } from './language.tsx';
import type { Session } from './session.ts';

/**
 * The page stands in the language of who is logged in for as long as this is mounted, and what is chosen meanwhile is kept
 * with their account. Returns why the last choice could not be kept; null: it was, or none was made.
 */
export function useAccountLanguage(session: Session): Error | null {
  const { client } = useBoard();
  const { follow } = useLanguage();
  const { mutate: keep, error } = useMutation({
    mutationFn: (language: Language) =>
      client.send('PATCH', '/api/v1/session', { json: { language } }, sessionSchema),
    scope: { id: 'language' }, // one after the other: the last one chosen is the last one kept
  });
  useLayoutEffect(() => {
    follow({ language: session.language, keep });
    return () => follow(null);
  }, [follow, keep, session.language]);
  return error;
}
