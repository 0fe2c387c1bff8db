"""The same service as FastAPI's own documentation writes it, with SQLModel and a session of the database for each request, over
the same SQLite file and with Argon2id of the same cost; uvloop and httptools, no session looked up, no limits."""

import os
import sqlite3
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from fastapi import Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import event
from sqlmodel import Field, Session, SQLModel, create_engine, select

SECRET = os.environ["JWT_SECRET"]
WEEK = 7 * 86_400

engine = create_engine(f"sqlite:///{os.environ['DATABASE']}", connect_args={"check_same_thread": False})
hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
app = FastAPI()


@event.listens_for(engine, "connect")
def set_up(connection, _record) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    # The triggers of the migrations call it; SQLite has it from 3.43 on, and a system's Python may bring an older one.
    if sqlite3.sqlite_version_info < (3, 43):
        connection.create_function("octet_length", 1, lambda text: None if text is None else len(text.encode()), deterministic=True)


class Credentials(SQLModel):
    email: str
    password: str


class NewTask(SQLModel):
    title: str = Field(min_length=1, max_length=200)
    description: str | None = None
    completed: bool = False


class Task(NewTask, table=True):
    __tablename__ = "tasks"
    user_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    created_at: str
    updated_at: str


class User(SQLModel, table=True):
    __tablename__ = "users"
    id: str = Field(primary_key=True)
    email: str
    role: str
    password_hash: str


def open_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


async def signed_in(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> dict:
    try:
        return jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"], options={"require": ["sub", "exp"]})
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Invalid token") from None


Claims = Annotated[dict, Depends(signed_in)]
Database = Annotated[Session, Depends(open_session)]


@app.get("/api/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/api/auth/signin")
def sign_in(database: Database, body: Credentials) -> dict:
    user = database.exec(select(User).where(User.email == body.email.strip().lower())).first()
    try:
        if user is None or not hasher.verify(user.password_hash, body.password):
            raise HTTPException(401, "Invalid credentials")
    except VerifyMismatchError:
        raise HTTPException(401, "Invalid credentials") from None
    now = int(time.time())
    claims = {"sub": user.id, "email": user.email, "role": user.role, "iat": now, "exp": now + WEEK}
    token = jwt.encode(claims, SECRET, algorithm="HS256")
    return {"access_token": token, "token_type": "bearer", "expires_in": WEEK, "user_id": user.id, "email": user.email}


@app.get("/api/auth/session")
async def session(claims: Claims) -> dict:
    user = {"id": claims["sub"], "email": claims.get("email"), "name": None, "role": claims.get("role"), "created_at": None}
    return {"user": user}


@app.get("/api/tasks")
def list_tasks(database: Database, claims: Claims, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> list[Task]:
    return database.exec(select(Task).where(Task.user_id == claims["sub"]).order_by(Task.id).limit(limit)).all()


@app.post("/api/tasks", status_code=201)
def create_task(database: Database, claims: Claims, body: NewTask, response: Response) -> Task:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    moment = f"{int(time.time() * 1000):012x}"
    identifier = f"{moment[:8]}-{moment[8:]}-7{str(uuid.uuid4())[15:]}"
    task = Task(**body.model_dump(), id=identifier, user_id=claims["sub"], created_at=now, updated_at=now)
    database.add(task)
    database.commit()
    database.refresh(task)
    response.headers["Location"] = f"/api/tasks/{task.id}"
    return task


@app.get("/api/tasks/{task_id}")
def read_task(database: Database, claims: Claims, task_id: str) -> Task:
    task = database.get(Task, (claims["sub"], task_id))
    if task is None:
        raise HTTPException(404, "Task not found")
    return task
