//! Taking a camera out of a point in use: where a pack forbids fewer cameras, only when another one stands there.
//!
//! Not the end of a whole system, which is a step of its life and in the law's cases.

use super::{floors::site, *};
use law::life_cycle::Stage;
use law::register::RecordKind;

/// Puts the only system where its steps would have brought it.
async fn reach(town: &Town, stage: Stage) {
    let write = &town.store.registry.0.database.write;
    let moved = write.run(move |connection| {
        Box::pin(async move {
            sqlx::query("UPDATE record SET stage = ? WHERE kind = ?")
                .bind(i64::from(stage.code()))
                .bind(i64::from(RecordKind::System.code()))
                .execute(connection)
                .await
                .map_err(|source| Error::Database { doing: "moving a system on", source })
        })
    });
    assert_eq!(moved.await.unwrap().rows_affected(), 1);
}

#[tokio::test]
async fn a_camera_in_use_is_retired_only_where_another_one_stands() {
    let check = async |packs: &[&str], stage: Stage, another: bool, article: Option<&str>| {
        let site = site("990100", packs).await;
        let (registry, demo) = (&site.town.store.registry, system_cx("demo", NOW));
        if another {
            let new = NewCamera {
                unit: site.town.unit,
                group: None,
                name: "second".into(),
                place: String::new(),
                main_url: "rtsp://192.0.2.7/1".into(),
                sub_url: None,
                credentials: None,
                reach: Reach::default(),
                security_level: 1,
                floor_days: None,
            };
            let second = registry.create_camera(&demo, new).await.unwrap();
            registry.place_camera(&demo, second, site.point).await.unwrap();
        }
        reach(&site.town, stage).await;
        let retired = registry.retire_camera(&office(site.town.administrator, NOW), site.camera).await;
        let said = retired.err().map(refused);
        assert_eq!(said.as_ref().map(|refusal| &*refusal.article), article, "{packs:?} {stage:?} {another}");
        assert!(said.is_none_or(|refusal| refusal.code == "net_reduction"));
        assert_eq!(is_permitted(&newest(&site.town.store).await), article.is_none());
        let page =
            registry.cameras(&demo, &CameraQuery { limit: 10, ..CameraQuery::default() }).await.unwrap();
        let stands = page.cameras.iter().any(|camera| camera.id == site.camera);
        assert_eq!(stands, article.is_some(), "{packs:?} {stage:?} {another}");
    };
    check(&["datong-2008"], Stage::InUse, false, Some("datong-2008:17")).await;
    check(&["datong-2008"], Stage::InUse, true, None).await;
    check(&["datong-2008"], Stage::Accepted, false, None).await;
    check(&["guangzhou-2007"], Stage::InUse, false, None).await;
}
