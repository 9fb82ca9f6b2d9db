//! Rotation of `keys/credentials.key`: camera passwords and second factors sealed again under a fresh key (docs/design/encryption.md,
//! section 7). It shows no secret, and knows nothing of store keys, which wrap footage.
//!
//! Invariant: at every instant, and after a crash at any of them, exactly one of the two key files opens every sealed value, and `meta`
//! says which.

use super::Registry;
use crate::convert::uuid_of;
use crate::database::Database;
use crate::disk::{Disk, SystemDisk};
use crate::error::{Doing, Error, Result};
use crate::seal::{Kind, Sealer};
use crate::{Store, files};
use model::{Act, Cx, Secret, WallTime};
use sha2::{Digest as _, Sha256};
use sqlx::SqliteConnection;
use std::path::{Path, PathBuf};

const META: &str = "credentials_key";

/// What was sealed again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Resealed {
    pub cameras: u64,
    pub second_factors: u64,
    /// Officers who came for footage, and why they asked.
    pub officers: u64,
    /// How reporters can be reached.
    pub contacts: u64,
    /// Of reminders: people's addresses, the mail server's password, webhooks' addresses and secrets.
    pub channels: u64,
}

/// The columns that hold sealed values. A new one belongs here, or its values are lost with the old key.
const COLUMNS: [(Kind, &str, &str); 12] = [
    (
        Kind::CameraCredentials,
        "SELECT id, credentials FROM camera WHERE credentials IS NOT NULL",
        "UPDATE camera SET credentials = ? WHERE id = ?",
    ),
    (
        Kind::TotpSecret,
        "SELECT id, totp FROM person WHERE totp IS NOT NULL",
        "UPDATE person SET totp = ? WHERE id = ?",
    ),
    (
        Kind::TotpSecret,
        "SELECT id, totp_pending FROM person WHERE totp_pending IS NOT NULL",
        "UPDATE person SET totp_pending = ? WHERE id = ?",
    ),
    (
        Kind::Officer,
        "SELECT id, sealed FROM retrieval_officer",
        "UPDATE retrieval_officer SET sealed = ? WHERE id = ?",
    ),
    (
        Kind::Officer,
        "SELECT id, sealed FROM portal_request",
        "UPDATE portal_request SET sealed = ? WHERE id = ?",
    ),
    (
        Kind::Reason,
        "SELECT id, reason FROM retrieval WHERE reason IS NOT NULL",
        "UPDATE retrieval SET reason = ? WHERE id = ?",
    ),
    (
        Kind::Contact,
        "SELECT id, contact FROM accusation WHERE contact IS NOT NULL",
        "UPDATE accusation SET contact = ? WHERE id = ?",
    ),
    (
        Kind::MailAddress,
        "SELECT person, address FROM reminder_wish WHERE address IS NOT NULL",
        "UPDATE reminder_wish SET address = ? WHERE person = ?",
    ),
    (
        Kind::MailPassword,
        "SELECT id, password FROM mail_server WHERE password IS NOT NULL",
        "UPDATE mail_server SET password = ? WHERE id = ?",
    ),
    (
        Kind::WebhookUrl,
        "SELECT id, url FROM webhook WHERE url IS NOT NULL",
        "UPDATE webhook SET url = ? WHERE id = ?",
    ),
    (
        Kind::WebhookSecret,
        "SELECT id, secret FROM webhook WHERE secret IS NOT NULL",
        "UPDATE webhook SET secret = ? WHERE id = ?",
    ),
    (
        Kind::WebhookSecret,
        "SELECT id, secret_before FROM webhook WHERE secret_before IS NOT NULL",
        "UPDATE webhook SET secret_before = ? WHERE id = ?",
    ),
];

fn current_path(data_dir: &Path) -> PathBuf {
    data_dir.join("keys/credentials.key")
}

fn next_path(data_dir: &Path) -> PathBuf {
    data_dir.join("keys/credentials.next")
}

/// Says which key it is, and nothing about it.
fn id_of(key: &[u8; 32]) -> Vec<u8> {
    let digest =
        Sha256::new().chain_update(b"watchkeeper/credentials-key-id/v1\n").chain_update(key).finalize();
    digest.iter().take(8).copied().collect()
}

/// The file that opens what is sealed. A rotation that a crash cut off is ended: forward when its transaction had committed, back
/// when not. A check changes nothing.
pub(crate) async fn settled(registry: &Database, data_dir: &Path, for_check: bool) -> Result<PathBuf> {
    let (current, next) = (current_path(data_dir), next_path(data_dir));
    if !next.exists() {
        return Ok(current);
    }
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT value FROM meta WHERE key = ?")
        .bind(META)
        .fetch_optional(&registry.read)
        .await
        .doing("asking which key seals credentials")?;
    let committed = row.is_some_and(|(id,)| files::key(&next, false).is_ok_and(|key| id_of(&key) == id));
    if for_check {
        return Ok(if committed { next } else { current });
    }
    if committed {
        put_in_place(data_dir)?;
    } else {
        SystemDisk.remove_file(&next).map_err(Error::file("removing", &next))?;
    }
    Ok(current)
}

/// The old key's file is written over by this: nothing needs it any more.
fn put_in_place(data_dir: &Path) -> Result<()> {
    let current = current_path(data_dir);
    SystemDisk.rename(&next_path(data_dir), &current).map_err(Error::file("renaming to", &current))?;
    files::sync_parent(&current)
}

impl Store {
    /// Seals every camera password and second factor again under a fresh key, with one entry, and closes the store, whose open
    /// handles still hold the old key.
    ///
    /// # Errors
    /// When one value does not open: then nothing is changed.
    pub async fn rotate_credentials_key(self, cx: &Cx, now: WallTime) -> Result<Resealed> {
        let data_dir = self.data_dir().to_owned();
        let done = rotate(&self.registry, &data_dir, cx).await;
        self.close(now).await?;
        done
    }
}

