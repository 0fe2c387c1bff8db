// The example reads the Worker's local secrets exactly as wrangler does: with another value on one side, the Worker rejects
// every token of Better Auth.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { unstable_getVarsForDev as readAsWrangler } from 'wrangler';
import { readDevVars } from '../../examples/nextjs/scripts/dev-vars.mjs';
import { installPackages } from '../../examples/nextjs/scripts/setup.mjs';

const name = 'BETTER_AUTH_SECRET';
const files = {
  'plain, with a comment behind it': { '.dev.vars': `# ours\n${name}=plain # shared with the example\n` },
  'with Windows line ends': { '.dev.vars': `A=1\r\n${name}="quoted"\r\nB=2\r\n` },
  'with a hash inside double quotes': { '.dev.vars': `${name}="with # inside" # and a comment` },
  'in single quotes that hold double ones': { '.dev.vars': `export ${name} = 'say "please"'` },
  'in backquotes': { '.dev.vars': `${name}=\`both ' and "\`` },
  'over two lines': { '.dev.vars': `${name}="first\\nsecond\nthird"\nA=1` },
  'with a quote that nothing closes': { '.dev.vars': `${name}="open\nA="x"` },
  'after a colon': { '.dev.vars': `${name}: yaml` },
  'set twice': { '.dev.vars': `${name}=old\n${name}=new` },
  'in another variable\'s value only': { '.dev.vars': `A="${name}=no"\n` },
  'commented out': { '.dev.vars': `# ${name}=no\n` },
  'in .env.local over .env': { '.env': `${name}=shared`, '.env.local': `${name}=own` },
  'in .env, which .dev.vars hides': { '.env': `${name}=hidden`, '.dev.vars': 'A=1' },
};

before(installPackages);

for (const [title, contents] of Object.entries(files)) {
  test(`The example reads a secret as wrangler does: ${title}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'edge-auth-dev-vars-'));
    try {
      for (const [file, content] of Object.entries(contents)) writeFileSync(join(folder, file), content);
      const expected = readAsWrangler(join(folder, 'wrangler.toml'), undefined, {}, undefined, true);
      const read = await readDevVars(folder);
      assert.deepEqual(read, Object.fromEntries(Object.entries(expected).map(([key, { value }]) => [key, value])));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
