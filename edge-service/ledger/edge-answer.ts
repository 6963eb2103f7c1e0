import { messageOf, type Say } from '#shared/language/say.ts';
import { sentence } from '#shared/language/sentence.ts';

/** What the edge tells a kiosk of any maker, for people: Chinese and English beside each other. Programs go by the code. */
export const edgeAnswer: Say = (said, ...given) => {
  const { zh, en } = sentence(messageOf(said, given));
  return `${zh} / ${en}`;
};
