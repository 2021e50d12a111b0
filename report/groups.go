package report

import (
	"fmt"
	"strings"

	"plumb/study"
)

// Comparison of groups: do effects differ between them, and do the constructs
// mean the same to all of them?

func groupsSection(m *fitted) Section {
	s := Section{ID: "groups", Title: "Comparison of Groups"}
	g := m.Groups
	if g == nil {
		return s
	}
	s.Blocks = append(s.Blocks, Paragraph{Text: m.groupsInBrief()})
	if m.sound() { // else there is nothing to compare
		for _, p := range g.Pairs {
			s.Blocks = append(s.Blocks, Paragraph{Text: m.invarianceInWords(p)})
		}
	}
	s.Blocks = append(s.Blocks, m.invarianceTable())
	if t := m.differenceTable("Paths in the Groups and Their Differences", func(p *study.GroupPair) []study.GroupDifference { return p.Paths }); len(t.Rows) > 0 {
		t.Key = true
		s.Blocks = append(s.Blocks, t)
	}
	return s
}

// groupsInBrief names the groups and says whether they differ at all.
func (m *fitted) groupsInBrief() Text {
	g := m.Groups
	names := make([]string, len(g.Groups))
	for i, one := range g.Groups {
		names[i] = fmt.Sprintf("%s (n = %s)", one.Name, Count(float64(one.N)))
	}
	t := say("Groups by ", g.By, ": ", enumerated(names), m.weighting(), ". Each was estimated by itself with the same model and settings; missing answers: ", g.Missing, ". ",
		Count(float64(g.Permutations)), " permutations of ", g.Exchanged, m.otherwiseExchanged(), ", seed ", g.Seed, ".")
	d := g.Distances
	if !m.sound() {
		return say(t, " The solution of all together is no result, so the groups are not compared in words.")
	}
	if !d.Squared.P.Exists() {
		return t
	}
	verdict := "The model as a whole does not differ significantly between them"
	if d.Shuffles.Untestable {
		verdict = "Whether the model as a whole differs between them cannot be tested, because there are too few ways of dealing out " + g.Exchanged + " to them"
	} else if m.groupsDiffer(d.Squared.P) {
		verdict = "The model as a whole differs between them"
	}
	distance := func(name string, d study.Distance) Text {
		return say(name, " ", Fixed(float64(d.Distance), 3), ", ", stat("p"), related(P(float64(d.P))))
	}
	t = say(t, " ", verdict, ": of the implied correlations, ", distance("squared Euclidean distance", d.Squared))
	if d.Geodesic.P.Exists() {
		t = say(t, "; ", distance("geodesic distance", d.Geodesic))
	}
	return say(t, " (", klesel2019, ").")
}

// otherwiseExchanged names the pairs whose permutations exchange something else
// than those of all groups, as waves of a panel that share no people.
func (m *fitted) otherwiseExchanged() string {
	s := ""
	for _, p := range m.Groups.Pairs {
		if e := p.Shuffles.Exchanged; e != "" && e != m.Groups.Exchanged {
			s += "; between " + p.A + " and " + p.B + ", of " + e
		}
	}
	if s != "" {
		return " (all groups at once" + s + ")"
	}
	return ""
}

// groupsDiffer reports whether a p value of the comparison is significant.
func (m *fitted) groupsDiffer(p study.Number) bool {
	const bit = 1e-12 // of the difference 1 - level
	return p.Exists() && float64(p) < 1-m.Groups.Level-bit
}

// invarianceInWords is the verdict of MICOM on a pair of groups.
func (m *fitted) invarianceInWords(p study.GroupPair) Text {
	with := func(take func(study.ConstructInvariance) bool) string {
		var names []string
		for _, c := range p.Invariance.Constructs {
			if take(c) {
				names = append(names, m.label(c.Name))
			}
		}
		return enumerated(names)
	}
	between := p.A + " and " + p.B
	switch p.Invariance.Verdict {
	case "full":
		return say("Full measurement invariance of ", between, ": no test finds a difference in how the constructs are formed, in their means or in their variances. Effects can be compared, and the groups may be pooled.")
	case "partial":
		differ := with(func(c study.ConstructInvariance) bool { return c.Level == "partial" })
		return say("Partial measurement invariance of ", between, ": no test finds a difference in how the constructs are formed, so effects can be compared. Means or variances differ (", differ, "), so the groups should not be pooled.")
	case "none":
		differ := with(func(c study.ConstructInvariance) bool { return c.Level == "none" })
		return say("No measurement invariance of ", between, ": the groups form ", differ, " differently. Effects of and on it should not be compared before the measurement has been refined.")
	}
	if p.Shuffles.Untestable {
		return say("Measurement invariance of ", between, " cannot be tested, because there are too few ways of dealing out ", p.Shuffles.Exchanged,
			" to them; nor can the differences of their estimates.")
	}
	return say("Measurement invariance of ", between, " cannot be tested with so few permutations.")
}

