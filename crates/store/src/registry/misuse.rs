//! Somebody reaching with a view for what it was not opened for: refused, and written down like every refusal.
//!
//! `law::access` decides what may be admitted; here nothing is admitted, so there is nothing to decide: a view belongs
//! to the session that opened it, and shows the cameras that its entry names.

use super::{Pass, Refusal, Registry, admit::Ask, entries, facts};
use crate::error::Result;
use law::Words;
use ledger::access::{AccessRecord, Cameras, Outcome};
use model::{CameraId, Cx};

/// What was tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misuse {
    /// Using a view that another session opened.
    ForeignView,
    /// Asking a view for a camera that it does not name.
    OtherCamera(CameraId),
    /// Turning a camera with another session's control.
    ForeignControl,
}

impl Misuse {
    fn refusal(self) -> Refusal {
        let (code, reason, remedy) = match self {
            Self::ForeignView => (
                "foreign_view",
                Words::new("This viewing was registered by another session.", "该查看由其他会话登记。"),
                Words::new("Open a view of your own.", "请自行登记查看。"),
            ),
            Self::ForeignControl => (
                "foreign_control",
                Words::new("This control was taken by another session.", "该控制由其他会话取得。"),
                Words::new("Take control yourself.", "请自行取得控制。"),
            ),
            Self::OtherCamera(_) => (
                "other_camera",
                Words::new(
                    "This camera is not part of the viewing that was registered.",
                    "该摄像机不在已登记的查看范围内。",
                ),
                Words::new("Open a view that names it.", "请重新登记包含该摄像机的查看。"),
            ),
        };
        Refusal { article: "guangzhou-2007:21".into(), code, reason, remedy, entry: None }
    }
}

impl Registry {
    /// Writes the refusal down and returns it.
    ///
    /// # Errors
    /// `NotFound` when the camera does not exist; whatever keeps the entry from being written.
    pub async fn refuse_misuse(&self, cx: &Cx, pass: &Pass, misuse: Misuse) -> Result<Refusal> {
        let (cx, refusal) = (cx.clone(), misuse.refusal());
        let cameras = match misuse {
            Misuse::ForeignView | Misuse::ForeignControl => Vec::new(),
            Misuse::OtherCamera(camera) => vec![camera],
        };
        let (act, refers_to, view) = (pass.act(), pass.entry(), pass.view());
        let outcome = Outcome::Refused {
            article: refusal.article.clone(),
            reason: refusal.reason.en.clone(),
            remedy: refusal.remedy.en.clone(),
        };
        let entry = self
            .write(move |connection| {
                Box::pin(async move {
                    let ask = Ask { cameras: cameras.clone(), ..Ask::new(act) };
                    let loaded = facts::load(connection, &cx, &ask).await?;
                    let record = AccessRecord {
                        unit: loaded.unit,
                        unit_name: loaded.unit_name,
                        cameras: Cameras::of(&cameras),
                        place: cx.place.clone(),
                        outcome,
                        refers_to: Some(refers_to.0),
                        subject: view.map(|view| view.0),
                        ..AccessRecord::new(act, cx.now, loaded.acting, cx.purpose, cx.legal_basis)
                    };
                    entries::write(connection, record).await
                })
            })
            .await?;
        Ok(Refusal { entry: Some(entry), ..refusal })
    }
}
