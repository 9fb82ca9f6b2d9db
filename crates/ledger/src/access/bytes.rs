//! The canonical bytes of an access record: field by field in the order of docs/design/ledger.md, and back.

use super::{
    ACCOUNT_BYTES_MAX, APPROVER_BYTES_MAX, ARTICLE_BYTES_MAX, AccessRecord, Acting, CAMERAS_LISTED_MAX,
    Cameras, DOMAIN, EXTRA_BYTES_MAX, NAME_BYTES_MAX, NOTE_BYTES_MAX, Outcome, PLACE_BYTES_MAX,
    POST_BYTES_MAX, REASON_BYTES_MAX, RECIPIENT_BYTES_MAX, REMEDY_BYTES_MAX, Served, UNIT_NAME_BYTES_MAX,
    VERSION,
};
use crate::layout::{Reader, Writer};
use crate::{ENTRY_BYTES_MAX, Error, Result};
use model::{
    Act, CameraId, CaseId, LegalBasis, PersonId, Profile, Purpose, Rendering, Span, UnitId, WallTime,
};

impl AccessRecord {
    const WHAT: &'static str = "access record";

    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut writer = Writer::header(Self::WHAT, VERSION, DOMAIN);
        writer.u8(self.kind.code());
        writer.i64(self.time.0);
        writer.optional(self.acting.person, |writer, person| writer.uuid(person.0));
        writer.text("account", ACCOUNT_BYTES_MAX, &self.acting.account)?;
        writer.text("display_name", NAME_BYTES_MAX, &self.acting.display_name)?;
        writer.text("post", POST_BYTES_MAX, &self.acting.post)?;
        writer.optional(self.unit, |writer, unit| writer.uuid(unit.0));
        writer.text("unit_name", UNIT_NAME_BYTES_MAX, &self.unit_name)?;
        write_cameras(&mut writer, &self.cameras)?;
        if self.span.is_some_and(|span| span.start > span.end) {
            return Err(writer.bad("span", "the end is before the start"));
        }
        writer.optional(self.span, |writer, span| {
            writer.i64(span.start.0);
            writer.i64(span.end.0);
        });
        writer.u8(self.purpose.code());
        writer.u8(self.legal_basis.code());
        writer.optional(self.case, |writer, case| writer.uuid(case.0));
        writer.text("approver", APPROVER_BYTES_MAX, &self.approver)?;
        writer.text("place", PLACE_BYTES_MAX, &self.place)?;
        writer.text("note", NOTE_BYTES_MAX, &self.note)?;
        writer.u8(match self.rendering {
            None => 0,
            Some(Rendering::Original) => 1,
            Some(Rendering::Marked) => 2,
        });
        write_outcome(&mut writer, &self.outcome)?;
        writer.optional(self.refers_to, |writer, index| writer.u64(index));
        writer.optional(self.served, write_served);
        writer.optional(self.subject, |writer, subject| writer.uuid(subject));
        writer.text("recipient", RECIPIENT_BYTES_MAX, &self.recipient)?;
        writer.text("extra", EXTRA_BYTES_MAX, &self.extra)?;
        writer.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > ENTRY_BYTES_MAX {
            let problem = "longer than an entry may be";
            return Err(Error::Decode {
                what: Self::WHAT,
                field: "length",
                offset: ENTRY_BYTES_MAX,
                problem,
            });
        }
        let mut reader = Reader::new(Self::WHAT, bytes);
        reader.header(VERSION, DOMAIN)?;
        let record = Self {
            kind: reader.code("kind", Act::from_code)?,
            time: WallTime(reader.i64("time")?),
            acting: Acting {
                person: reader.optional("person", |reader| Ok(PersonId(reader.uuid("person")?)))?,
                account: reader.text("account", ACCOUNT_BYTES_MAX)?,
                display_name: reader.text("display_name", NAME_BYTES_MAX)?,
                post: reader.text("post", POST_BYTES_MAX)?,
            },
            unit: reader.optional("unit", |reader| Ok(UnitId(reader.uuid("unit")?)))?,
            unit_name: reader.text("unit_name", UNIT_NAME_BYTES_MAX)?,
            cameras: read_cameras(&mut reader)?,
            span: reader.optional("span", read_span)?,
            purpose: reader.code("purpose", Purpose::from_code)?,
            legal_basis: reader.code("legal_basis", LegalBasis::from_code)?,
            case: reader.optional("case", |reader| Ok(CaseId(reader.uuid("case")?)))?,
            approver: reader.text("approver", APPROVER_BYTES_MAX)?,
            place: reader.text("place", PLACE_BYTES_MAX)?,
            note: reader.text("note", NOTE_BYTES_MAX)?,
            rendering: reader.code("rendering", |code| match code {
                0 => Some(None),
                1 => Some(Some(Rendering::Original)),
                2 => Some(Some(Rendering::Marked)),
                _ => None,
            })?,
            outcome: read_outcome(&mut reader)?,
            refers_to: reader.optional("refers_to", |reader| reader.u64("refers_to"))?,
            served: reader.optional("served", read_served)?,
            subject: reader.optional("subject", |reader| reader.uuid("subject"))?,
            recipient: reader.text("recipient", RECIPIENT_BYTES_MAX)?,
            extra: reader.text("extra", EXTRA_BYTES_MAX)?,
        };
        reader.finish()?;
        Ok(record)
    }
}

