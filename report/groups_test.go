package report

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"

	"plumb/study"
)

// grouped is the village study with a comparison of groups, every pair of which
// has one of the verdicts.
func grouped(t *testing.T, bootstrap int, adjustment string, verdicts ...string) *study.Result {
	r := village(t)
	m := &r.Models[0]
	none := study.Number(math.NaN())
	nowhere := [2]study.Number{none, none}
	g := &study.Groups{By: "county", Permutations: 1000, Bootstrap: bootstrap, Interval: "percentile", Level: .95, Adjustment: adjustment, Seed: 7,
		Exchanged: "people", Missing: "mean of the own group"}
	g.Distances.Squared = study.Distance{Distance: .21, Limit: .2, P: .04}
	g.Distances.Geodesic = study.Distance{Distance: none, Limit: none, P: none}
	for i := range len(verdicts) + 1 {
		if len(verdicts) == 1 || i < 3 {
			g.Groups = append(g.Groups, study.GroupRow{Name: string(rune('A' + i)), N: 30 + i})
		}
	}
	for i, v := range verdicts {
		p := study.GroupPair{A: "A", B: string(rune('B' + i)), Invariance: study.Invariance{Verdict: v}}
		for k, c := range m.Model.Constructs {
			level := v
			if k > 0 && v != "not tested" {
				level = "full"
			}
			p.Invariance.Constructs = append(p.Invariance.Constructs, study.ConstructInvariance{Name: c.Name, Level: level, Correlation: .99, Quantile: .98, P: .4,
				Mean: .1, MeanCI: nowhere, MeanP: .5, Variance: -.2, VarianceCI: nowhere, VarianceP: .6})
		}
		for _, path := range m.Model.Paths {
			test := study.TTest{T: 2.1, DF: 60, P: .0412, PAdjusted: none}
			d := study.GroupDifference{Estimand: study.Estimand{From: path.From, To: path.To}, A: .5, B: .1, Difference: .4,
				Permutation: study.PermutationTest{P: .031, PAdjusted: none, CI: nowhere}, Henseler: study.HenselerTest{P: .027, PAdjusted: none}, Parametric: test, Welch: test, Overlap: "apart"}
			if adjustment != "none" {
				d.Permutation.PAdjusted = .062
			}
			p.Paths = append(p.Paths, d)
			p.Total = append(p.Total, d)
		}
		g.Pairs = append(g.Pairs, p)
	}
	m.Groups = g
	return r
}

func section(d *Document, id string) *Section {
	i := slices.IndexFunc(d.Sections, func(s Section) bool { return s.ID == id })
	if i < 0 {
		return nil
	}
	return &d.Sections[i]
}

func paragraphs(s *Section) string {
	var b strings.Builder
	for _, block := range s.Blocks {
		if p, ok := block.(Paragraph); ok {
			b.WriteString(p.Text.String() + "\n")
		}
	}
	return b.String()
}

func tableCalled(t *testing.T, s *Section, title string) *Table {
	t.Helper()
	for _, block := range s.Blocks {
		if table, ok := block.(*Table); ok && strings.HasPrefix(table.Title, title) {
			return table
		}
	}
	t.Fatalf("no table %s", title)
	return nil
}

func TestInvarianceIsSaidInWords(t *testing.T) {
	for verdict, sentence := range map[string]string{
		"full":       "Full measurement invariance of A and B: no test finds a difference",
		"partial":    "so effects can be compared. Means or variances differ (Cross-border e-commerce)",
		"none":       "the groups form Cross-border e-commerce differently",
		"not tested": "cannot be tested with so few permutations",
	} {
		s := section(Build(grouped(t, 0, "none", verdict)), "groups")
		if s == nil {
			t.Fatal("no section")
		}
		if got := paragraphs(s); !strings.Contains(got, sentence) {
			t.Errorf("%s: %s", verdict, got)
		}
		table := tableCalled(t, s, "Measurement Invariance")
		if cell := table.Rows[0].Cells[1]; cell.Text.String() != verdict {
			t.Errorf("level %q of %s", cell.Text, verdict)
		}
	}
}

