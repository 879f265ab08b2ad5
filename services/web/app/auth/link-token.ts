import { useState } from 'react';

/** Tokens of mailed links stand behind the #, where no server, log or referrer sees them. */
const readToken = (): string =>
  new URLSearchParams(location.hash.slice(1)).get('token') ?? new URLSearchParams(location.search).get('token') ?? '';

/** The token of the link that led here; it is taken out of the address bar, so that it is not copied with it. */
export const useLinkToken = (): string => {
  const [token] = useState(() => {
    const found = readToken();
    if (found) history.replaceState(history.state, '', location.pathname);
    return found;
  });
  return token;
};
