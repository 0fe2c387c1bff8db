'use client';
// A labelled form field whose hint and error message are linked to it for screen readers.

import type { ComponentProps } from 'react';
import type { FormState } from '@/lib/form';

interface Props extends Omit<ComponentProps<'input'>, 'id' | 'name'> {
  name: string;
  label: string;
  hint?: string;
  state: FormState;
  rows?: number;
}

export function Field({ name, label, hint, state, rows, defaultValue, ...attributes }: Props) {
  const error = state.fields?.[name];
  const hintId = hint && `${name}-hint`;
  const errorId = error && `${name}-error`;
  const common = {
    id: name,
    name,
    defaultValue: state.values?.[name] ?? defaultValue,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': [errorId, hintId].filter(Boolean).join(' ') || undefined,
  };
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      {hint && <p id={hintId} className="hint">{hint}</p>}
      {rows ? <textarea {...common} rows={rows} /> : <input type="text" {...common} {...attributes} />}
      {error && <p id={errorId} className="error">{error}</p>}
    </div>
  );
}
