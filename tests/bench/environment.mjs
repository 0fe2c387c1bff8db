// What a result depends on: the machine, and the versions of whatever was measured.

import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { inProject, read } from '../../scripts/shared.mjs';

/** What every result begins with. */
export const circumstances = () => ({ date: new Date().toISOString(), machine: machine(), versions: versions() });

function machine() {
  const [first] = cpus();
  return { cpu: first.model.trim(), cores: cpus().length, memory: Math.round(totalmem() / 2 ** 30), system: `${type()} ${release().split('-')[0]}` };
}

function versions() {
  const installed = Object.fromEntries(['workerd', 'miniflare', 'wrangler'].map((name) => [name, versionIn(inProject('node_modules', name, 'package.json'))]));
  const peers = JSON.parse(read('tests', 'bench', 'package.json')).dependencies;
  const python = /^fastapi==(\S+)/m.exec(read('tests', 'bench', 'fastapi', 'requirements.txt'))[1];
  return { ...installed, node: process.versions.node, ...peers, fastapi: python };
}

function versionIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