fn read_span(reader: &mut Reader<'_>) -> Result<Span> {
    let (start, end) = (WallTime(reader.i64("span_start")?), WallTime(reader.i64("span_end")?));
    Span::new(start, end).ok_or_else(|| reader.bad("span_end", 8, "the end is before the start"))
}

/// u8 form: 0 = list (u8 count, ids), 1 = digest (u32 count, hash).
fn write_cameras(writer: &mut Writer, cameras: &Cameras) -> Result<()> {
    match cameras {
        Cameras::Listed(list) => {
            let count = u8::try_from(list.len()).ok().filter(|_| list.len() <= CAMERAS_LISTED_MAX);
            let count = count.ok_or_else(|| writer.bad("cameras", "too many to list"))?;
            if !list.is_sorted_by(|a, b| a < b) {
                return Err(writer.bad("cameras", "do not ascend"));
            }
            writer.u8(0);
            writer.u8(count);
            for camera in list {
                writer.uuid(camera.0);
            }
        }
        Cameras::Digest { count, digest } => {
            writer.u8(1);
            writer.u32(*count);
            writer.hash(*digest);
        }
    }
    Ok(())
}

fn read_cameras(reader: &mut Reader<'_>) -> Result<Cameras> {
    match reader.u8("cameras")? {
        0 => {
            let count = usize::from(reader.u8("cameras")?);
            if count > CAMERAS_LISTED_MAX {
                return Err(reader.bad("cameras", 1, "too many to list"));
            }
            let mut list: Vec<CameraId> = Vec::with_capacity(count);
            for _ in 0..count {
                let camera = CameraId(reader.uuid("cameras")?);
                if list.last().is_some_and(|last| *last >= camera) {
                    return Err(reader.bad("cameras", 16, "do not ascend"));
                }
                list.push(camera);
            }
            Ok(Cameras::Listed(list))
        }
        1 => Ok(Cameras::Digest { count: reader.u32("cameras")?, digest: reader.hash("cameras")? }),
        _ => Err(reader.bad("cameras", 1, "unknown form")),
    }
}

fn write_outcome(writer: &mut Writer, outcome: &Outcome) -> Result<()> {
    let Outcome::Refused { article, reason, remedy } = outcome else {
        writer.u8(0);
        return Ok(());
    };
    writer.u8(1);
    writer.text("article", ARTICLE_BYTES_MAX, article)?;
    writer.text("reason", REASON_BYTES_MAX, reason)?;
    writer.text("remedy", REMEDY_BYTES_MAX, remedy)
}

fn read_outcome(reader: &mut Reader<'_>) -> Result<Outcome> {
    let refused = reader.optional("outcome", |reader| {
        Ok(Outcome::Refused {
            article: reader.text("article", ARTICLE_BYTES_MAX)?,
            reason: reader.text("reason", REASON_BYTES_MAX)?,
            remedy: reader.text("remedy", REMEDY_BYTES_MAX)?,
        })
    })?;
    Ok(refused.unwrap_or(Outcome::Permitted))
}

fn write_served(writer: &mut Writer, served: Served) {
    writer.uuid(served.camera.0);
    writer.u8(served.profile as u8);
    writer.u64(served.units);
    writer.u64(served.bytes);
    writer.i64(served.from.0);
    writer.i64(served.to.0);
}

fn read_served(reader: &mut Reader<'_>) -> Result<Served> {
    Ok(Served {
        camera: CameraId(reader.uuid("served_camera")?),
        profile: reader.code("served_profile", Profile::from_code)?,
        units: reader.u64("served_units")?,
        bytes: reader.u64("served_bytes")?,
        from: WallTime(reader.i64("served_from")?),
        to: WallTime(reader.i64("served_to")?),
    })
}
