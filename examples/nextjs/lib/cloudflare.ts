// What differs when the app runs as a Cloudflare Worker: the service binding to the API, and promises bound to one request.

import 'server-only';
import { getCloudflareContext } from '@opennextjs/cloudflare';

declare global {
  interface CloudflareEnv {
    /** The service binding of wrangler.jsonc. */
    API?: { fetch: typeof fetch };
  }
}

export const isCloudflareWorker = globalThis.navigator?.userAgent === 'Cloudflare-Workers';

/** Sends a request through the service binding to the API's Worker, or over the network where there is no binding. */
export function fetchApi(request: Request): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(10_000)]);
  const binding = isCloudflareWorker ? getCloudflareContext().env.API : undefined;
  return binding ? binding.fetch(request, { signal }) : fetch(request, { signal });
}
