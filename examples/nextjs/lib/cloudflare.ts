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

export const fetchApi = (request: Request) => fetchWithin(request, 10_000);

/** For a response that is streamed for as long as the browser takes to download it. */
export const fetchExport = (request: Request) => fetchWithin(request, 10 * 60_000);

/** Sends a request through the service binding to the API's Worker, or over the network where there is no binding. */
function fetchWithin(request: Request, milliseconds: number): Promise<Response> {
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(milliseconds)]);
  const binding = isCloudflareWorker ? getCloudflareContext().env.API : undefined;
  return binding ? binding.fetch(request, { signal }) : fetch(request, { signal });
}
