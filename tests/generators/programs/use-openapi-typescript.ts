// Calls the service with openapi-fetch and the types of openapi-typescript.

import createClient from 'openapi-fetch';
import type { components, paths } from './openapi-typescript';
import { errorTypes, type Outcome } from './outcome';

export async function run(baseUrl: string, email: string, password: string): Promise<Outcome> {
  const { data: tokens } = await createClient<paths>({ baseUrl }).POST('/api/auth/signup', { body: { email, password } });
  if (!tokens || !('access_token' in tokens)) throw new Error('Sign-up failed');
  const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${tokens.access_token}` } });
  const newTask: components['schemas']['NewTask'] = { title: 'Buy milk' };
  const { data: created } = await client.POST('/api/tasks', { body: newTask });
  if (!created) throw new Error('The task was not created');
  const { data: task } = await client.GET('/api/tasks/{task_id}', { params: { path: { task_id: created.id } } });
  const { data: tasks } = await client.GET('/api/tasks', { params: { query: { completed: false, order: 'desc' } } });
  if (!task || !tasks) throw new Error('The tasks cannot be read');
  const { error } = await client.POST('/api/tasks', { body: { title: '' } });
  return { titles: tasks.map(({ title }) => title), description: task.description, errors: errorTypes(error?.detail) };
}
