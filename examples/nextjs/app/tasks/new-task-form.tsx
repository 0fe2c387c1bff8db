'use client';

import { Field } from '@/components/field';
import { Form } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';
import { addTask } from './actions';

export function NewTaskForm() {
  return (
    <Form action={addTask} className="card new-task" label="New task">
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
