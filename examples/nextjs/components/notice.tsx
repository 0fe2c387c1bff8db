// A message that is no error. Screen readers announce it when they are done with what they are reading.

import type { ReactNode } from 'react';

export function Notice({ tabIndex, children }: { tabIndex?: number; children: ReactNode }) {
  return <p role="status" tabIndex={tabIndex} className="notice">{children}</p>;
}
