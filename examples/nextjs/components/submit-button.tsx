'use client';
// A button that sends its form once: while the answer is awaited it stays where it is, and keeps the focus.

import type { ComponentProps } from 'react';
import { useFormStatus } from 'react-dom';

export function SubmitButton(attributes: ComponentProps<'button'>) {
  const { pending } = useFormStatus();
  return (
    <button
      type="submit"
      {...attributes}
      aria-disabled={pending || undefined}
      onClick={(event) => { if (pending) event.preventDefault(); }}
    />
  );
}
