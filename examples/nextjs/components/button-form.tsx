'use client';
// A form of one button, for what needs no input. `name` tells equal buttons of a page apart for screen readers.

import { Form, type FormAction } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';

interface Props {
  action: FormAction;
  children: string;
  name?: string;
  className?: string;
  values?: Record<string, string>;
}

export function ButtonForm({ action, children, name, className = 'button', values = {} }: Props) {
  return (
    <Form action={action} className="button-form">
      {() => (
        <>
          {Object.entries(values).map(([key, value]) => <input key={key} type="hidden" name={key} value={value} />)}
          <SubmitButton className={className} aria-label={name}>{children}</SubmitButton>
        </>
      )}
    </Form>
  );
}
