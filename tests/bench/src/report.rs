//! What was measured: one line each on the terminal as it comes, and all of it as JSON.

use serde_json::{Value, json};

use crate::contest::{Contestant, Effort, Series, race};

/// What is measured, how, and what came out.
#[derive(Debug)]
pub(crate) struct Report {
    effort: Effort,
    words: Vec<String>,
    rows: Vec<Value>,
    heading: Option<String>,
}

impl Report {
    /// An empty report on what has one of `words` in its name; on everything without words.
    pub(crate) fn new(effort: Effort, words: Vec<String>) -> Self {
        Self { effort, words, rows: Vec::new(), heading: None }
    }

    /// Starts a table; its heading is printed with its first row.
    pub(crate) fn table(&mut self, title: &str, columns: &str) {
        self.heading = Some(format!("\n{title}\n{columns}"));
    }

    /// The heading of tables of [`Report::duel`].
    pub(crate) fn duels(&mut self, title: &str) {
        let columns = format!("{:<44} {:>11} {:>11}  {:>7} {:>15}  floor", "", "ours ns", "peer ns", "ratio", "p10–p90");
        self.table(title, &columns);
    }

    /// Whether a measurement of that name is asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| name.contains(word.as_str()))
    }

    /// Ours beside a peer; the peer has to take at least `floor` times as long.
    pub(crate) fn duel(&mut self, name: &str, floor: Option<f64>, ours: Contestant<'_>, peer: Contestant<'_>) {
        if !self.wants(name) {
            return;
        }
        let series = race(self.effort, &mut [ours, peer]);
        let [ours, peer] = series.as_slice() else { return };
        let ratio = peer.over(ours);
        let met = floor.map(|floor| ratio.value >= floor);
        let verdict = floor.map_or_else(String::new, |floor| format!("≥ {floor:<4} {}", word(met)));
        let spread = format!("{:.2}–{:.2}", ratio.low, ratio.high);
        let (our_ns, peer_ns) = (ours.median(), peer.median());
        self.line(&format!("{name:<44} {our_ns:>11.1} {peer_ns:>11.1}  {:>6.2}× {spread:>15}  {verdict}", ratio.value));
        self.rows.push(json!({
            "name": name, "ours_ns": our_ns, "peer_ns": peer_ns, "ratio": ratio.value, "p10": ratio.low, "p90": ratio.high,
            "floor": floor, "met": met,
        }));
    }

    /// One job at several sizes; `contestants` come with their label and how many units one job has. The last may cost at most
    /// `ceiling` times the first, for each unit.
    pub(crate) fn growth(
        &mut self,
        name: &str,
        unit: &str,
        ceiling: Option<f64>,
        contestants: Vec<(String, f64, Contestant<'_>)>,
    ) {
        if !self.wants(name) {
            return;
        }
        let (labels, mut jobs): (Vec<_>, Vec<_>) =
            contestants.into_iter().map(|(label, units, job)| ((label, units), job)).unzip();
        let series = race(self.effort, &mut jobs);
        let cost = |at: &(usize, &Series)| at.1.median() / labels[at.0].1;
        let costs: Vec<f64> = series.iter().enumerate().map(|at| cost(&at)).collect();
        let columns: Vec<String> = labels.iter().zip(&costs).map(|((label, _), cost)| format!("{label}: {cost:.2}")).collect();
        let (Some(first), Some(last)) = (costs.first(), costs.last()) else { return };
        let ratio = last / first;
        let met = ceiling.map(|ceiling| ratio <= ceiling);
        let verdict = ceiling.map_or_else(String::new, |ceiling| format!("  last/first {ratio:.2}  ≤ {ceiling} {}", word(met)));
        self.line(&format!("{name:<32} {unit:<9} {}{verdict}", columns.join("   ")));
        let points: Vec<Value> = labels.iter().zip(&costs).map(|((label, _), cost)| json!({ "at": label, "ns": cost })).collect();
        self.rows.push(json!({
            "name": name, "unit": unit, "points": points, "ratio": ratio, "ceiling": ceiling, "met": met,
        }));
    }

    /// A number that is counted, not measured, and may be at most `ceiling`.
    pub(crate) fn figure(&mut self, name: &str, unit: &str, value: f64, ceiling: Option<f64>) {
        if !self.wants(name) {
            return;
        }
        let met = ceiling.map(|ceiling| value <= ceiling);
        let verdict = ceiling.map_or_else(String::new, |ceiling| format!("  ≤ {ceiling} {}", word(met)));
        self.line(&format!("{name:<44} {value:>11.2} {unit}{verdict}"));
        self.rows.push(json!({ "name": name, "unit": unit, "value": value, "ceiling": ceiling, "met": met }));
    }

    /// The whole report for programs.
    pub(crate) fn to_json(&self) -> String {
        let rows: Vec<String> = self.rows.iter().map(Value::to_string).collect();
        format!("[\n{}\n]\n", rows.join(",\n"))
    }

    /// Names of what missed its floor.
    pub(crate) fn missed(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().filter(|row| row["met"] == false).filter_map(|row| row["name"].as_str())
    }

    fn line(&mut self, line: &str) {
        if let Some(heading) = self.heading.take() {
            println!("{heading}");
        }
        println!("{line}");
    }
}

fn word(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "met",
        Some(false) => "MISSED",
        None => "",
    }
}
