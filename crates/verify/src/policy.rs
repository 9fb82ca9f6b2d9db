//! Whom the reader trusts: a C2SP tlog-policy file (c2sp.org/tlog-policy), or pinned keys.
//!
//! A policy comes from outside a package: from filing papers, the supervising authority, an earlier visit.

use crate::{Error, Result};
use ledger::note::{KeyKind, NoteKey};
use std::collections::BTreeMap;

/// Longest policy file.
const BYTES_MAX: usize = 1 << 20;
/// Logs, witnesses and groups each; the format wants at least 32.
const ITEMS_MAX: usize = 256;

/// Trusted logs, known witnesses, and how many of them must have signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    logs: Vec<NoteKey>,
    witnesses: Vec<NoteKey>,
    rules: Vec<Rule>,
    /// The rule that decides; `None` is `quorum none`.
    quorum: Option<usize>,
}

/// A name of the policy: a witness, or a group of earlier names.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Rule {
    Witness(usize),
    Group { least: usize, members: Vec<usize> },
}

impl Policy {
    /// These log keys, no witnesses: `quorum none`.
    pub const fn pinned(logs: Vec<NoteKey>) -> Self {
        Self { logs, witnesses: Vec::new(), rules: Vec::new(), quorum: None }
    }

    /// Reads a policy file; octets above 0x7F are taken as they are, control characters but tab and newline refused.
    pub fn parse(file: &[u8]) -> Result<Self> {
        let bad = |line, problem| Err(Error::Policy { line, problem });
        if file.len() > BYTES_MAX {
            return bad(0, "longer than a policy may be");
        }
        if file.last().is_some_and(|byte| *byte != b'\n') {
            return bad(0, "the last line has no newline");
        }
        let mut reader = Reader { policy: Self::pinned(Vec::new()), names: BTreeMap::new(), quorum: None };
        for (number, line) in (1..).zip(file.split(|byte| *byte == b'\n')) {
            if line.iter().any(|byte| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f) {
                return bad(number, "a control character");
            }
            let words: Vec<&[u8]> =
                line.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty()).collect();
            reader.line(&words).map_err(|problem| Error::Policy { line: number, problem })?;
        }
        let Some(quorum) = reader.quorum else { return bad(0, "no quorum line") };
        Ok(Self { quorum, ..reader.policy })
    }

    pub fn logs(&self) -> &[NoteKey] {
        &self.logs
    }
    pub fn witnesses(&self) -> &[NoteKey] {
        &self.witnesses
    }
    /// False for `quorum none`: no witness is asked for.
    pub const fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Whether cosignatures of these witnesses (numbers in [`Policy::witnesses`]) are enough.
    pub fn is_satisfied_by(&self, witnesses: &[usize]) -> bool {
        let mut holds: Vec<bool> = Vec::with_capacity(self.rules.len());
        for rule in &self.rules {
            // Groups name only earlier rules, so one pass is enough.
            let is = match rule {
                Rule::Witness(witness) => witnesses.contains(witness),
                Rule::Group { least, members } => {
                    members.iter().filter(|member| holds.get(**member) == Some(&true)).count() >= *least
                }
            };
            holds.push(is);
        }
        self.quorum.is_none_or(|rule| holds.get(rule) == Some(&true))
    }
}

struct Reader<'a> {
    policy: Policy,
    names: BTreeMap<&'a [u8], usize>,
    quorum: Option<Option<usize>>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, words: &[&'a [u8]]) -> Result<(), &'static str> {
        match words {
            [] => Ok(()),
            [first, ..] if first.starts_with(b"#") => Ok(()),
            [b"log", key] | [b"log", key, _] => {
                let key = parse_key(key)?;
                if matches!(key.kind(), KeyKind::Cosignature(_)) {
                    return Err("a log's key is of a witness's type");
                }
                push_key(&mut self.policy.logs, key)
            }
            [b"witness", name, key] | [b"witness", name, key, _] => {
                let key = parse_key(key)?;
                if matches!(key.kind(), KeyKind::Ed25519(_)) {
                    return Err("a witness's key is of a log's type");
                }
                push_key(&mut self.policy.witnesses, key)?;
                self.define(name, Rule::Witness(self.policy.witnesses.len() - 1))
            }
            [b"group", name, least, members @ ..] => self.group(name, least, members),
            [b"quorum", name] => {
                if self.quorum.is_some() {
                    return Err("a second quorum line");
                }
                let rule = if *name == b"none" { None } else { Some(self.known(name)?) };
                self.quorum = Some(rule);
                Ok(())
            }
            _ => Err("not a log, witness, group or quorum line"),
        }
    }

    fn group(&mut self, name: &'a [u8], least: &[u8], members: &[&'a [u8]]) -> Result<(), &'static str> {
        let mut numbers = Vec::new();
        for member in members {
            numbers.push(self.known(member)?);
        }
        // Each name can be a member once, of any group: so a witness counts in one way only.
        let used = |rule: &Rule| matches!(rule, Rule::Group { members, .. } if members.iter().any(|used| numbers.contains(used)));
        let mut unique = numbers.clone();
        unique.sort_unstable();
        unique.dedup();
        if self.policy.rules.iter().any(used) || unique.len() != numbers.len() {
            return Err("a name is a member twice");
        }
        let least = match least {
            b"all" => numbers.len(),
            b"any" => 1,
            digits => {
                let plain = !digits.starts_with(b"0") && digits.iter().all(u8::is_ascii_digit);
                let text = std::str::from_utf8(digits).unwrap_or_default();
                plain.then(|| text.parse().ok()).flatten().ok_or("neither 'all' nor 'any' nor a number")?
            }
        };
        if least == 0 || least > numbers.len() {
            return Err("asks for more members than it has, or for none");
        }
        self.define(name, Rule::Group { least, members: numbers })
    }

    fn known(&self, name: &[u8]) -> Result<usize, &'static str> {
        self.names.get(name).copied().ok_or("a name that no earlier line defines")
    }

    fn define(&mut self, name: &'a [u8], rule: Rule) -> Result<(), &'static str> {
        if name == b"none" || self.names.insert(name, self.policy.rules.len()).is_some() {
            return Err("the name is taken");
        }
        if self.policy.rules.len() == 2 * ITEMS_MAX {
            return Err("too many witnesses and groups");
        }
        self.policy.rules.push(rule);
        Ok(())
    }
}

