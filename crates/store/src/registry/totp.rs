//! The second factor: RFC 6238 codes, six digits, 30 s, one step of tolerance. A step is accepted once.

use super::{Registry, admit::Ask, sign_in::stored_password};
use crate::convert::{blob, int, uint};
use crate::error::{Doing, Error, Result};
use crate::files::random;
use crate::registry::once;
use crate::registry::person_of;
use crate::seal::Kind;
use model::{Act, Cx, PersonId, Secret, WallTime};
use sqlx::SqliteConnection;
use totp_rs::{Builder, Totp};

const ISSUER: &str = "Watchkeeper";
/// RFC 4226 §4 R6 recommends 160 bits.
const SECRET_BYTES: usize = 20;

pub(super) type TotpSecret = Secret<Vec<u8>>;

/// What the person's authenticator needs, shown once.
#[derive(Clone, Debug)]
pub struct TotpEnrolment {
    /// Base32.
    pub secret: Secret<String>,
    pub otpauth_url: Secret<String>,
}

fn totp(secret: &TotpSecret, account: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(secret.expose().clone())
        .with_issuer(Some(ISSUER))
        .with_account_name(account)
        .build()
        .map_err(|_| Error::Internal("a second factor's secret is not usable".into()))
}

/// Checks a code and uses its step up, so that the same code never counts twice (RFC 6238 §5.2).
pub(super) async fn use_code(
    connection: &mut SqliteConnection,
    person: PersonId,
    secret: &TotpSecret,
    code: &str,
    now: WallTime,
) -> Result<bool> {
    let seconds = uint(now.0.div_euclid(1_000_000).max(0))?;
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let Some(step) = totp(secret, "code")?.check(&digits, seconds) else { return Ok(false) };
    let used = sqlx::query("UPDATE person SET totp_step = ?1 WHERE id = ?2 AND totp_step < ?1")
        .bind(int(step)?)
        .bind(blob(person.0))
        .execute(connection)
        .await
        .doing("using up a code")?;
    Ok(used.rows_affected() == 1)
}

impl Registry {
    pub(super) fn open_totp(&self, person: PersonId, sealed: &[u8]) -> Result<TotpSecret> {
        self.0.sealer.open(Kind::TotpSecret, person.0, sealed)
    }

    /// Begins enrolment: a new secret that counts only after [`Registry::confirm_totp`]. A second factor that is in force is
    /// given up first, with the password: an unattended session must not replace it.
    pub async fn begin_totp(&self, cx: &Cx) -> Result<TotpEnrolment> {
        let person = person_of(cx)?;
        let secret = Secret::new(random::<SECRET_BYTES>()?.to_vec());
        let sealed = self.0.sealer.seal(Kind::TotpSecret, person.0, secret.expose())?;
        let ask = own_account(person, "totp=begun");
        let account = self
            .act(cx, ask, move |connection, _| {
                Box::pin(async move {
                    let begun =
                        sqlx::query("UPDATE person SET totp_pending = ? WHERE id = ? AND totp IS NULL")
                            .bind(sealed)
                            .bind(blob(person.0))
                            .execute(&mut *connection)
                            .await
                            .doing("beginning a second factor")?;
                    once(&begun, "a second factor is in force: give it up first")?;
                    stored_password(connection, person).await.map(|(account, _)| account)
                })
            })
            .await?;
        let url = totp(&secret, &account)?
            .to_url()
            .map_err(|_| Error::Internal("the account does not fit an otpauth address".into()))?;
        let base32 = totp_rs::Secret::from(secret.expose().clone()).to_base32();
        Ok(TotpEnrolment { secret: Secret::new(base32), otpauth_url: Secret::new(url) })
    }

    /// Ends enrolment with a first code.
    pub async fn confirm_totp(&self, cx: &Cx, code: &str) -> Result<()> {
        let person = person_of(cx)?;
        let row: Option<(Option<Vec<u8>>,)> = sqlx::query_as("SELECT totp_pending FROM person WHERE id = ?")
            .bind(blob(person.0))
            .fetch_optional(&self.0.database.read)
            .await
            .doing("looking up a person")?;
        let pending = row.and_then(|(pending,)| pending).ok_or(Error::NotFound("begun second factor"))?;
        let secret = self.open_totp(person, &pending)?;
        let (code, now) = (code.to_owned(), cx.now);
        self.act(cx, own_account(person, "totp=on"), move |connection, _| {
            Box::pin(async move {
                if !use_code(connection, person, &secret, &code, now).await? {
                    return Err(Error::invalid("code", "is not the present code"));
                }
                sqlx::query("UPDATE person SET totp = totp_pending, totp_pending = NULL WHERE id = ? AND totp IS NULL")
                    .bind(blob(person.0))
                    .execute(connection)
                    .await
                    .doing("confirming a second factor")
                    .map(|_| ())
            })
        })
        .await
    }

    /// Gives the second factor up; asks for the password again.
    pub async fn remove_totp(&self, cx: &Cx, password: Secret<String>) -> Result<()> {
        let person = person_of(cx)?;
        self.require_password(person, password, &cx.place, cx.now).await?;
        self.act(cx, own_account(person, "totp=off"), move |connection, _| {
            Box::pin(async move {
                sqlx::query("UPDATE person SET totp = NULL, totp_pending = NULL WHERE id = ?")
                    .bind(blob(person.0))
                    .execute(connection)
                    .await
                    .doing("removing a second factor")
                    .map(|_| ())
            })
        })
        .await
    }
}

/// A change of one's own account.
pub(super) fn own_account(person: PersonId, extra: &str) -> Ask {
    Ask { own: true, subject: Some(person.0), extra: extra.into(), ..Ask::new(Act::ChangePerson) }
}
