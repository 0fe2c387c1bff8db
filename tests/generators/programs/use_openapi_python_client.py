"""Calls the service with the package of openapi-python-client, and prints what the other programs return."""

import json
import sys
from uuid import UUID

from edge_auth_client import AuthenticatedClient, Client
from edge_auth_client.api.authentication import sign_up
from edge_auth_client.api.tasks import create_task, list_tasks, read_task
from edge_auth_client.models import AuthResponse, ListTasksOrder, NewTask, SignUp, Task, ValidationError

base_url, email, password = sys.argv[1:]
tokens = sign_up.sync(client=Client(base_url=base_url), body=SignUp(email=email, password=password))
assert isinstance(tokens, AuthResponse), tokens
client = AuthenticatedClient(base_url=base_url, token=tokens.access_token)
created = create_task.sync(client=client, body=NewTask(title="Buy milk"))
assert isinstance(created, Task) and isinstance(created.id, UUID), created
task = read_task.sync(created.id, client=client)
assert isinstance(task, Task), task
tasks = list_tasks.sync(client=client, completed=False, order=ListTasksOrder.DESC)
assert isinstance(tasks, list), tasks
invalid = create_task.sync(client=client, body=NewTask(title=""))
assert isinstance(invalid, ValidationError), invalid
errors = [field_error.type_ for field_error in invalid.detail]
print(json.dumps({"titles": [one.title for one in tasks], "description": task.description, "errors": errors}))
