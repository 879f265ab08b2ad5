/** What pages of the house may do; of services that set a policy of their own, theirs holds. */
export interface PagePolicy {
  readonly page: Readonly<Record<string, string>>;
  /** On every answer. */
  readonly all: Readonly<Record<string, string>>;
}

const YEAR_SECONDS = 31_536_000;

export const pagePolicyOf = (publicUrl: string, fileOrigins: readonly string[]): PagePolicy => {
  const { host, protocol } = new URL(publicUrl);
  const files = fileOrigins.length > 0 ? ` ${fileOrigins.join(' ')}` : '';
  // 'self' covers sockets in today's browsers; older ones want the address
  const sockets = `${protocol === 'https:' ? 'wss' : 'ws'}://${host}`;
  const policy = [
    "default-src 'self'",
    "script-src 'self'",
    // the editor and the menus place things by style attributes
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob:${files}`,
    `media-src 'self' blob:${files}`,
    `connect-src 'self' ${sockets}${files}`,
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "object-src 'none'",
    "base-uri 'none'",
  ].join('; ');
  return {
    page: {
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), payment=(), usb=()',
    },
    all: protocol === 'https:' ? { 'strict-transport-security': `max-age=${YEAR_SECONDS}` } : {},
  };
};
