// OpenNext configuration for Cloudflare. No incremental cache: every page depends on the session and is rendered per request.

import { defineCloudflareConfig } from '@opennextjs/cloudflare';

export default { ...defineCloudflareConfig(), buildCommand: 'npx next build' };
