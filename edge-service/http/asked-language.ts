import { z } from 'zod';
import { acceptedTags, firstLanguage, LANGUAGE_CODES, type Language } from '#shared/language/languages.ts';

/** Of a query: the language a file is wanted in. */
export const languageQuery = {
  lang: z
    .enum(LANGUAGE_CODES)
    .optional()
    .describe('language of the file; without it the first of Accept-Language that is known, else Chinese'),
};

/** The language a request asks for: by its query, else by its Accept-Language header. */
export const languageOf = (request: {
  query: { lang?: Language | undefined };
  headers: { 'accept-language'?: string | undefined };
}): Language => request.query.lang ?? firstLanguage(acceptedTags(request.headers['accept-language'] ?? ''));
