//! Settings of the whole system that the law's numbers depend on.

use super::{Registry, admit::Ask};
use crate::error::{Doing, Error, Result};
use model::{Act, Cx};

/// Thirty days (guangzhou-2007:21, national-2016:20): the longest floor among the packs, so that it suits all.
pub const FLOOR_DAYS_DEFAULT: u16 = 30;
/// Below the shortest floor of any pack (datong-2008:17, chongqing:11: 15 days) the setting is refused.
pub const FLOOR_DAYS_MIN: u16 = 15;
const DAYS_MAX: u16 = 3_650;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Days that all footage is kept at least.
    pub floor_days: u16,
    /// Days after which footage goes.
    pub term_days: u16,
}

impl Registry {
    pub async fn settings(&self, _cx: &Cx) -> Result<Settings> {
        let rows: Vec<(String, String)> = sqlx::query_as("SELECT key, value FROM setting")
            .fetch_all(&self.0.database.read)
            .await
            .doing("reading settings")?;
        let number = |key: &str, default: u16| match rows.iter().find(|(found, _)| found == key) {
            Some((_, value)) => {
                value.parse::<u16>().map_err(|_| Error::Corrupt(format!("the setting {key} is no number")))
            }
            None => Ok(default),
        };
        let floor_days = number("floor_days", FLOOR_DAYS_DEFAULT)?;
        Ok(Settings { floor_days, term_days: number("term_days", floor_days)?.max(floor_days) })
    }

    /// Changes floor and term. Footage that exists keeps the floor it was promised when recorded.
    pub async fn change_settings(&self, cx: &Cx, settings: Settings) -> Result<()> {
        let Settings { floor_days, term_days } = settings;
        if !(FLOOR_DAYS_MIN..=DAYS_MAX).contains(&floor_days) {
            return Err(Error::invalid(
                "floor_days",
                "is not between 15 days and ten years (datong-2008:17)",
            ));
        }
        if term_days < floor_days || term_days > DAYS_MAX {
            return Err(Error::invalid("term_days", "is shorter than the floor, or longer than ten years"));
        }
        let ask = Ask {
            extra: format!("floor_days={floor_days}\nterm_days={term_days}"),
            ..Ask::new(Act::ChangeUnit)
        };
        self.act(cx, ask, move |connection, _| {
            Box::pin(async move {
                for (key, value) in [("floor_days", floor_days), ("term_days", term_days)] {
                    sqlx::query("INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)")
                        .bind(key)
                        .bind(value.to_string())
                        .execute(&mut *connection)
                        .await
                        .doing("changing a setting")?;
                }
                Ok(())
            })
        })
        .await
    }
}
