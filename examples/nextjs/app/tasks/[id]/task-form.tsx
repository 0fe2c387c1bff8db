'use client';

import { Field } from '@/components/field';
import { Form } from '@/components/form';
import { SubmitButton } from '@/components/submit-button';
import { saveTask } from '../actions';
import type { ListedTask } from '../task-list';

export function TaskForm({ task: { id, title, description, completed } }: { task: ListedTask }) {
  return (
    <Form action={saveTask} className="card" label="Task">
      {(state) => (
        <>
          <input type="hidden" name="id" value={id} />
          <Field name="title" label="Title" autoComplete="off" required defaultValue={title} state={state} />
          <Field name="description" label="Description" rows={5} defaultValue={description ?? ''} state={state} />
          <label className="checkbox">
            <input type="checkbox" name="completed" defaultChecked={state.values ? 'completed' in state.values : completed} />
            Done
          </label>
          <SubmitButton className="button button-primary">Save changes</SubmitButton>
        </>
      )}
    </Form>
  );
}
