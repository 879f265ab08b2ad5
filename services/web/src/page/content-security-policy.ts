interface PolicyOptions {
  readonly nonce: string;
  readonly scriptHashes: readonly string[];
  /** Address of the house, for its WebSocket. */
  readonly publicUrl: string;
  /** Origin of the object storage, where browsers reach it themselves. */
  readonly filesUrl: string | undefined;
}

/**
 * What the pages may load and do (CSP Level 3): scripts and styles only of our own files, no frames, no plug-ins, no
 * forms to other places. Style elements need the nonce; style attributes are never taken, so that none can come with a text.
 */
export const contentSecurityPolicy = ({ nonce, scriptHashes, publicUrl, filesUrl }: PolicyOptions): string => {
  const files = filesUrl === undefined ? [] : [new URL(filesUrl).origin];
  const socket = new URL(publicUrl);
  const directives: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'none'"],
    'script-src': ["'self'", ...scriptHashes],
    'style-src': ["'self'", `'nonce-${nonce}'`],
    'font-src': ["'self'"],
    'img-src': ["'self'", 'blob:', 'data:', ...files],
    'media-src': ["'self'", 'blob:', ...files],
    // 'self' covers the WebSocket in Chromium and Firefox; older Safari wants it by name
    'connect-src': ["'self'", `${socket.protocol === 'https:' ? 'wss' : 'ws'}://${socket.host}`, ...files],
    'manifest-src': ["'self'"],
    'worker-src': ["'self'"],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
};
