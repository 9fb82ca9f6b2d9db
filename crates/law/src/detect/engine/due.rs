//! When which subject must be looked at again though nothing about it changed: days and instants, the next first.
//!
//! A bound may be too early, then a subject is looked at for nothing; never too late. It knows no rule.

use super::Subject;
use crate::Day;
use model::WallTime;
use std::collections::{BTreeSet, HashMap};

use crate::detect::register::Moment;

/// The next day and the next instant at which an answer may be another one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Next {
    now: Moment,
    day: Option<Day>,
    at: Option<WallTime>,
}

impl Next {
    pub const fn after(now: Moment) -> Self {
        Self { now, day: None, at: None }
    }

    /// Something may be otherwise from this day on.
    pub fn begins(&mut self, day: Day) {
        if day > self.now.today {
            self.day = Some(self.day.map_or(day, |known| known.min(day)));
        }
    }

    /// The same, of a day as records have it. What is no day is looked at tomorrow, for as long as it stands there.
    pub fn begins_on(&mut self, text: &str) {
        match Day::read(text) {
            Some(day) => self.begins(day),
            None if text.is_empty() => {}
            None => self.begins(self.now.today.plus(1)),
        }
    }

    /// Something holds up to and including this day.
    pub fn ends_on(&mut self, text: &str) {
        match Day::read(text) {
            Some(day) => self.begins(day.plus(1)),
            None => self.begins_on(text),
        }
    }

    pub fn instant(&mut self, at: WallTime) {
        if at > self.now.at {
            self.at = Some(self.at.map_or(at, |known| known.min(at)));
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Due {
    days: BTreeSet<(Day, Subject)>,
    instants: BTreeSet<(WallTime, Subject)>,
    of: HashMap<Subject, (Option<Day>, Option<WallTime>)>,
}

impl Due {
    /// In the place of what was known of this subject.
    pub fn set(&mut self, subject: &Subject, next: Option<Next>) {
        let new = next.map_or((None, None), |next| (next.day, next.at));
        let old = self.of.get(subject).copied().unwrap_or((None, None));
        if old == new {
            return;
        }
        if let Some(day) = old.0 {
            self.days.remove(&(day, subject.clone()));
        }
        if let Some(at) = old.1 {
            self.instants.remove(&(at, subject.clone()));
        }
        if let Some(day) = new.0 {
            self.days.insert((day, subject.clone()));
        }
        if let Some(at) = new.1 {
            self.instants.insert((at, subject.clone()));
        }
        if new == (None, None) {
            self.of.remove(subject);
        } else {
            self.of.insert(subject.clone(), new);
        }
    }

    /// Everything whose day or instant has come. It stays until it is set anew.
    pub fn reached(&self, now: Moment) -> Vec<Subject> {
        let days = self.days.iter().take_while(|(day, _)| *day <= now.today).map(|(_, of)| of.clone());
        let instants = self.instants.iter().take_while(|(at, _)| *at <= now.at).map(|(_, of)| of.clone());
        days.chain(instants).collect()
    }

    /// The next moment at which anything may be otherwise: the first instant of the day, or the instant.
    pub fn next(&self) -> (Option<Day>, Option<WallTime>) {
        (self.days.first().map(|(day, _)| *day), self.instants.first().map(|(at, _)| *at))
    }
}
