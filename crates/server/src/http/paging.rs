//! Pages of a list that is whole in memory: the server counts all of it, and gives one part. It is no way to read more than a request
//! asks for, and leaves nothing out silently: who wants all follows the cursor to its end.

use super::error::{Answer, Failure};

/// A part of a list.
pub struct Part<T> {
    pub rows: Vec<T>,
    /// Where the next part begins; `None` behind the last.
    pub next_cursor: Option<String>,
    /// Of the whole list.
    pub total: u64,
}

/// The part behind a cursor.
pub fn part<T>(rows: impl IntoIterator<Item = T>, cursor: Option<&str>, limit: u32) -> Answer<Part<T>> {
    let from: usize = cursor
        .map_or(Ok(0), str::parse)
        .map_err(|_| Failure::invalid("cursor", "is not one that a page gave"))?;
    let rows: Vec<T> = rows.into_iter().collect();
    let (total, limit) = (rows.len(), limit.max(1) as usize);
    let end = from.saturating_add(limit);
    let rows = rows.into_iter().skip(from).take(limit).collect();
    Ok(Part { rows, next_cursor: (end < total).then(|| end.to_string()), total: total as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_give_all_of_a_list_once() {
        let check = |rows: u32, limit: u32, parts: usize| {
            let (mut all, mut cursor, mut seen) = (Vec::new(), None, 0);
            loop {
                let Ok(one) = part(0..rows, cursor.as_deref(), limit) else {
                    panic!("no part at {cursor:?}")
                };
                assert_eq!(one.total, u64::from(rows));
                all.extend(one.rows);
                (cursor, seen) = (one.next_cursor, seen + 1);
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!((all, seen), ((0..rows).collect(), parts), "{rows} by {limit}");
        };
        check(0, 10, 1);
        check(10, 10, 1);
        check(11, 10, 2);
        check(3, 0, 3);
        assert!(part(0..3, Some("x"), 1).is_err());
        assert!(
            part(0..3, Some("7"), 1).is_ok_and(|part| part.rows.is_empty() && part.next_cursor.is_none())
        );
    }
}
