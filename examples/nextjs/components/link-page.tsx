// The frame of a page that a link in an email leads to. A link whose token is in no cookie was opened too long ago.

import type { ReactNode } from 'react';
import { linkToken, type LinkPath } from '@/lib/link-tokens';
import { requireAccountPages } from '@/lib/session';

interface Props {
  path: LinkPath;
  title: string;
  /** Shown in place of the form once it was submitted. */
  done?: ReactNode;
  /** How to get another link. */
  help: ReactNode;
  children: ReactNode;
}

export async function LinkPage({ path, title, done, help, children }: Props) {
  requireAccountPages();
  const isOpen = (await linkToken(path)) !== undefined;
  return (
    <div className="card card-narrow">
      <h1>{title}</h1>
      {done || (isOpen ? children : <p>Open the link in the email again.</p>)}
      {!done && <p className="card-footer">{help}</p>}
    </div>
  );
}
