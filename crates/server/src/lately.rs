//! What was lately worked out, by what it was asked for: the newest few answers, so that the next page does not ask again.
//!
//! It says nothing about how long an answer is good: the key has to hold everything that makes it another.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Answers that are kept: as many readers at once look at pages whose answer takes a while.
const KEPT_MAX: usize = 8;

#[derive(Debug)]
pub struct Lately<K, V>(Mutex<VecDeque<(K, Arc<V>)>>);

impl<K, V> Default for Lately<K, V> {
    fn default() -> Self {
        Self(Mutex::new(VecDeque::new()))
    }
}

impl<K: PartialEq, V> Lately<K, V> {
    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, answer)| Arc::clone(answer))
    }

    /// Keeps it in the place of the oldest.
    pub fn keep(&self, key: K, answer: V) -> Arc<V> {
        let answer = Arc::new(answer);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back((key, Arc::clone(&answer)));
        answer
    }
}
