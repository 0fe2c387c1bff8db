// Bars of CPU time, a panel for each kind of request, as an SVG that can be read on a light page and on a dark one.

import { ROWS } from './options.mjs';
import { summary } from './statistics.mjs';

const WIDTH = 760;
const LABELS = 230;
const VALUES = 60;
const BAR = 14;
const GAP = 5;
const PANEL = 44;

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 13px }
  .bar { fill: #8c959f }
  .own { fill: #2f7fd0 }
  @media (prefers-color-scheme: dark) { text { fill: #d0d7de } .bar { fill: #6e7681 } .own { fill: #58a6ff } }`;

/** `valuesOf(subject, row)` returns the numbers whose median is drawn. */
export function chart(measured, rows, valuesOf) {
  let y = 20;
  const parts = [];
  for (const row of rows) {
    const bars = measured.map(({ id, label, ...rest }) => ({ id, label, all: summary(valuesOf(rest, row)) })).filter(({ all }) => all);
    if (bars.length === 0) continue;
    const most = Math.max(...bars.map(({ all }) => all.median));
    parts.push(text(0, y, ROWS[row], 'title'));
    y += 10;
    for (const { id, label, all } of bars) {
      const width = Math.max(1, (all.median / most) * (WIDTH - LABELS - VALUES));
      parts.push(text(LABELS - 8, y + BAR - 3, label, '', 'end'));
      parts.push(`<rect class="${id.startsWith('edge-auth') ? 'own' : 'bar'}" x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`);
      parts.push(text(LABELS + width + 6, y + BAR - 3, String(Math.round(all.median))));
      y += BAR + GAP;
    }
    y += PANEL - BAR;
  }
  const title = 'CPU milliseconds of the Worker for 1,000 requests: the shorter the better';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="${title}">
<title>${title}</title>
<style>${STYLE}
</style>
${parts.join('\n')}
</svg>
`;
}

function text(x, y, content, name = '', anchor = 'start') {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed?.(1) ?? x}" y="${y}" text-anchor="${anchor}"${name && ` class="${name}"`}>${escaped}</text>`;
}
