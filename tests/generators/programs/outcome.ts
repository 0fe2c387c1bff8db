// What each program returns.

/** The titles of the caller's open tasks, the description of one, and the error types of an empty title. */
export type Outcome = { titles: string[]; description: string | null; errors: string[] };

/** The error types of a 422 response. */
export function errorTypes(detail: string | { type: string }[] | undefined): string[] {
  if (!Array.isArray(detail)) throw new Error(`Not a list of invalid fields: ${detail}`);
  return detail.map(({ type }) => type);
}