// Tests that cannot find anything give no verdict and no stars.
func TestUntestableGroups(t *testing.T) {
	r := grouped(t, 0, "none", "not tested")
	g := r.Models[0].Groups
	g.Exchanged = "clusters"
	g.Distances.Shuffles.Untestable = true
	g.Pairs[0].Shuffles = study.Shuffles{Exchanged: "clusters", Untestable: true}
	s := section(Build(r), "groups")
	got := paragraphs(s)
	for _, sentence := range []string{"permutations of clusters, seed", "cannot be tested, because there are too few ways of dealing out clusters to them: of the implied", "Measurement invariance of A and B cannot be tested, because"} {
		if !strings.Contains(got, sentence) {
			t.Errorf("%q is not in %s", sentence, got)
		}
	}
	table := tableCalled(t, s, "Paths in the Groups")
	if table.Rows[0].Cells[3].Stars != "" || !strings.Contains(table.Note.String(), "No permutation p of A and B can be significant") {
		t.Errorf("stars %q, note %s", table.Rows[0].Cells[3].Stars, table.Note)
	}
}

// What pairs exchange is said where it is not what all groups do.
func TestPairsThatExchangeOtherwise(t *testing.T) {
	r := grouped(t, 0, "none", "full", "full", "full")
	g := r.Models[0].Groups
	g.Exchanged = "waves within persons"
	g.Pairs[0].Shuffles.Exchanged, g.Pairs[1].Shuffles.Exchanged = "waves within persons", "people"
	if got := paragraphs(section(Build(r), "groups")); !strings.Contains(got, "permutations of waves within persons (all groups at once; between A and C, of people), seed") {
		t.Error(got)
	}
}

func TestDifferencesOfGroups(t *testing.T) {
	d := Build(grouped(t, 500, "holm", "full"))
	s := section(d, "groups")
	if got := paragraphs(s); !strings.Contains(got, "A (n = 30) and B (n = 31)") || !strings.Contains(got, "differs between them: of the implied correlations, squared Euclidean distance 0.210, p = .040 (Klesel") {
		t.Errorf("in brief: %s", got)
	}
	table := tableCalled(t, s, "Paths in the Groups")
	var heads []string
	for _, c := range table.Columns {
		heads = append(heads, c.Head.String())
	}
	if got := strings.Join(heads, "|"); got != "Estimate|A|B|Difference|p|p_Holm|Henseler p|t test p|Welch p|Intervals" {
		t.Errorf("columns %s", got)
	}
	cells := table.Rows[0].Cells
	if len(cells) != len(heads) || cells[3].Stars != "" { // .062 decides, not .031
		t.Errorf("row %v", cells)
	}
	// Without bootstrap and adjustment the columns that need them are not there.
	plain := tableCalled(t, section(Build(grouped(t, 0, "none", "full")), "groups"), "Paths in the Groups")
	if len(plain.Columns) != 5 || plain.Rows[0].Cells[3].Stars != "*" {
		t.Errorf("%d columns, stars %q", len(plain.Columns), plain.Rows[0].Cells[3].Stars)
	}
	details := section(d, "group-details")
	if !details.Appendix || !strings.Contains(paragraphs(section(d, "references")), "Klesel, M.") {
		t.Error("no sources in the appendix")
	}
	tableCalled(t, details, "Total Effects")
	if row := tableCalled(t, details, "Distance of the Groups").Rows[0]; row.Cells[1].Number.Exists() {
		t.Errorf("a distance that does not exist: %v", row)
	}
}

func TestPairsOfGroupsStandApart(t *testing.T) {
	r := grouped(t, 0, "none", "full", "partial", "none")
	s := section(Build(r), "groups")
	table := tableCalled(t, s, "Paths in the Groups")
	if !table.Rows[0].Group || table.Rows[0].Cells[0].Text.String() != "A – B" || table.Columns[1].Head.String() != "First" {
		t.Errorf("%v %v", table.Rows[0], table.Columns[1])
	}
	var html, text bytes.Buffer
	if err := HTML(&html, r); err != nil {
		t.Fatal(err)
	}
	if err := Terminal(&text, r, TerminalOptions{Width: 80}); err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{html.String(), text.String()} {
		if !strings.Contains(out, "Paths in the Groups and Their Differences") || strings.Contains(out, "NaN") {
			t.Error("the comparison is not shown as it should be")
		}
	}
	if section(Build(village(t)), "groups") != nil {
		t.Error("a comparison nobody asked for")
	}
}
