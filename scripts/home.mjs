// Keeps programs working where the home folder is read-only, as in many containers: what they write there goes into .tools and
// .wrangler. What they only read there, such as wrangler's login or Cargo's configuration, is linked, so that it still counts.

import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Whether a file can be created at a path: the nearest folder that exists decides. */
export function isWritable(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch (error) {
    return error.code === 'ENOENT' && dirname(path) !== path && isWritable(dirname(path));
  }
}

/** Variables for programs that would otherwise fail to write below the home folder; none where it is writable. */
export function writableHomes(project, env = process.env, canWrite = isWritable) {
  const variables = {};
  const move = (name, usual, own, link) => {
    if (canWrite(env[name] || usual)) return;
    variables[name] = join(project, own);
    link?.(env[name] || usual, variables[name]);
  };
  move('npm_config_cache', join(homedir(), '.npm'), '.tools/npm');
  move('XDG_CACHE_HOME', join(homedir(), '.cache'), '.tools/cache');
  move('CARGO_HOME', join(homedir(), '.cargo'), '.tools/cargo', (from, to) =>
    linkFiles(from, to, (file) => /^(config|credentials)(\.toml)?$/.test(file)));
  // wrangler stops where it cannot keep its registry, by which `wrangler dev` processes find one another.
  const wrangler = wranglerHome(env);
  move('WRANGLER_REGISTRY_PATH', join(wrangler, 'registry'), '.wrangler/registry');
  move('WRANGLER_LOG_PATH', join(wrangler, 'logs'), '.wrangler/logs');
  if (!canWrite(wrangler)) {
    // It also stops where it cannot write a file about its telemetry, even with telemetry off.
    variables.XDG_CONFIG_HOME = join(project, '.wrangler', 'config');
    linkFiles(env.XDG_CONFIG_HOME || join(homedir(), '.config'), variables.XDG_CONFIG_HOME, (file) => file !== '.wrangler');
    linkFiles(wrangler, join(variables.XDG_CONFIG_HOME, '.wrangler'), (file) => !['registry', 'logs'].includes(file));
  }
  return variables;
}

/** As wrangler chooses it: the older of its two places, where that exists. */
function wranglerHome(env) {
  const older = join(homedir(), '.wrangler');
  if (statSync(older, { throwIfNoEntry: false })?.isDirectory()) return older;
  const usual = process.platform === 'darwin' ? join(homedir(), 'Library', 'Preferences') : join(homedir(), '.config');
  return join(env.XDG_CONFIG_HOME || usual, '.wrangler');
}

function linkFiles(from, to, isWanted) {
  mkdirSync(to, { recursive: true });
  const files = existsSync(from) ? readdirSync(from) : [];
  for (const file of files.filter(isWanted)) {
    try {
      symlinkSync(join(from, file), join(to, file));
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
}