// invarianceTable is MICOM, the pairs of groups one after another.
func (m *fitted) invarianceTable() *Table {
	level := 1 - m.Groups.Level
	t := &Table{
		Title: "Measurement Invariance (MICOM)", Key: true,
		Columns: []Column{
			{Head: say("Construct"), Left: true},
			{Head: say("Invariance"), Left: true},
			{Head: say(stat("c"))},
			{Head: say(percentage(level), " quantile"), Optional: true},
			{Head: say(stat("p")), Format: FormatP},
			{Head: say("Δ mean")},
			{Head: say(stat("p")), Format: FormatP},
			{Head: say("Δ ln variance")},
			{Head: say(stat("p")), Format: FormatP},
		},
		Note: say("Step 1, configural invariance, holds by construction: the groups have the same indicators, data treatment and settings. Step 2: ", stat("c"),
			", the correlation of scores with the weights of either group, must not lie below the quantile of its permutations (one-sided ", stat("p"),
			"). Step 3: differences of the mean and of the log variance of pooled scores, first group less second (two-sided ", stat("p"), "). None: step 2 fails; partial: it holds; full: steps 2 and 3 hold (", henseler2016, ")."),
	}
	verdicts := map[string]Verdict{"full": {Level: LevelGood}, "partial": {Level: LevelBorderline}, "none": {Level: LevelPoor}}
	for _, p := range m.Groups.Pairs {
		t.head(m, p)
		for _, c := range p.Invariance.Constructs {
			verdict := words(c.Level)
			verdict.Verdict = verdicts[c.Level]
			t.Rows = append(t.Rows, row(words(m.label(c.Name)), verdict, number(c.Correlation), number(c.Quantile), number(c.P),
				number(c.Mean), number(c.MeanP), number(c.Variance), number(c.VarianceP)))
		}
	}
	return t
}

// head adds a row with the names of a pair where there are several.
func (t *Table) head(m *fitted, p study.GroupPair) {
	if len(m.Groups.Pairs) > 1 {
		t.Rows = append(t.Rows, group(p.A+" – "+p.B))
	}
}

