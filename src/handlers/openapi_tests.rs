//! Compares `src/docs/openapi.json` with the code that reads requests: a field that only one of them has fails here, as does
//! a field whose types differ. The API tests compare the paths and the responses with the running Worker.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::{
    accounts, admin, deletion, email_change, email_verification, oauth, password, password_reset, sessions, signin,
    tasks, users,
};
use crate::{
    auth::keys::{Keyring, Secret},
    domain::ids::UserId,
    http::{
        field_recorder::{self, Field, Fields},
        form::Form,
    },
};
use serde_json::Value;
use std::collections::BTreeMap;

const EMPTY: &[u8] = b"{}";

fn openapi() -> Value {
    serde_json::from_str(include_str!("../docs/openapi.json")).unwrap()
}

fn form(text: &str) -> Form {
    Form::UrlEncoded(text.into())
}

/// The fields that the code reads, by method and path.
fn fields_in_code() -> BTreeMap<String, Fields> {
    let secret = Secret::new(&[7; 32]).unwrap();
    let keys = Keyring::new(secret, None, None);
    let user = UserId::from_row("ada".to_owned()).unwrap();
    let mut operations = vec![
        (
            "post /api/auth/signup".to_owned(),
            field_recorder::fields_read_by(|| accounts::parse_sign_up(EMPTY)),
        ),
        (
            "post /auth/register".to_owned(),
            field_recorder::fields_read_by(|| accounts::parse_register(EMPTY)),
        ),
        (
            "post /api/auth/signin".to_owned(),
            field_recorder::fields_read_by(|| signin::parse_sign_in(EMPTY)),
        ),
        (
            "post /auth/token".to_owned(),
            either(
                field_recorder::fields_read_by(|| oauth::parse_grant(&form(""))),
                field_recorder::fields_read_by(|| oauth::parse_grant(&form("grant_type=refresh_token"))),
            ),
        ),
        (
            "post /auth/revoke".to_owned(),
            field_recorder::fields_read_by(|| oauth::parse_revocation(&form(""))),
        ),
        (
            "post /api/auth/signout".to_owned(),
            field_recorder::fields_read_by(|| sessions::parse_refresh(EMPTY)),
        ),
        (
            "post /api/auth/password".to_owned(),
            field_recorder::fields_read_by(|| password::parse_change(EMPTY)),
        ),
        (
            "patch /api/users/{user_id}/profile".to_owned(),
            field_recorder::fields_read_by(|| users::parse_changes(EMPTY)),
        ),
        (
            "post /api/auth/refresh".to_owned(),
            field_recorder::fields_read_by(|| sessions::parse_refresh(EMPTY)),
        ),
        (
            "get /api/admin/users".to_owned(),
            field_recorder::fields_read_by(|| admin::parse_page("", &user, &keys)),
        ),
        (
            "patch /api/admin/users/{user_id}".to_owned(),
            field_recorder::fields_read_by(|| admin::parse_changes(EMPTY)),
        ),
        (
            "post /api/auth/account/delete".to_owned(),
            field_recorder::fields_read_by(|| deletion::parse(EMPTY)),
        ),
        (
            "post /api/auth/password/forgot".to_owned(),
            field_recorder::fields_read_by(|| password_reset::parse_forgot(EMPTY)),
        ),
        (
            "post /api/auth/password/reset".to_owned(),
            field_recorder::fields_read_by(|| password_reset::parse_reset(EMPTY)),
        ),
        (
            "post /api/auth/email".to_owned(),
            field_recorder::fields_read_by(|| email_change::parse_change(EMPTY)),
        ),
        (
            "post /api/auth/email/confirm".to_owned(),
            field_recorder::fields_read_by(|| email_verification::parse_verify(EMPTY)),
        ),
        (
            "post /api/auth/email/verify".to_owned(),
            field_recorder::fields_read_by(|| email_verification::parse_verify(EMPTY)),
        ),
    ];
    for list in ["/api/tasks", "/tasks", "/api/users/{user_id}/todos"] {
        let changes = || field_recorder::fields_read_by(|| tasks::parse_changes(EMPTY));
        operations.extend([
            (
                format!("get {list}"),
                field_recorder::fields_read_by(|| tasks::parse_page("", &user, &keys)),
            ),
            (
                format!("post {list}"),
                field_recorder::fields_read_by(|| tasks::parse_new_task(EMPTY)),
            ),
            (format!("put {list}/{{task_id}}"), changes()),
            (format!("patch {list}/{{task_id}}"), changes()),
        ]);
    }
    operations.into_iter().collect()
}

