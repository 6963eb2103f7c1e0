import { whenMessage } from '#shared/language/time-message.ts';
import { useNow } from './board-context.tsx';
import { useSay } from './language.tsx';

/** Says when something was, RFC 3339, in the language of the page: by the clock today, else with its day; a dash for never. */
export function useWhen(): (time: string | null) => string {
  const say = useSay();
  const now = useNow();
  return (time) => (time === null ? '—' : say(whenMessage(Date.parse(time), now)));
}
