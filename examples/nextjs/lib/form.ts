// Reads what a browser sent. Whether it is any good is not judged here.

/** A text field; a file in its place, which only a crafted request holds, is none. */
export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
