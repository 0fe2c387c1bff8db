'use client';
// A submit button that blocks a second submission while one is pending. `aria-disabled` instead of `disabled` keeps the focus.

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
