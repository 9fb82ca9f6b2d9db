//! What the operations on sign-in providers must do.

use super::{Ask, Case, NOT_ADMINISTRATORS, Who, case, get, with};
use crate::{
    house::PASSWORD,
    issuer::{self, OWN},
};
use model::{Act, Role};
use serde_json::json;

pub fn all() -> Vec<Case> {
    let mut all = open();
    all.extend(own());
    all.extend(of_others());
    all
}

fn open() -> Vec<Case> {
    vec![
        case("POST /api/sign-in/provider/begin", Who::NoPost, 200, &[], |_, _| {
            Box::pin(async { with(issuer::BEGIN, json!({ "provider": "bureau" })) })
        })
        .open(),
        case("POST /api/sign-in/provider", Who::NoPost, 200, &[Act::SignIn], |house, caller| {
            Box::pin(async {
                let subject = issuer::somebody();
                issuer::linked(house, issuer::shared(), caller, &subject).await;
                let (address, cookie) = issuer::sent(house, json!({ "provider": "bureau" })).await;
                let body = issuer::shared().back(&address, &subject, issuer::now_s(house), |_| ());
                Ask { cookie: Some(cookie), ..with(issuer::SIGN_IN, body) }
            })
        })
        .open(),
    ]
}

fn own() -> Vec<Case> {
    use Act::{LinkIdentity, UnlinkIdentity};
    vec![
        case("GET /api/me/identities", Who::NoPost, 200, &[], |_, _| Box::pin(async { get(OWN) })),
        case("POST /api/me/identities/begin", Who::NoPost, 200, &[LinkIdentity], |_, _| {
            Box::pin(async {
                with(format!("{OWN}/begin"), json!({ "provider": "bureau", "password": PASSWORD }))
            })
        }),
        case("POST /api/me/identities", Who::NoPost, 201, &[LinkIdentity], |house, caller| {
            Box::pin(async {
                let address = issuer::linking(house, caller).await;
                let now_s = issuer::now_s(house);
                with(OWN, issuer::shared().back(&address, &issuer::somebody(), now_s, |_| ()))
            })
        }),
        case("DELETE /api/me/identities/{id}", Who::NoPost, 204, &[UnlinkIdentity], |house, caller| {
            Box::pin(async {
                let id = issuer::linked(house, issuer::shared(), caller, &issuer::somebody()).await;
                get(format!("{OWN}/{id}"))
            })
        }),
    ]
}

fn of_others() -> Vec<Case> {
    use Act::{InviteIdentity, ReadRegistry, UnlinkIdentity};
    vec![
        case("GET /api/people/{id}/identities", Who::Administrator, 200, &[ReadRegistry], |house, _| {
            Box::pin(async {
                let somebody = house.caller(Role::Viewer, house.unit).await;
                get(format!("/api/people/{}/identities", somebody.person))
            })
        })
        .refuses(&[Who::NoPost]),
        case(
            "POST /api/people/{id}/identities/invitation",
            Who::Administrator,
            201,
            &[InviteIdentity],
            |house, _| {
                Box::pin(async {
                    let somebody = house.caller(Role::Viewer, house.unit).await;
                    let path = format!("/api/people/{}/identities/invitation", somebody.person);
                    with(path, json!({ "provider": "bureau" }))
                })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
        case(
            "DELETE /api/people/{id}/identities/{identity}",
            Who::Administrator,
            204,
            &[UnlinkIdentity],
            |house, _| {
                Box::pin(async {
                    let somebody = house.caller(Role::Viewer, house.unit).await;
                    let id = issuer::linked(house, issuer::shared(), &somebody, &issuer::somebody()).await;
                    get(format!("/api/people/{}/identities/{id}", somebody.person))
                })
            },
        )
        .refuses(NOT_ADMINISTRATORS),
    ]
}
