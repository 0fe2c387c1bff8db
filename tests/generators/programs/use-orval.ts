// Calls the service with the functions of orval, which have the base URL of orval.config.mjs.

import { createTask, listTasks, readTask, signUp, type NewTask } from './orval';
import { errorTypes, type Outcome } from './outcome';

export async function run(_baseUrl: string, email: string, password: string): Promise<Outcome> {
  const tokens = await signUp({ email, password });
  if (tokens.status !== 201) throw new Error(`Sign-up failed: ${tokens.status}`);
  const signedIn = { headers: { Authorization: `Bearer ${tokens.data.access_token}` } };
  const newTask: NewTask = { title: 'Buy milk' };
  const created = await createTask(newTask, signedIn);
  if (created.status !== 201) throw new Error(`The task was not created: ${created.status}`);
  const task = await readTask(created.data.id, signedIn);
  const tasks = await listTasks({ completed: false, order: 'desc' }, signedIn);
  if (task.status !== 200 || tasks.status !== 200) throw new Error(`The tasks cannot be read: ${task.status}, ${tasks.status}`);
  const invalid = await createTask({ title: '' }, signedIn);
  if (invalid.status !== 422) throw new Error(`An empty title was accepted: ${invalid.status}`);
  return { titles: tasks.data.map(({ title }) => title), description: task.data.description, errors: errorTypes(invalid.data.detail) };
}