// differenceTable compares estimates of one kind.
func (m *fitted) differenceTable(title string, of func(*study.GroupPair) []study.GroupDifference) *Table {
	g := m.Groups
	first, second := "First", "Second"
	if len(g.Groups) == 2 {
		first, second = g.Groups[0].Name, g.Groups[1].Name
	}
	t := &Table{
		Title: title,
		Columns: []Column{
			{Head: say("Estimate"), Left: true},
			{Head: say(first), Format: FormatBounded},
			{Head: say(second), Format: FormatBounded},
			{Head: say("Difference"), Format: FormatBounded},
			{Head: say(stat("p")), Format: FormatP},
		},
		Note: say(stat("p"), ": permutation test, two-sided (", chin2010, ")."),
	}
	adjusted := false
	for i := range g.Pairs {
		for _, d := range of(&g.Pairs[i]) {
			adjusted = adjusted || d.Permutation.PAdjusted.Exists()
		}
	}
	if adjusted {
		head := adjustedBy(g.Adjustment)
		t.Columns = append(t.Columns, Column{Head: head, Format: FormatP})
		t.Note = say(t.Note, " ", head, ": the same, adjusted for the number of paths and pairs.")
	}
	if g.Bootstrap > 0 {
		t.Columns = append(t.Columns,
			Column{Head: say("Henseler ", stat("p")), Format: FormatP, Optional: true},
			Column{Head: say(stat("t"), " test ", stat("p")), Format: FormatP, Optional: true},
			Column{Head: say("Welch ", stat("p")), Format: FormatP, Optional: true},
			Column{Head: say("Intervals"), Left: true, Optional: true})
		t.Note = say(t.Note, " From ", Count(float64(g.Bootstrap)), " bootstrap resamples of each group: the test of ", henseler2009.narrative(), ", the ", stat("t"),
			" tests with equal (", keil2000, ") and unequal standard errors (", sarstedt2011, "), all two-sided, and how the ", percentage(g.Level), " intervals lie; overlapping ones hold the estimate of the other group.")
	}
	for i := range g.Pairs {
		rows := of(&g.Pairs[i])
		if len(rows) == 0 {
			continue
		}
		t.head(m, g.Pairs[i])
		for _, d := range rows {
			difference := number(d.Difference)
			p := d.Permutation.P
			if adjusted {
				p = d.Permutation.PAdjusted
			}
			if !g.Pairs[i].Shuffles.Untestable {
				difference.Stars = stars(p)
			}
			cells := []Cell{words(m.estimand(d.Estimand)), number(d.A), number(d.B), difference, number(d.Permutation.P)}
			if adjusted {
				cells = append(cells, number(d.Permutation.PAdjusted))
			}
			if g.Bootstrap > 0 {
				cells = append(cells, number(d.Henseler.P), number(d.Parametric.P), number(d.Welch.P), words(d.Overlap))
			}
			t.Rows = append(t.Rows, row(cells...))
		}
	}
	var untestable []string
	for _, p := range g.Pairs {
		if p.Shuffles.Untestable {
			untestable = append(untestable, p.A+" and "+p.B)
		}
	}
	if len(untestable) > 0 {
		t.Note = say(t.Note, " No permutation ", stat("p"), " of ", strings.Join(untestable, ", "), " can be significant, however large the difference: there are too few ways of dealing out groups anew.")
	}
	if len(t.Rows) > 0 {
		t.Note = say(t.Note, " ", starKey())
	}
	return t
}

// estimand names what an estimate is about.
func (m *fitted) estimand(e study.Estimand) string {
	switch {
	case e.Path != nil:
		return m.arrow(e.Path...)
	case e.Indicator != "":
		return e.Indicator + " (" + m.label(e.Construct) + ")"
	}
	return m.arrow(e.From, e.To)
}

// groupDetailsSection holds the remaining differences.
func groupDetailsSection(m *fitted) Section {
	s := Section{ID: "group-details", Title: "Further Differences of Groups", Appendix: true}
	if m.Groups == nil {
		return s
	}
	for _, k := range []struct {
		title string
		of    func(*study.GroupPair) []study.GroupDifference
	}{
		{"Loadings in the Groups and Their Differences", func(p *study.GroupPair) []study.GroupDifference { return p.Loadings }},
		{"Weights in the Groups and Their Differences", func(p *study.GroupPair) []study.GroupDifference { return p.Weights }},
		{"Specific Indirect Effects in the Groups and Their Differences", func(p *study.GroupPair) []study.GroupDifference { return p.Indirect }},
		{"Total Effects in the Groups and Their Differences", func(p *study.GroupPair) []study.GroupDifference { return p.Total }},
	} {
		if t := m.differenceTable(k.title, k.of); len(t.Rows) > 0 {
			s.Blocks = append(s.Blocks, t)
		}
	}
	s.Blocks = append(s.Blocks, m.distanceTable())
	return s
}

// distanceTable is the omnibus test.
func (m *fitted) distanceTable() *Table {
	d := m.Groups.Distances
	t := &Table{
		Title: "Distance of the Groups as a Whole",
		Columns: []Column{
			{Head: say("Distance"), Left: true},
			{Head: say("Value")},
			{Head: say(percentage(m.Groups.Level), " quantile")},
			{Head: say(stat("p")), Format: FormatP},
		},
		Note: say("Of the correlations of the indicators that the estimated model implies, on average over all pairs of groups; quantile and ", stat("p"), " (larger) from ",
			Count(float64(d.Shuffles.Used)), " permutations of all groups (", klesel2019, ")."),
	}
	for _, r := range []struct {
		name string
		study.Distance
	}{{"Geodesic", d.Geodesic}, {"Squared Euclidean", d.Squared}} {
		t.Rows = append(t.Rows, row(words(r.name), number(r.Distance.Distance), number(r.Limit), number(r.P)))
	}
	return t
}
