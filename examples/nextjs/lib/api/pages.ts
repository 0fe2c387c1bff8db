// Lists that the Worker returns page by page.

/** Returns the cursor of the next page, from the `Link` header (RFC 8288), or undefined on the last page. */
export function nextCursor(response: Response): string | undefined {
  const link = response.headers.get('Link')?.match(/<([^>]*)>;\s*rel="next"/)?.[1];
  return (link && new URL(link, response.url).searchParams.get('after')) ?? undefined;
}
