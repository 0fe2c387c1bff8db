// Writes the committed reports anew from their JSON files, which hold every round: after a change of words or form, without
// measuring.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { project } from '../../scripts/shared.mjs';
import { renderComparison } from './comparison-report.mjs';
import { renderGrowth } from './growth-report.mjs';
import { renderLatency } from './latency-report.mjs';
import { RESULTS } from './options.mjs';
import { renderProfile } from './profile-report.mjs';
import { publish } from './report.mjs';
import { renderSoak } from './soak-report.mjs';

const RENDERERS = { comparison: renderComparison, growth: renderGrowth, latency: renderLatency, profile: renderProfile, soak: renderSoak };

export async function render({ out }) {
  const folder = out ?? RESULTS;
  for (const [name, toReport] of Object.entries(RENDERERS)) {
    publish(folder, name, toReport(JSON.parse(readFileSync(join(resolve(project, folder), `${name}.json`), 'utf8'))));
  }
}
