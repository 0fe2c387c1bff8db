//! Tests the table of routes: which path and method leads where, and how a path is decoded.

use super::*;

fn assert_routed(method: &str, path: &str, route: Result<Route<'_>, RouteError>) {
    assert_eq!(Route::parse(method, &Segments::of(path)), route, "{method} {path}");
}

#[test]
fn a_trailing_slash_is_ignored() {
    for path in ["/api/tasks", "/api/tasks/"] {
        assert_routed("GET", path, Ok(Route::Private(PrivateRoute::Task(TaskRoute::List))));
    }
    let read = Route::Private(PrivateRoute::Task(TaskRoute::Read("7")));
    assert_routed("GET", "/api/tasks/7/", Ok(read));
    for unknown in [
        "/api/tasks//",
        "//api/tasks",
        "/api//tasks",
        "",
        "/",
        "/api/tasks/7/8",
        "/API/TASKS",
    ] {
        assert_routed("GET", unknown, Err(RouteError::NotFound));
    }
}

#[test]
fn a_segment_is_decoded_once_and_never_split() {
    for (path, id) in [
        ("/api/tasks/%37", "7"),
        ("/%61pi/%74asks/7", "7"),
        ("/api/tasks/a%2Fb%2f", "a/b/"),
        ("/api/tasks/%2574", "%74"),
        ("/api/tasks/%C3%A9%F0%9F%98%80", "\u{e9}\u{1f600}"),
        ("/api/tasks/%00", "\0"),
        ("/api/tasks/%ff", "%ff"),
        ("/api/tasks/%ed%a0%bd", "%ed%a0%bd"),
        ("/api/tasks/%c3%2", "%c3%2"),
        ("/api/tasks/100%", "100%"),
        ("/api/tasks/%zz%4", "%zz%4"),
        ("/api/tasks/%2e%2E", ".."),
        ("/api/tasks/a+b", "a+b"),
    ] {
        assert_routed("GET", path, Ok(Route::Private(PrivateRoute::Task(TaskRoute::Read(id)))));
    }
    let todos = PrivateRoute::TaskOf("auth0|x", TaskRoute::List);
    assert_routed(
        "GET",
        "/api/users/auth0%7Cx/%74%6f%64%6F%73/",
        Ok(Route::Private(todos)),
    );
    for unknown in [
        "/api%2Ftasks",
        "/api/tasks%2F",
        "/%2Fapi/tasks",
        "/api/%2574asks",
        "/api/tasks/%37/8",
    ] {
        assert_routed("GET", unknown, Err(RouteError::NotFound));
    }
}

#[test]
fn head_is_routed_like_get() {
    assert_routed("HEAD", "/api/health", Ok(Route::Health));
}

#[test]
fn a_wrong_method_returns_the_allowed_methods() {
    for (method, path, allow) in [
        ("POST", "/api/health", "GET, HEAD"),
        ("HEAD", "/api/auth/signin", "POST"),
        ("DELETE", "/api/tasks", "GET, HEAD, POST"),
        ("POST", "/api/tasks/7", "GET, HEAD, PUT, PATCH, DELETE"),
        ("get", "/api/tasks", "GET, HEAD, POST"),
    ] {
        assert_routed(method, path, Err(RouteError::MethodNotAllowed(allow.to_owned())));
    }
}
