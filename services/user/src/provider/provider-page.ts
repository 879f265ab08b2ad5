import type { IncomingHttpHeaders } from 'node:http';
import type { StreamedResponse } from '@authorworks/contracts';
import { AppError } from '@authorworks/platform';
import type { UserContext } from '../context.ts';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
};

/** @param message From our own catalogue, never from the provider. */
const pageOf = (message: string, publicUrl: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in</title></head>
<body style="font:18px/1.5 Georgia,serif;max-width:32em;margin:15vh auto;padding:0 1em">
<h1 style="font-size:1.4em">Sign-in did not work</h1><p>${message}</p><p><a href="${publicUrl}/sign-in">Back to sign-in</a></p>
</body></html>
`;

/** A browser that is led from page to page is shown a page when something fails; programs get the house's error. */
export const asPage = async (
  { config, log }: UserContext,
  { headers }: { readonly headers: IncomingHttpHeaders },
  work: () => Promise<StreamedResponse>,
): Promise<StreamedResponse> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || !(headers.accept ?? '').includes('text/html')) throw error;
    log.info({ code: error.definition.code }, 'a provider sign-in ended on a page');
    return {
      status: error.definition.status,
      headers: HEADERS,
      body: pageOf(error.definition.message, config.publicUrl),
    };
  }
};
