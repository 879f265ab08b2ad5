import { domainToASCII } from 'node:url';

/**
 * What two spellings of one e-mail address have in common: compatibility forms and case folded, international domains
 * as ASCII, no dot at the end of the domain. Nothing is known about what single providers ignore (dots, +tags), so
 * those stay different.
 */
export const emailKeyOf = (email: string): string => {
  const folded = email.trim().normalize('NFKC').toLowerCase();
  const at = folded.lastIndexOf('@');
  if (at < 0) return folded;
  const domain = folded.slice(at + 1).replace(/\.$/, '');
  return `${folded.slice(0, at)}@${domainToASCII(domain) || domain}`;
};
