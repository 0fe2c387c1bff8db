// What programs write below the home folder goes into the project where that folder cannot be written.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isWritable, writableHomes } from './home.mjs';

const names = ['WRANGLER_REGISTRY_PATH', 'WRANGLER_LOG_PATH', 'XDG_CONFIG_HOME', 'npm_config_cache', 'XDG_CACHE_HOME', 'CARGO_HOME'];

function folder(context) {
  const path = mkdtempSync(join(tmpdir(), 'edge-auth-home-'));
  context.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('A path is writable where the nearest folder is', (context) => {
  const home = folder(context);
  assert.equal(isWritable(home), true);
  assert.equal(isWritable(join(home, 'a', 'b')), true);
  assert.equal(existsSync(join(home, 'a')), false);
  // Below a file nothing can be created, not even by root.
  assert.equal(isWritable('/dev/null/a/b'), false);
});

test('A writable home folder changes nothing', (context) => {
  const project = folder(context);
  assert.deepEqual(writableHomes(project, {}, () => true), {});
  assert.equal(existsSync(join(project, '.tools')), false);
});

test('A read-only one moves every folder that is written into the project', (context) => {
  const project = folder(context);
  const homes = writableHomes(project, {}, () => false);
  assert.deepEqual(Object.keys(homes).sort(), names.sort());
  for (const path of Object.values(homes)) assert.ok(path.startsWith(project));
});

test('A folder that a variable moves elsewhere is checked there', (context) => {
  const [project, cache] = [folder(context), folder(context)];
  const homes = writableHomes(project, { npm_config_cache: cache, WRANGLER_LOG_PATH: '/dev/null/logs' }, (path) => path === cache || !/dev.null/.test(path));
  assert.deepEqual(homes, { WRANGLER_LOG_PATH: join(project, '.wrangler', 'logs') });
});

test('What is only read there still counts', (context) => {
  const [project, cargo, config] = [folder(context), folder(context), folder(context)];
  mkdirSync(join(config, '.wrangler', 'logs'), { recursive: true });
  writeFileSync(join(cargo, 'config.toml'), '[net]');
  writeFileSync(join(config, '.wrangler', 'login'), 'token');
  writeFileSync(join(config, 'pip'), 'index');
  for (const _ of [1, 2]) {
    const homes = writableHomes(project, { CARGO_HOME: cargo, XDG_CONFIG_HOME: config }, (path) => !path.startsWith(cargo) && !path.startsWith(config));
    assert.equal(readFileSync(join(homes.CARGO_HOME, 'config.toml'), 'utf8'), '[net]');
    assert.equal(readFileSync(join(homes.XDG_CONFIG_HOME, '.wrangler', 'login'), 'utf8'), 'token');
    assert.equal(readFileSync(join(homes.XDG_CONFIG_HOME, 'pip'), 'utf8'), 'index');
    assert.equal(existsSync(join(homes.XDG_CONFIG_HOME, '.wrangler', 'logs')), false);
  }
});
