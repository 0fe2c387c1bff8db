// Next.js, as the example needs it: nothing said about the framework, and the security headers that never change.
// The Content-Security-Policy has a nonce in it, new for each answer: proxy.ts sets it.

import type { NextConfig } from 'next';

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // This folder stands alone, whatever lies above it.
  turbopack: { root: import.meta.dirname },
  // Opens node:sqlite by itself: it is loaded as it is, and not bundled.
  serverExternalPackages: ['better-auth'],
  async headers() {
    return [{
      source: '/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'X-Frame-Options', value: 'DENY' },
        // Not `no-referrer`: with it a form without JavaScript says `Origin: null`, and Next.js refuses its action.
        { key: 'Referrer-Policy', value: 'same-origin' },
        { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
        { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()' },
        { key: 'Strict-Transport-Security', value: 'max-age=63072000' },
      ],
    }];
  },
};

export default config;
