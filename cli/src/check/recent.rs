//! A map that remembers a bounded number of entries: those of two generations, the older of which is dropped when the younger one
//! is full.

use std::{collections::HashMap, hash::Hash, mem};

/// Remembers at least the last `max` entries, and at most twice as many.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    max: usize,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    /// An empty map.
    pub(super) fn new(max: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), max }
    }

    /// Remembers a value, in place of an earlier one.
    pub(super) fn insert(&mut self, key: K, value: V) {
        self.old.remove(&key);
        if self.young.len() >= self.max {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }

    /// Takes a value out.
    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        self.young.remove(key).or_else(|| self.old.remove(key))
    }

    /// Whether there is a value.
    pub(super) fn contains(&self, key: &K) -> bool {
        self.young.contains_key(key) || self.old.contains_key(key)
    }

    /// The value of `key`, made when there is none; it is young again.
    pub(super) fn touch(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let known = self.old.remove(&key);
        if self.young.len() >= self.max && !self.young.contains_key(&key) {
            self.old = mem::take(&mut self.young);
        }
        self.young.entry(key).or_insert_with(|| known.unwrap_or_else(make))
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn forgets_the_oldest() {
        let mut recent = Recent::new(2);
        for n in 0..5 {
            recent.insert(n, n);
            *recent.touch(0, || 7) += 10;
        }
        assert_eq!(recent.remove(&1), None);
        assert_eq!(recent.remove(&4), Some(4));
        assert_eq!(recent.remove(&0), Some(50));
    }
}
