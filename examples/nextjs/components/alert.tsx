// What went wrong, told at once by screen readers. It can take the focus, so that the keyboard goes on from there.

import type { ReactNode } from 'react';

export function Alert({ children }: { children: ReactNode }) {
  return <p role="alert" tabIndex={-1} className="notice notice-alert">{children}</p>;
}