/// The fields of a body that comes in two forms: those of both, of which only what both require is required.
fn either(mut fields: Fields, mut other: Fields) -> Fields {
    for (name, field) in &mut fields {
        field.required &= other.remove(name).is_some_and(|field| field.required);
    }
    let optional = |(name, field): (String, Field)| {
        let required = false;
        (name, Field { required, ..field })
    };
    fields.extend(other.into_iter().map(optional));
    fields
}

/// The fields that the OpenAPI document lists, by method and path.
fn fields_in_openapi() -> BTreeMap<String, Fields> {
    let openapi = openapi();
    let paths = openapi.get("paths").and_then(Value::as_object).unwrap();
    let operations = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    let fields = operations.map(|(name, operation)| {
        let mut fields = body_fields(&openapi, operation);
        fields.extend(query_fields(&openapi, operation));
        (name, fields)
    });
    fields.filter(|(_, fields)| !fields.is_empty()).collect()
}

fn body_fields(openapi: &Value, operation: &Value) -> Fields {
    let Some(content) = operation.pointer("/requestBody/content").and_then(Value::as_object) else {
        return Fields::new();
    };
    let schema = resolve(
        openapi,
        content.values().next().and_then(|media| media.get("schema")).unwrap(),
    );
    match schema.get("anyOf").and_then(Value::as_array) {
        Some(forms) => {
            let forms = forms.iter().map(|form| schema_fields(resolve(openapi, form)));
            forms.reduce(either).unwrap()
        }
        None => schema_fields(schema),
    }
}

fn schema_fields(schema: &Value) -> Fields {
    let required = schema
        .get("required")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let properties = schema.get("properties").and_then(Value::as_object).cloned();
    let field = |(name, schema): (String, Value)| {
        let required = required.contains(&Value::from(name.as_str()));
        (
            name,
            Field {
                types: types(&schema),
                required,
            },
        )
    };
    properties.into_iter().flatten().map(field).collect()
}

fn query_fields(openapi: &Value, operation: &Value) -> Fields {
    let parameters = operation
        .get("parameters")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let parameters = parameters.iter().map(|parameter| resolve(openapi, parameter));
    let in_query = parameters.filter(|parameter| parameter.get("in") == Some(&Value::from("query")));
    let field = |parameter: &Value| {
        let name = parameter.get("name").and_then(Value::as_str).unwrap().to_owned();
        let required = parameter.get("required") == Some(&Value::from(true));
        (
            name,
            Field {
                types: vec!["query".to_owned()],
                required,
            },
        )
    };
    in_query.map(field).collect()
}

fn types(schema: &Value) -> Vec<String> {
    let mut types: Vec<String> = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        one => one.and_then(Value::as_str).map(str::to_owned).into_iter().collect(),
    };
    types.sort();
    types
}

fn resolve<'a>(openapi: &'a Value, value: &'a Value) -> &'a Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => openapi.pointer(reference.trim_start_matches('#')).unwrap(),
        None => value,
    }
}

#[test]
fn the_openapi_document_lists_exactly_the_fields_that_the_code_reads() {
    let (code, openapi) = (fields_in_code(), fields_in_openapi());
    let names = |operations: &BTreeMap<String, Fields>| operations.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        names(&openapi),
        names(&code),
        "operations with a body or a query: left in src/docs/openapi.json, right in the code"
    );
    for (operation, fields) in &code {
        assert_eq!(
            openapi.get(operation),
            Some(fields),
            "{operation}: left in src/docs/openapi.json, right in the code"
        );
    }
}