/// What a crash between two of the steps leaves, [`settled`] ends.
async fn rotate(registry: &Registry, data_dir: &Path, cx: &Cx) -> Result<Resealed> {
    let new = make_next(data_dir)?;
    // Whether it has committed `meta` tells at the next opening, also after an error; here nothing is guessed.
    let done = commit(registry, data_dir, cx, &new).await?;
    put_in_place(data_dir)?;
    Ok(done)
}

/// The fresh key is on the disk before anything is sealed under it.
fn make_next(data_dir: &Path) -> Result<Secret<[u8; 32]>> {
    let new = Secret::new(files::random::<32>()?);
    files::replace(&SystemDisk, &next_path(data_dir), new.expose())?;
    Ok(new)
}

async fn commit(registry: &Registry, data_dir: &Path, cx: &Cx, new: &Secret<[u8; 32]>) -> Result<Resealed> {
    let old = files::key(&current_path(data_dir), false)?;
    let (from, to, id) = (Sealer::new(&old), Sealer::new(new.expose()), id_of(new.expose()));
    registry
        .note_system_with(cx, Act::CredentialsKey, "credentials=sealed again", move |connection, _| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
                )
                .bind(META)
                .bind(id)
                .execute(&mut *connection)
                .await
                .doing("noting which key seals credentials")?;
                reseal(connection, &from, &to).await
            })
        })
        .await
}

async fn reseal(connection: &mut SqliteConnection, from: &Sealer, to: &Sealer) -> Result<Resealed> {
    let mut done = Resealed::default();
    for (kind, all, put) in COLUMNS {
        let rows: Vec<(Vec<u8>, Vec<u8>)> =
            sqlx::query_as(all).fetch_all(&mut *connection).await.doing("reading sealed values")?;
        for (id, sealed) in rows {
            let row = uuid_of(&id)?;
            let plain = from.open(kind, row, &sealed)?;
            sqlx::query(put)
                .bind(to.seal(kind, row, plain.expose())?)
                .bind(id)
                .execute(&mut *connection)
                .await
                .doing("sealing again")?;
            match kind {
                Kind::CameraCredentials => done.cameras += 1,
                Kind::TotpSecret => done.second_factors += 1,
                Kind::Officer | Kind::Reason => done.officers += 1,
                Kind::Contact => done.contacts += 1,
                Kind::MailAddress | Kind::MailPassword | Kind::WebhookUrl | Kind::WebhookSecret => {
                    done.channels += 1;
                }
            }
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{NOW, Town, office, open, options};
    use crate::{OpenOptions, system_cx};

    async fn password(store: &Store, town_gate: model::CameraId) -> String {
        let cx = system_cx("recorder", NOW);
        let opened = store.registry.open_credentials(&cx, town_gate).await.unwrap().unwrap();
        opened.password.expose().clone()
    }

    /// At each place where a crash may cut it off, what is sealed opens, and under the key that counts.
    #[tokio::test]
    async fn credentials_open_wherever_a_rotation_was_cut_off() {
        let town = Town::build().await;
        let (folder, gate, mut store) = (town.folder, town.gate, town.store);
        // A second factor that was begun is sealed too.
        store.registry.begin_totp(&office(town.viewer, NOW)).await.unwrap();
        let cx = system_cx("key", NOW);
        let key = || std::fs::read(current_path(folder.path())).unwrap();
        for cut in ["before the commit", "before the rename", "nowhere"] {
            let before = key();
            match cut {
                "before the commit" => {
                    make_next(folder.path()).unwrap();
                    store.close(NOW).await.unwrap();
                }
                "before the rename" => {
                    let new = make_next(folder.path()).unwrap();
                    let done = commit(&store.registry, folder.path(), &cx, &new).await.unwrap();
                    assert_eq!(
                        done,
                        Resealed { cameras: 2, second_factors: 1, officers: 0, contacts: 0, channels: 0 }
                    );
                    store.close(NOW).await.unwrap();
                }
                _ => {
                    store.rotate_credentials_key(&cx, NOW).await.unwrap();
                    assert_ne!(key(), before, "the new key is in place");
                }
            }
            // A check looks with the right key, and moves nothing.
            let for_check = OpenOptions { for_check: true, ..options(NOW) };
            let (next, found) = (next_path(folder.path()).exists(), key());
            let looked = Store::open(folder.path(), for_check).await.unwrap();
            assert_eq!(password(&looked, gate).await, "camera secret", "{cut}");
            assert_eq!((next_path(folder.path()).exists(), key()), (next, found), "{cut}");
            looked.close(NOW).await.unwrap();
            store = open(&folder).await;
            assert_eq!(password(&store, gate).await, "camera secret", "{cut}");
            assert!(!next_path(folder.path()).exists(), "{cut}");
            assert_eq!(key() == before, cut == "before the commit", "{cut}");
        }
    }

    #[tokio::test]
    async fn a_value_that_does_not_open_changes_nothing() {
        let town = Town::build().await;
        let (folder, cx) = (town.folder, system_cx("key", NOW));
        let right = std::fs::read(current_path(folder.path())).unwrap();
        std::fs::write(current_path(folder.path()), [9; 32]).unwrap();
        assert!(town.store.rotate_credentials_key(&cx, NOW).await.is_err());
        std::fs::write(current_path(folder.path()), right).unwrap();
        let store = open(&folder).await;
        assert_eq!(password(&store, town.gate).await, "camera secret");
        assert!(!next_path(folder.path()).exists());
    }
}
