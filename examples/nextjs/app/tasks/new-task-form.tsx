'use client';
// The form for a new task. Its answer is a redirect to this page, which draws the form anew: the focus goes back to where
// the next title is typed.

import { useEffect } from 'react';
import { Field } from '@/components/field';
import { Form } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';
import { addTask } from './actions';

let wasSent = false;

export function NewTaskForm() {
  useEffect(() => {
    if (wasSent) document.getElementById('title')?.focus();
    wasSent = false;
  }, []);

  return (
    <Form action={addTask} onSubmit={() => { wasSent = true; }} className="card new-task" label="New task">
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
