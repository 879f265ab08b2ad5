const MAX_LENGTH = 500;
// oxlint-disable-next-line no-control-regex -- browsers drop control characters from addresses: refusing them is the purpose
const SUSPICIOUS = /[\u0000-\u0020\u007f\\]/;

/**
 * Where the web app goes on after a sign-in: a path of this house and nothing else, so that our own address cannot be
 * used to send people away (CWE-601).
 * @returns '/' for everything that might lead elsewhere.
 */
export const returnPathOf = (wanted: string | undefined, publicUrl: string): string => {
  if (wanted === undefined || wanted.length > MAX_LENGTH || SUSPICIOUS.test(wanted)) return '/';
  if (!/^\/(?![/])/.test(wanted) || !URL.canParse(wanted, publicUrl)) return '/';
  const target = new URL(wanted, publicUrl);
  if (target.origin !== new URL(publicUrl).origin || target.pathname.startsWith('//')) return '/';
  // an address of the API is not a page, and some of them do things
  if (target.pathname === '/api' || target.pathname.startsWith('/api/')) return '/';
  return `${target.pathname}${target.search}${target.hash}`;
};
