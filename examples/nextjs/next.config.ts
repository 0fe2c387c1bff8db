// Next.js configuration, and the security headers that are the same for every response. proxy.ts sets the
// Content-Security-Policy, which holds a nonce. `serverExternalPackages` must stay empty: Next.js traces external packages for
// Node alone, and OpenNext bundles them for Workers.

import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Keep Turbopack from inferring a root above this folder from other lock files.
  turbopack: { root: import.meta.dirname },
  async headers() {
    return [{
      source: '/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'X-Frame-Options', value: 'DENY' },
        // Not `no-referrer`: with it, browsers send `Origin: null` for a form without JavaScript, and Next.js rejects the action.
        { key: 'Referrer-Policy', value: 'same-origin' },
        { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
        { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()' },
        { key: 'Strict-Transport-Security', value: 'max-age=63072000' },
      ],
    }];
  },
};

export default config;
