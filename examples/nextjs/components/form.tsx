'use client';
// A form with a server action. Works without JavaScript; with it, a submission moves the focus to the invalid field or the message.

import { useActionState, useEffect, useRef, type ReactNode } from 'react';
import { Alert } from '@/components/alert';
import { Notice } from '@/components/notice';
import type { FormState } from '@/lib/form';

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;

interface Props {
  action: FormAction;
  className?: string;
  label?: string;
  onSubmit?: () => void;
  children: (state: FormState) => ReactNode;
}

export function Form({ action, className, label, onSubmit, children }: Props) {
  const [state, submit] = useActionState(action, {});
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (!state.message && !state.done) return;
    const find = (selector: string) => form.current?.querySelector<HTMLElement>(selector);
    (find('[aria-invalid="true"]') ?? find('[role="alert"], [role="status"]'))?.focus();
  }, [state]);

  return (
    <form ref={form} action={submit} className={className} aria-label={label} onSubmit={onSubmit} noValidate>
      {state.message && <Alert>{state.message}</Alert>}
      {state.done && <Notice tabIndex={-1}>{state.done}</Notice>}
      {children(state)}
    </form>
  );
}
