// Calls the service with the client of @hey-api/openapi-ts.

import { createTask, listTasks, readTask, signUp, type CreateTaskData } from './hey-api';
import { client } from './hey-api/client.gen';
import { errorTypes, type Outcome } from './outcome';

export async function run(baseUrl: string, email: string, password: string): Promise<Outcome> {
  client.setConfig({ baseUrl });
  const { data: tokens } = await signUp({ body: { email, password } });
  if (!tokens || !('access_token' in tokens)) throw new Error('Sign-up failed');
  client.setConfig({ baseUrl, auth: tokens.access_token });
  const newTask: CreateTaskData['body'] = { title: 'Buy milk' };
  const { data: created } = await createTask({ body: newTask });
  if (!created) throw new Error('The task was not created');
  const { data: task } = await readTask({ path: { task_id: created.id } });
  const { data: tasks } = await listTasks({ query: { completed: false, order: 'desc' } });
  if (!task || !tasks) throw new Error('The tasks cannot be read');
  const { error } = await createTask({ body: { title: '' } });
  return { titles: tasks.map(({ title }) => title), description: task.description, errors: errorTypes(error?.detail) };
}