fn parse_key(vkey: &[u8]) -> Result<NoteKey, &'static str> {
    let vkey = std::str::from_utf8(vkey).map_err(|_| "not a verifier key")?;
    NoteKey::parse(vkey).map_err(|_| "not a verifier key")
}

/// Two keys are the same when their public keys are, whatever their names.
fn push_key(keys: &mut Vec<NoteKey>, key: NoteKey) -> Result<(), &'static str> {
    if keys.len() == ITEMS_MAX {
        return Err("too many keys");
    }
    if keys.iter().any(|known| known.public() == key.public()) {
        return Err("the same key twice");
    }
    keys.push(key);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vkey(byte: u8, witness: bool) -> String {
        let signer = ledger::note::Ed25519Signer::from_seed("example.com/key", &[byte; 32]).unwrap();
        let public: [u8; 32] = signer.key().public().try_into().unwrap();
        if witness {
            NoteKey::cosignature("example.com/key", &public).unwrap().to_string()
        } else {
            signer.key().to_string()
        }
    }

    fn example() -> String {
        let witness = |name, byte| format!("witness {name} {}\n", vkey(byte, true));
        format!(
            "# two institutions\nlog {}\n\n{}{}{}  \t group X-witnesses 2 X1 X2 X3\n{}{}{}group Y any Y1 Y2 Y3\ngroup both all X-witnesses Y\nquorum both\n",
            vkey(0, false),
            witness("X1", 1),
            witness("X2", 2),
            witness("X3", 3),
            witness("Y1", 4),
            witness("Y2", 5),
            witness("Y3", 6),
        )
    }

    #[test]
    fn the_example_of_the_format_decides() {
        let policy = Policy::parse(example().as_bytes()).unwrap();
        assert_eq!((policy.logs().len(), policy.witnesses().len()), (1, 6));
        let check = |witnesses: &[usize], expected| {
            assert_eq!(policy.is_satisfied_by(witnesses), expected, "{witnesses:?}")
        };
        check(&[], false);
        check(&[0, 1], false);
        check(&[0, 1, 3], true);
        check(&[0, 3, 4, 5], false);
        check(&[0, 1, 2, 5], true);
        let none = Policy::parse(format!("log {}\nquorum none\n", vkey(0, false)).as_bytes()).unwrap();
        assert!(!none.asks_for_witnesses() && none.is_satisfied_by(&[]));
    }

    #[test]
    fn what_is_no_policy_is_refused_with_its_line() {
        let key = vkey(9, true);
        let check = |text: &str, expected: &str| {
            assert_eq!(Policy::parse(text.as_bytes()).unwrap_err().to_string(), expected, "{text}");
        };
        check("", "policy: line 0: no quorum line");
        check("quorum none", "policy: line 0: the last line has no newline");
        check("quorum none\nquorum none\n", "policy: line 2: a second quorum line");
        check("quorum w\n", "policy: line 1: a name that no earlier line defines");
        check("group g any\nquorum g\n", "policy: line 1: asks for more members than it has, or for none");
        check("log x\n", "policy: line 1: not a verifier key");
        check("log a b c d\n", "policy: line 1: not a log, witness, group or quorum line");
        check("quorum none\r\n", "policy: line 1: a control character");
        check(&format!("log {key}\n"), "policy: line 1: a log's key is of a witness's type");
        check(&format!("witness none {key}\n"), "policy: line 1: the name is taken");
        check(&format!("witness a {key}\nwitness b {key}\n"), "policy: line 2: the same key twice");
        check(
            &format!("witness a {key}\ngroup g 2 a\n"),
            "policy: line 2: asks for more members than it has, or for none",
        );
        check(&format!("witness a {key}\ngroup g any a a\n"), "policy: line 2: a name is a member twice");
        check(
            &format!("witness a {key}\ngroup g any a\ngroup h any a\n"),
            "policy: line 3: a name is a member twice",
        );
        check(
            &format!("witness a {key}\ngroup g 01 a\n"),
            "policy: line 2: neither 'all' nor 'any' nor a number",
        );
    }
}
