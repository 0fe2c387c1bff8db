'use client';
// A list whose items can be removed. Keeps the keyboard focus in the list when the focused button is removed with its item.

import { useEffect, useRef, type ReactNode } from 'react';

export function ShrinkingList({ label, count, children }: { label: string; count: number; children: ReactNode }) {
  const section = useRef<HTMLElement>(null);
  const before = useRef(count);

  useEffect(() => {
    if (count < before.current && document.activeElement === document.body) section.current?.focus();
    before.current = count;
  }, [count]);

  return <section ref={section} tabIndex={-1} aria-label={label}>{children}</section>;
}
