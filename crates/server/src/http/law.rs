//! The rules themselves: what each article asks, and what this software does about it. No data of anybody; whoever may sign
//! in may read what binds them.

use super::{
    auth::Signed,
    convert::words,
    error::{Answer, Failure},
    extract::Path,
    types::{
        LawArticle, LawControl, LawDuty, LawName, LawPack, LawPackPage, LawPacks, LawParameter, LeftOutPack,
        Problem,
    },
};
use crate::app::App;
use axum::extract::State;
use law::packs::{Article, ArticleId, Control, ControlStatus, Duty, Library, Pack};

/// The packs of this installation.
#[utoipa::path(
    get, path = "/api/law/packs", tag = "law",
    responses((status = 200, body = LawPacks, description = "Every pack's head"), (status = 401, body = Problem, description = "Not signed in"))
)]
pub async fn packs(State(app): State<App>, _signed: Signed) -> Answer<axum::Json<LawPacks>> {
    let packs = app.registry().packs();
    let (library, today) = (&packs.library, app.registry().today(app.now()).to_string());
    Ok(axum::Json(LawPacks {
        packs: library.packs.iter().map(|pack| head(library, pack, &today)).collect(),
        left_out: packs
            .left_out
            .iter()
            .map(|wrong| LeftOutPack { file: wrong.file.clone(), problem: wrong.problem.clone() })
            .collect(),
        private_kinds: library.private_kinds.iter().map(|kind| named(&kind.id, &kind.name)).collect(),
        categories: library.categories.iter().map(|category| named(&category.id, &category.name)).collect(),
    }))
}

/// One pack: articles, duties, controls.
#[utoipa::path(
    get, path = "/api/law/packs/{id}", tag = "law", params(("id" = String, Path, description = "Pack, as `guangzhou-2007`")),
    responses((status = 200, body = LawPackPage, description = "The pack"), (status = 404, body = Problem, description = "No such pack"))
)]
pub async fn pack(
    State(app): State<App>,
    _signed: Signed,
    Path(id): Path<String>,
) -> Answer<axum::Json<LawPackPage>> {
    let library = &app.registry().packs().library;
    let pack = library.pack(&id).ok_or_else(|| Failure::not_found("pack"))?;
    let articles =
        pack.articles.iter().map(|article| article_shape(library, pack, article)).collect::<Answer<_>>()?;
    Ok(axum::Json(LawPackPage {
        pack: head(library, pack, &app.registry().today(app.now()).to_string()),
        articles,
    }))
}

fn head(library: &Library, pack: &Pack, today: &str) -> LawPack {
    let duties = || pack.articles.iter().flat_map(|article| &article.duties);
    let kept = |duty: &&Duty| {
        let mut controls = duty.controls.iter().filter_map(|id| library.control(id));
        controls.all(|control| control.status == ControlStatus::Done)
    };
    LawPack {
        id: pack.id.clone(),
        version: pack.version,
        title: words(&pack.title),
        jurisdiction: words(&pack.jurisdiction),
        division: pack.division.clone(),
        level: pack.level.as_str().into(),
        status: pack.status.as_str().into(),
        binds: library.binds(pack, today),
        in_force: pack.in_force.clone(),
        amended: pack.amended.clone(),
        first_article: pack.articles_held.0,
        last_article: pack.articles_held.1,
        superseded_by: pack.superseded_by.clone(),
        source: words(&pack.source),
        notes: pack.notes.iter().map(words).collect(),
        duties: duties().count(),
        kept: duties().filter(kept).count(),
    }
}

fn article_shape(library: &Library, pack: &Pack, article: &Article) -> Answer<LawArticle> {
    Ok(LawArticle {
        id: ArticleId::new(&pack.id, &article.number).to_string(),
        number: article.number.clone(),
        inferred: article.inferred,
        title: words(&article.title),
        duties: article.duties.iter().map(|duty| duty_shape(library, duty)).collect::<Answer<_>>()?,
    })
}

fn duty_shape(library: &Library, duty: &Duty) -> Answer<LawDuty> {
    let values = serde_json::to_value(&duty.parameters).map_err(|error| {
        Failure::new(model::Kind::Internal, format!("a pack's values cannot be written: {error}"))
    })?;
    let parameters = duty.parameters.given().into_iter().map(|(name, mark)| LawParameter {
        name: name.into(),
        value: values.get(name).and_then(|marked| marked.get("value")).cloned().unwrap_or_default(),
        mark: mark.as_str().into(),
    });
    Ok(LawDuty {
        obligation: duty.obligation.clone(),
        clause: duty.clause.clone(),
        text: words(&duty.text),
        binds: duty.binds.iter().map(|party| party.as_str().into()).collect(),
        parameters: parameters.collect(),
        controls: duty.controls.iter().filter_map(|id| library.control(id)).map(control_shape).collect(),
    })
}

fn control_shape(control: &Control) -> LawControl {
    LawControl {
        id: control.id.clone(),
        kind: control.kind.as_str().into(),
        name: words(&control.name),
        what: words(&control.what),
        done: control.status == ControlStatus::Done,
        code: control.code.clone(),
        test: control.test.clone(),
    }
}

fn named(id: &str, name: &law::Words) -> LawName {
    LawName { id: id.to_owned(), name: words(name) }
}
