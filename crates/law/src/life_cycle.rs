//! The life of a system: planned → designed → built → tested → accepted → in use → decommissioned.
//!
//! Each stage is a type; a step is a method of the stage that it leaves, and demands that everything is met which the packs of
//! the system ask for at that step. Filing runs beside it and blocks nothing. It loads no facts and writes no entry. The
//! invariant kept: `Life<InUse>` can only be made from `Life<Accepted>`, and that only from a passed acceptance.

mod camera;
mod design;
mod facts;
mod requirements;
mod step;
#[cfg(test)]
mod tests;

pub use camera::{CameraStanding, Recording, recording, replayable, watchable};
pub use design::{Compared, Deviation, deviations, in_words};
pub use facts::{Participant, PointFacts, Qualification, StepFacts, SystemFacts};
pub use requirements::{Requirement, requirements};
pub use step::{
    Accepted, Built, Decommissioned, Designed, InUse, Life, Planned, Stage, Step, Tested, next_steps, take,
};
