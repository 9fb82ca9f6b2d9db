//! What the operations on passkeys must do.

use super::{Ask, Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::{
    authenticator::{Device, begin, challenged, challenged_beside, registered},
    house::PASSWORD,
};
use model::{Act, Role};
use serde_json::json;

pub fn all() -> Vec<Case> {
    let mut all = open();
    all.extend(own());
    all
}

fn open() -> Vec<Case> {
    vec![
        case("GET /api/sign-in", Who::NoPost, 200, &[], |_, _| Box::pin(async { get("/api/sign-in") }))
            .open(),
        case("GET /api/sign-in/root", Who::NoPost, 200, &[], |_, _| {
            Box::pin(async { get("/api/sign-in/root") })
        })
        .open(),
        case("POST /api/sign-in/passkey/challenge", Who::NoPost, 200, &[], |_, _| {
            Box::pin(async { get("/api/sign-in/passkey/challenge") })
        })
        .open(),
        case("POST /api/sign-in/passkey", Who::NoPost, 200, &[Act::SignIn], |house, caller| {
            Box::pin(async {
                let (mut device, _) = registered(house, caller).await;
                let (challenge, cookie) = challenged(house).await;
                let body = device.get(&challenge, |_| ());
                Ask { cookie: Some(cookie), ..with("/api/sign-in/passkey", body) }
            })
        })
        .open(),
    ]
}

fn own() -> Vec<Case> {
    use Act::{RegisterPasskey, RemovePasskey, RenamePasskey};
    vec![
        case("GET /api/me/passkeys", Who::NoPost, 200, &[], |_, _| {
            Box::pin(async { get("/api/me/passkeys") })
        }),
        case("POST /api/me/passkeys/challenge", Who::NoPost, 200, &[RegisterPasskey], |_, _| {
            Box::pin(async { with("/api/me/passkeys/challenge", json!({ "password": PASSWORD })) })
        }),
        case("POST /api/me/passkeys", Who::NoPost, 201, &[RegisterPasskey], |house, caller| {
            Box::pin(async {
                let body = Device::new().create(&begin(house, caller).await, |_| ());
                with("/api/me/passkeys", body)
            })
        }),
        case("PATCH /api/me/passkeys/{id}", Who::NoPost, 204, &[RenamePasskey], |house, caller| {
            Box::pin(async {
                let (_, id) = registered(house, caller).await;
                with(format!("/api/me/passkeys/{id}"), json!({ "name": "手机" }))
            })
        }),
        case("DELETE /api/me/passkeys/{id}", Who::NoPost, 204, &[RemovePasskey], |house, caller| {
            Box::pin(async {
                let (_, id) = registered(house, caller).await;
                get(format!("/api/me/passkeys/{id}"))
            })
        }),
        case("POST /api/me/second-person/passkey/challenge", Who::NoPost, 200, &[], |_, _| {
            Box::pin(async { with("/api/me/second-person/passkey/challenge", json!(null)) })
        }),
        case("POST /api/me/second-person/passkey", Who::NoPost, 200, &[], |house, caller| {
            Box::pin(async {
                let second = house.caller(Role::Operator, house.unit).await;
                let (mut device, _) = registered(house, &second).await;
                let body = device.get(&challenged_beside(house, caller).await, |_| ());
                with("/api/me/second-person/passkey", body)
            })
        }),
        case("DELETE /api/people/{id}/passkeys", Who::Administrator, 200, &[RemovePasskey], |house, _| {
            Box::pin(async {
                let somebody = house.caller(Role::Viewer, house.unit).await;
                registered(house, &somebody).await;
                get(format!("/api/people/{}/passkeys", somebody.person))
            })
        })
        .refuses(NOT_ADMINISTRATORS),
    ]
}
