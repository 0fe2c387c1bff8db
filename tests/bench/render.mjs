// Writes the committed reports anew from their JSON files, which hold every round: after a change of words or form, without
// measuring.

import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure, project } from '../../scripts/shared.mjs';
import { renderComparison } from './comparison-report.mjs';
import { renderGrowth } from './growth-report.mjs';
import { renderLatency } from './latency-report.mjs';
import { RESULTS } from './options.mjs';
import { renderProfile } from './profile-report.mjs';
import { publish } from './report.mjs';
import { renderSoak } from './soak-report.mjs';
import { renderTokens } from './tokens-report.mjs';

const RENDERERS = { comparison: renderComparison, growth: renderGrowth, latency: renderLatency, profile: renderProfile, soak: renderSoak, tokens: renderTokens };

export async function render({ out }) {
  const folder = out ?? RESULTS;
  const files = Object.entries(RENDERERS).map(([name, toReport]) => ({ name, toReport, file: join(resolve(project, folder), `${name}.json`) }));
  // A kind of run that has not been made has no file.
  const found = files.filter(({ file }) => existsSync(file));
  if (found.length === 0) throw new Failure(`${folder} holds no results: make a run with --out ${folder} first`);
  for (const { name, toReport, file } of found) publish(folder, name, toReport(JSON.parse(readFileSync(file, 'utf8'))));
}
