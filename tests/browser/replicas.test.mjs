// With read replicas behind the Worker: the app hands the bookmark of a user's last write to the reads after it.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { setStage } from '../support/browser-fixture.mjs';
import { visit } from '../support/browser-user.mjs';

const entry = join(import.meta.dirname, '..', 'support', 'replica-entry.mjs');
let stage;
before(async () => (stage = await setStage({ modes: ['worker'], entry, vars: { D1_READ_REPLICATION: 'true' } })));
after(() => stage?.stop());

it('reads from where the last write ended, and keeps that out of the reach of scripts', { timeout: 60_000 }, async () => {
  const visitor = await visit(stage.browser, stage.examples.worker.url);
  const bookmark = async () => (await visitor.context.cookies()).find(({ name }) => name === '__Host-bookmark');
  await visitor.signUp();
  assert.equal(await bookmark(), undefined, 'nothing is written yet');
  await visitor.addTask('Mend the fence');
  const { value, httpOnly, secure, sameSite } = await bookmark();
  assert.deepEqual({ httpOnly, secure, sameSite }, { httpOnly: true, secure: true, sameSite: 'Lax' });
  await visitor.page.reload();
  await visitor.task('Mend the fence').waitFor();
  await stage.worker.printed(new RegExp(`D1 session from (${value})`));
  await visitor.leave();
});
