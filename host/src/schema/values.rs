//! `enum` and `const`: for scalars sets, for arrays and objects nodes that say what they hold.

use adarga_core::schema::Keyword;

use super::{
    Compiler, SchemaError,
    build::fail,
    ir::{Check, Node, Operation, Property, kinds},
    json::{Id, Json},
    number::Number,
};

impl Compiler {
    /// The value is equal to one of these.
    pub(super) fn values(&mut self, list: &[Id], keyword: Keyword) -> Result<Vec<Check>, SchemaError> {
        let (mut absent, mut booleans) = (kinds::ALL, 0);
        let (mut numbers, mut strings) = (Vec::new(), Vec::new());
        let (mut arrays, mut objects) = (Vec::new(), Vec::new());
        for &id in list {
            absent &= !match self.resources.tree.at(id) {
                Json::Null => kinds::NULL,
                Json::Bool(on) => {
                    booleans |= if *on { 2 } else { 1 };
                    kinds::BOOL
                }
                Json::Number(text) => {
                    let Some(number) = Number::read(text) else {
                        return Err(SchemaError::new(self.resources.tree.pointer(id), "the number is out of all reason", ""));
                    };
                    numbers.push(number.text());
                    kinds::NUMBER
                }
                Json::String(text) => {
                    strings.push(text.clone());
                    kinds::STRING
                }
                Json::Array(_) => {
                    arrays.push(self.equal(id, keyword)?);
                    kinds::ARRAY
                }
                Json::Object(_) => {
                    objects.push(self.equal(id, keyword)?);
                    kinds::OBJECT
                }
            };
        }
        let mut checks = Vec::new();
        let mut push = |kinds, operation| checks.push(Check { keyword, kinds, operation });
        if booleans != 0 && booleans != 3 {
            push(kinds::BOOL, Operation::Booleans(booleans));
        }
        if !numbers.is_empty() {
            push(kinds::NUMBER, Operation::Numbers(numbers));
        }
        if !strings.is_empty() {
            push(kinds::STRING, Operation::Strings(strings));
        }
        for (kinds, nodes) in [(kinds::ARRAY, arrays), (kinds::OBJECT, objects)] {
            if !nodes.is_empty() {
                push(kinds, Operation::Any { nodes, apart: true });
            }
        }
        if absent != 0 {
            checks.push(fail(keyword, absent));
        }
        Ok(checks)
    }

    /// The node of values that are equal to this one.
    fn equal(&mut self, id: Id, keyword: Keyword) -> Result<Node, SchemaError> {
        if let Some(&node) = self.equals.get(&(id, keyword)) {
            return Ok(node);
        }
        let (kind, count, operation) = match self.resources.tree.at(id) {
            Json::Array(list) => {
                let list = list.clone();
                let prefix = list.iter().map(|&id| self.equal(id, keyword)).collect::<Result<Vec<_>, _>>()?;
                (kinds::ARRAY, list.len(), Operation::Elements { prefix, rest: None })
            }
            Json::Object(members) => {
                let members: Vec<_> = members.iter().map(|(name, id)| (name.clone(), *id)).collect();
                let mut table = Vec::new();
                for (name, id) in members {
                    table.push(Property { name, node: Some(self.equal(id, keyword)?), required: true });
                }
                (kinds::OBJECT, table.len(), Operation::Members { table, patterns: Vec::new(), others: None })
            }
            _ => {
                let checks = self.values(&[id], keyword)?;
                return Ok(self.keep(id, keyword, checks));
            }
        };
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let check = |operation| Check { keyword, kinds: kind, operation };
        let checks = vec![
            fail(keyword, kinds::ALL & !kind),
            check(Operation::CountMin(count)),
            check(Operation::CountMax(count)),
            check(operation),
        ];
        Ok(self.keep(id, keyword, checks))
    }

    fn keep(&mut self, id: Id, keyword: Keyword, checks: Vec<Check>) -> Node {
        let node = self.nodes.len();
        self.nodes.push(checks);
        self.equals.insert((id, keyword), node);
        node
    }
}
