// Forwards the browser's IP address to the Worker, which limits requests by address. Only a header that the platform sets is
// used, since browsers can send any other. Logs a warning once if a deployed app cannot forward addresses.

import 'server-only';
import { isCloudflareWorker } from './cloudflare';
import { optional } from './settings';

/** Returns the headers that forward the address, or none where the app is not set up for it. */
export function clientIpHeaders(browserHeaders: Headers): Record<string, string> {
  // Cloudflare overwrites this header on every request. On another platform a browser could have sent it.
  const name = optional('CLIENT_ADDRESS_HEADER') ?? (isCloudflareWorker ? 'CF-Connecting-IP' : undefined);
  const secret = optional('CLIENT_ADDRESS_SECRET');
  // The last entry of a list: the nearest proxy wrote it, while the caller may have sent those before it.
  const address = name && browserHeaders.get(name)?.split(',').at(-1)?.trim();
  if (address && secret) return { 'X-Client-Address': address, 'X-Client-Address-Secret': secret };

  if (isDeployed(browserHeaders)) {
    warnOnce([
      ...(secret ? [] : ['CLIENT_ADDRESS_SECRET is not set: set the same secret of at least 32 bytes here and at the Worker.']),
      ...(name ? [] : ['CLIENT_ADDRESS_HEADER is not set: name the header in which your platform sends the IP address of the browser.']),
      ...(name && !address ? [`A request has no header ${name}: name one that your platform sets on every request in CLIENT_ADDRESS_HEADER.`] : []),
    ]);
  }
  return {};
}

function isDeployed(browserHeaders: Headers): boolean {
  if (process.env.NODE_ENV !== 'production') return false;
  const host = browserHeaders.get('x-forwarded-host') ?? browserHeaders.get('host') ?? '';
  return !/^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/i.test(host);
}

/** proxy.ts and the pages are bundled separately, so the flag is global. */
const flags = globalThis as { hasWarnedOfClientIp?: boolean };

function warnOnce(cures: string[]): void {
  if (flags.hasWarnedOfClientIp) return;
  flags.hasWarnedOfClientIp = true;
  console.warn([
    'WARNING: the Worker cannot tell this app\'s users apart by IP address.',
    'All users share one rate limit. One of them can use it up, which blocks sign-in for the others.',
    ...cures,
    'See "Client addresses" in examples/nextjs/README.md.',
  ].join('\n  '));
}
