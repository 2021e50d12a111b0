package report

import (
	"fmt"
	"slices"
	"strings"

	"plumb/study"
)

// The settings: everything that somebody else needs for the same numbers.

func thresholdSection(models []*fitted) Section {
	rules := thresholds
	tested := slices.ContainsFunc(models, (*fitted).tested)
	if slices.ContainsFunc(models, func(m *fitted) bool { return m.tested() && slices.ContainsFunc(m.Model.Constructs, isFormative) }) {
		rules = append(slices.Clone(rules), weightThreshold)
	}
	t := &Table{
		Title: "Thresholds and Their Sources",
		Columns: []Column{
			{Head: say("Measure"), Left: true},
			{Head: say("Threshold"), Left: true},
			{Head: say("Rule"), Left: true},
			{Head: say("Source"), Left: true},
		},
		Note: say("A threshold is a guide. Verdicts repeat published cut-offs, decided on unrounded numbers; they do not replace judgement."),
	}
	for _, th := range rules {
		rule := th.Rule
		if th == htmtThreshold && tested {
			rule += " With resampling, the upper end of its interval is compared."
		}
		t.Rows = append(t.Rows, row(words(th.Measure), words(th.Head), words(rule), words(th.Source)))
	}
	return Section{ID: "thresholds", Title: "Thresholds", Appendix: true, Blocks: []Block{t}}
}

func settingsSection(r *study.Result, m *fitted) Section {
	var items []Setting
	add := func(name, value string) {
		if value != "" {
			items = append(items, Setting{Name: name, Value: value})
		}
	}
	code := func(name, value string) {
		if value != "" {
			items = append(items, Setting{Name: name, Value: value, Code: true})
		}
	}
	s, d := m.Settings, r.Data
	add("Program", strings.TrimSpace("plumb "+r.Plumb))
	add("Estimator", estimatorName(s.Estimator))
	add("Data", fmt.Sprintf("%s, %s", d.File, several(d.Rows, "row", "rows")))
	used, of := m.rowsUsed()
	add("Rows used", used+of)
	add("Scheme", s.Scheme)
	add("Missing", s.Missing)
	add("Tolerance", plainNumber(s.Tolerance))
	add("Iterations", fmt.Sprintf("%d of at most %d", m.Estimate.Iterations, s.MaxIterations))
	if m.tested() {
		i := m.Inference
		add("Resampling", m.drawn())
		add("Resamples used", fmt.Sprintf("%s of %s", Count(float64(i.Used)), Count(float64(i.Replicates))))
		add("Intervals", m.intervalName()+", "+percentage(i.Level))
		add("Tests", m.sides())
		if m.adjusted() {
			add("Adjustment", m.adjustmentName())
		}
	}
	add("Seed", fmt.Sprint(m.seed()))
	add("Format", d.Format)
	for _, c := range d.Choices {
		how := "detected"
		if c.Given {
			how = "given"
		}
		add(capital(c.Name), c.Value+" ("+how+")")
	}
	add("Weights", d.Weight)
	add("Clusters", d.Cluster)
	items = append(items, Setting{Name: "Orientation", Value: s.Orientation, Wide: true})
	code("Fingerprint", prefixed("sha256 ", d.SHA256))
	code("Model", strings.TrimSpace(m.Model.Text))
	code("Same numbers", command(r, m))
	return Section{ID: "settings", Title: "Settings", Blocks: []Block{&Settings{items}}}
}

// rowsUsed says how many rows the estimates rest on; with pairwise deletion that
// is the fewest behind a correlation.
func (m *fitted) rowsUsed() (n, of string) {
	n = Count(float64(m.RowsUsed))
	if m.Settings.Missing == "pairwise" && m.RowsUsed < m.data.Rows {
		return n + " or more", " for each correlation"
	}
	return n, ""
}

// seed is that of the resamples; without them none was used.
func (m *fitted) seed() uint64 {
	if m.tested() {
		return m.Inference.Seed
	}
	return m.Settings.Seed
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

func estimatorName(estimator string) string {
	switch estimator {
	case "pls":
		return "PLS"
	case "plsc":
		return "consistent PLS (PLSc)"
	case "sumscore":
		return "sum scores"
	}
	return estimator
}

// command gives the command of the run; without one, that which gives the
// same numbers from the data file and the model text, which stands in the
// settings.
func command(r *study.Result, m *fitted) string {
	if r.Command != "" {
		return r.Command
	}
	s := m.Settings
	parts := []string{"plumb fit", quoted(r.Data.File), "--model model.txt", "--estimator " + s.Estimator}
	if s.Scheme != "" {
		parts = append(parts, "--scheme "+s.Scheme)
	}
	if s.Missing != "" {
		parts = append(parts, "--missing "+s.Missing)
	}
	if s.Tolerance > 0 {
		parts = append(parts, "--tolerance "+plainNumber(s.Tolerance))
	}
	if s.MaxIterations > 0 {
		parts = append(parts, fmt.Sprintf("--max-iterations %d", s.MaxIterations))
	}
	if r.Data.Weight != "" {
		parts = append(parts, "--weight "+quoted(r.Data.Weight))
	}
	if r.Data.Cluster != "" {
		parts = append(parts, "--cluster "+quoted(r.Data.Cluster))
	}
	if i := m.Inference; i != nil {
		if i.Sides != "two-sided" || i.Adjustment != "none" || !i.Kept || r.Data.Cluster != "" && i.Units == "rows" {
			return "" // a study file says so, no flag does
		}
		parts = append(parts, fmt.Sprintf("--bootstrap %d --interval %s --level %s", i.Replicates, i.Interval, plainNumber(i.Level)))
	}
	return strings.Join(append(parts, fmt.Sprintf("--seed %d", m.seed())), " ")
}

// quoted protects a file name from the shell.
func quoted(name string) string {
	plain := func(r rune) bool {
		return r == '.' || r == '_' || r == '-' || r == '/' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 127
	}
	if name != "" && strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0 {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
