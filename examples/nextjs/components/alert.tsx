// An error message that screen readers announce at once. Focusable, so that keyboard navigation continues from it.

import type { ReactNode } from 'react';

export function Alert({ children }: { children: ReactNode }) {
  return <p role="alert" tabIndex={-1} className="notice notice-alert">{children}</p>;
}
