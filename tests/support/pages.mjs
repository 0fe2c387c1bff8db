// Reads a list page by page, following only the Link header (RFC 8288).

import assert from 'node:assert/strict';

/** The path of the next page, or undefined on the last one. */
export function nextPage(worker, response) {
  const link = response.headers.get('Link');
  if (link === null) return undefined;
  const [, target] = /^<(\/[^>]+)>; rel="next"$/.exec(link) ?? assert.fail(`not a link to the next page: ${link}`);
  const { pathname, search } = new URL(target, worker.url);
  return pathname + search;
}

/** Every page from `path` to the end; `between` runs with each page before the next one is requested. */
export async function readPages(caller, path, between = () => {}) {
  const pages = [];
  for (let next = path; next !== undefined; ) {
    const response = await caller.get(next);
    assert.equal(response.status, 200, JSON.stringify(response.body));
    pages.push(response.body);
    next = nextPage(caller.worker, response);
    if (next !== undefined) await between(response.body);
  }
  return pages;
}
