'use client';
// The form for a new task. A successful submission redirects to this page and remounts the form, so the focus is moved to
// the title field again, ready for the next task.

import { useEffect } from 'react';
import { Field } from '@/components/field';
import { Form } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';
import { addTask } from './actions';

let wasSubmitted = false;

export function NewTaskForm() {
  useEffect(() => {
    if (wasSubmitted) document.getElementById('title')?.focus();
    wasSubmitted = false;
  }, []);

  return (
    <Form action={addTask} onSubmit={() => { wasSubmitted = true; }} className="card new-task" label="New task">
      {(state) => (
        <>
          <Field name="title" label="Title" autoComplete="off" required state={state} />
          <Field name="description" label="Description (optional)" rows={2} state={state} />
          <SubmitButton className="button button-primary">Add task</SubmitButton>
        </>
      )}
    </Form>
  );
}
