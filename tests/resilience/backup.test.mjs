// The backup of docs/deployment.md: an export of the database, restored into an empty one, holds the same accounts, tasks and
// triggers, whatever users wrote into their tasks.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ask, environment, inProject } from '../../scripts/shared.mjs';
import { signUp } from '../support/caller.mjs';
import { openDatabase } from '../support/database.mjs';
import { rawConfig, startWorker } from '../support/worker.mjs';

const home = mkdtempSync(join(tmpdir(), 'edge-auth-backup-'));
const restored = join(home, 'restored');
const config = join(home, 'wrangler.json');
const wrangler = (...args) => ask('wrangler', ['d1', ...args, '--local', '--config', config], { ...environment, CI: '1' });
after(() => rmSync(home, { recursive: true, force: true, maxRetries: 10 }));

/** Runs the command of the documentation that prepares the exported file. */
function prepareAsDocumented() {
  const [command] = /^.*export\.sql > backup\.sql/m.exec(readFileSync(inProject('docs', 'deployment.md'), 'utf8')) ?? [];
  assert.ok(command, 'docs/deployment.md has a command that makes backup.sql of export.sql');
  assert.equal(spawnSync('sh', ['-c', command], { cwd: home }).status, 0, command);
}

test('an export of the database is restored with every task, the used storage and the triggers', async () => {
  const { name, compatibility_date, d1_databases } = rawConfig;
  writeFileSync(config, JSON.stringify({ name, compatibility_date, d1_databases }));
  // `wrangler d1 export --local` reads the storage beside the configuration alone.
  const worker = await startWorker({ state: join(home, '.wrangler', 'state') });
  const ada = await signUp(worker);
  const texts = ["it's", 'line\nbreak; DROP TABLE tasks; --', '\u00e9\ud83d\ude00', 'zero \u0000 byte', '\u0000', "unistr('\\0000')"];
  for (const title of texts) assert.equal((await ada.post('/api/tasks', { title, description: title })).status, 201);
  await worker.stop();

  assert.notEqual(wrangler('export', 'DB', '--output', join(home, 'export.sql')), undefined, 'the export succeeds');
  prepareAsDocumented();
  assert.notEqual(wrangler('execute', 'DB', '--persist-to', restored, '--file', join(home, 'backup.sql')), undefined, 'the restore succeeds');

  const database = await openDatabase({ state: restored });
  const { results } = await database.prepare('SELECT title FROM tasks ORDER BY id').all();
  // The triggers go on counting where the export ended.
  await database.prepare("UPDATE tasks SET title = title || '+'").run();
  const { used, counted } = await database.prepare(`SELECT (SELECT sum(bytes) FROM usage) AS used,
    (SELECT sum(octet_length(title) + octet_length(description)) FROM tasks) AS counted`).first();
  await database.close();
  // U+0000 comes back as U+0001.
  assert.deepEqual(results.map(({ title }) => title), texts.map((text) => text.replaceAll('\u0000', '\u0001')));
  assert.equal(used, counted);
});
