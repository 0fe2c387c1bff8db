// Project Wycheproof's signatures, valid and not, through the code that verifies the tokens of trusted issuers, in workerd.

import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build } from 'esbuild';
import { useWorker } from '../support/use-worker.mjs';

const bundle = mkdtempSync(join(tmpdir(), 'edge-auth-key-set-'));
after(() => rmSync(bundle, { recursive: true, force: true }));
const worker = useWorker(async () => {
  const entry = join(import.meta.dirname, '..', 'support', 'key-set-entry.mjs');
  await build({ entryPoints: [entry], outfile: join(bundle, 'index.js'), bundle: true, format: 'esm', external: ['cloudflare:*'] });
  return { bundle };
});

/** The files, the algorithm that they test, and how many cases each has. */
const FILES = [
  ['ed25519_test.json', 'EdDSA', 151],
  ['ecdsa_secp256r1_sha256_p1363_test.json', 'ES256', 262],
  ['rsa_signature_2048_sha256_test.json', 'RS256', 259],
  ['rsa_pss_2048_sha256_mgf1_32_test.json', 'PS256', 108],
];

for (const [file, algorithm, count] of FILES) {
  test(`${algorithm}: the ${count} signatures of ${file}`, { timeout: 120_000 }, async () => {
    const { testGroups } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'vectors', file), 'utf8'));
    let asked = 0;
    for (const { publicKeyJwk, publicKeyPem, tests } of testGroups) {
      const { kty, crv, n, e, x, y } = publicKeyJwk ?? createPublicKey(publicKeyPem).export({ format: 'jwk' });
      const body = JSON.stringify({ jwk: { kty, crv, n, e, x, y }, algorithm, cases: tests });
      const outcomes = await (await fetch(worker.url, { method: 'POST', body })).json();
      for (const [index, { tcId, comment, result }] of tests.entries()) {
        // `acceptable` is a hash without its NULL parameter, which RFC 8017, section 8.2.2, lets a verifier reject.
        assert.equal(outcomes[index], result === 'valid' ? 'verified' : 'mismatch', `${tcId}: ${comment}`);
        asked += 1;
      }
    }
    assert.equal(asked, count);
  });
}
