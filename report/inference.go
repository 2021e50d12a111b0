package report

import (
	"math"
	"strconv"
	"strings"

	"plumb/report/draw"
	"plumb/study"
)

// How sure the estimates are: what stands in the tables, the figures and the
// sentences once replicates have been drawn. What is significant is decided
// here, once, in full precision.

// uncertainties finds the summary of the replicates of a number by the kind of
// the number and the names that it belongs to.
type uncertainties map[string]study.Uncertainty

func key(kind string, names ...string) string { return kind + "\x00" + strings.Join(names, "\x00") }

// unknown is the uncertainty of a number that was not resampled.
var unknown = func() study.Uncertainty {
	none := study.Number(math.NaN())
	return study.Uncertainty{Estimate: none, Mean: none, Bias: none, SE: none, T: none, P: none, CI: [2]study.Number{none, none}, PAdjusted: none}
}()

// add enters a number under its kind and names.
func (u uncertainties) add(x study.Uncertainty, kind string, names ...string) {
	if x.SE == 0 { // the same in all replicates, as the weight of a single item: nothing was tested
		x = unknown
	}
	u[key(kind, names...)] = x
}

// uncertaintiesOf indexes an inference; without one there is nothing to find.
func uncertaintiesOf(i *study.Inference) uncertainties {
	u := uncertainties{}
	if i == nil {
		return u
	}
	for kind, rows := range map[string][]study.IndicatorInference{"weight": i.Weights, "loading": i.Loadings} {
		for _, r := range rows {
			u.add(r.Uncertainty, kind, r.Construct, r.Indicator)
		}
	}
	for kind, rows := range map[string][]study.EffectInference{"path": i.Paths, "total_indirect": i.TotalIndirect, "total": i.Total, "f2": i.F2} {
		for _, r := range rows {
			u.add(r.Uncertainty, kind, r.From, r.To)
		}
	}
	for _, r := range i.Indirect {
		u.add(r.Uncertainty, "indirect", r.Path...)
	}
	for _, r := range i.Constructs {
		u.add(r.Uncertainty, r.Measure, r.Name)
	}
	for _, r := range i.HTMT {
		u.add(r.Uncertainty, "htmt", r.A, r.B)
		u.add(r.Uncertainty, "htmt", r.B, r.A)
	}
	for _, r := range i.Fit {
		u.add(r.Uncertainty, r.Measure)
	}
	return u
}

// of returns the uncertainty of a number; without replicates it is unknown.
func (u uncertainties) of(kind string, names ...string) study.Uncertainty {
	if x, ok := u[key(kind, names...)]; ok {
		return x
	}
	return unknown
}

// tested reports whether replicates have been drawn.
func (m *fitted) tested() bool { return m.Inference != nil }

// risk is 1 - level, free of the last bit of that difference: a p of .05 is not
// below the .05 of a level of .95.
func (m *fitted) risk() float64 { return math.Round((1-m.Inference.Level)*1e12) / 1e12 }

// significance says what the line of a path claims. At p equal to the risk the
// interval touches 0, so that p must be below it. An adjusted p changes nothing
// here: stars, lines, intervals and the readings of hypotheses say the same.
func (m *fitted) significance(u study.Uncertainty) draw.Significance {
	switch {
	case !m.tested() || !u.P.Exists():
		return draw.Untested
	case float64(u.P) < m.risk():
		return draw.Significant
	}
	return draw.NotSignificant
}

// stars marks a p value.
func stars(p study.Number) string {
	switch {
	case !p.Exists() || p >= .05:
		return ""
	case p < .001:
		return "***"
	case p < .01:
		return "**"
	}
	return "*"
}

func starKey() Text {
	return say("*", stat("p"), " < .05. **", stat("p"), " < .01. ***", stat("p"), " < .001.")
}

// bounded reports whether there is an interval.
func bounded(u study.Uncertainty) bool { return u.CI[0].Exists() || u.CI[1].Exists() }

// includesZero reports whether there is an interval and 0 lies in it.
func includesZero(u study.Uncertainty) bool {
	return bounded(u) && !(u.CI[0] > 0) && !(u.CI[1] < 0)
}

// percentage writes a level as it was asked for: 95%, 97.5%.
func percentage(level float64) string {
	return strconv.FormatFloat(math.Round(level*1e8)/1e6, 'f', -1, 64) + "%"
}

// intervalHead heads the columns of intervals.
func (m *fitted) intervalHead() string { return percentage(m.Inference.Level) + " CI" }

// written is the interval of a statistic that lies between -1 and 1, as
// sentences have it: 95% CI [.759, .875].
func (m *fitted) written(u study.Uncertainty) string {
	return m.intervalHead() + " " + intervalOf(u)
}

func intervalOf(u study.Uncertainty) string {
	return Interval(float64(u.CI[0]), float64(u.CI[1]), func(x float64) string { return Bounded(x, 3) })
}

func interval(u study.Uncertainty) Cell { return Cell{Kind: CellInterval, Interval: u.CI} }

// starred adds the stars of an estimate.
func (c Cell) starred(u study.Uncertainty) Cell { c.Stars = stars(u.P); return c }

// testColumns are the columns behind an estimate: SE, t, p and the interval.
func (m *fitted) testColumns(adjusted bool) []Column {
	if !m.tested() {
		return nil
	}
	columns := []Column{
		{Head: say(stat("SE")), Format: FormatBounded},
		{Head: say(stat("t")), Format: FormatTwo},
		{Head: say(stat("p")), Format: FormatP},
	}
	if adjusted {
		columns = append(columns, Column{Head: m.adjustedHead(), Format: FormatP})
	}
	return append(columns, Column{Head: say(m.intervalHead()), Format: FormatBounded})
}

// testCells fill testColumns.
func (m *fitted) testCells(u study.Uncertainty, adjusted bool) []Cell {
	if !m.tested() {
		return nil
	}
	cells := []Cell{number(u.SE), number(u.T), number(u.P)}
	if adjusted {
		cells = append(cells, number(u.PAdjusted))
	}
	return append(cells, interval(u))
}

// adjusted reports whether p values of the paths were adjusted.
func (m *fitted) adjusted() bool {
	if m.tested() {
		for _, p := range m.Inference.Paths {
			if p.PAdjusted.Exists() {
				return true
			}
		}
	}
	return false
}

// adjustmentName is the name of the authors of an adjustment.
func (m *fitted) adjustmentName() string {
	switch m.Inference.Adjustment {
	case "holm":
		return "Holm"
	case "bonferroni":
		return "Bonferroni"
	case "bh":
		return "Benjamini–Hochberg"
	}
	return m.Inference.Adjustment
}

func (m *fitted) adjustedHead() Text { return adjustedBy(m.Inference.Adjustment) }

// adjustedBy heads a column of p values adjusted by a method.
func adjustedBy(method string) Text {
	short := map[string]string{"holm": "Holm", "bonferroni": "Bonf", "bh": "BH"}[method]
	if short == "" {
		short = "adj"
	}
	return say(stat("p"), index(short))
}

func (m *fitted) intervalName() string {
	switch m.Inference.Interval {
	case "bc":
		return "bias-corrected"
	case "bca":
		return "BCa"
	}
	return m.Inference.Interval
}

// drawn says how many resamples of what: "5,000 bootstrap resamples of 62 rows".
func (m *fitted) drawn() string {
	i := m.Inference
	of := several(i.UnitCount, "row", "rows")
	if i.Units != "rows" {
		of = several(i.UnitCount, "cluster", "clusters") + " of " + i.Units
	}
	return strings.TrimSpace(Count(float64(i.Replicates))+" "+i.Method) + " resamples of " + of
}

// sides says against what was tested.
func (m *fitted) sides() string {
	switch m.Inference.Sides {
	case "greater":
		return "one-sided (above 0)"
	case "less":
		return "one-sided (below 0)"
	}
	return "two-sided"
}

// tests begins a sentence with them: "One-sided tests (above 0)".
func (m *fitted) tests() string {
	word, against, _ := strings.Cut(m.sides(), " ")
	return strings.TrimSpace(capital(word) + " tests " + against)
}

// methodNote says where standard errors, p values and intervals come from.
func (m *fitted) methodNote() Text {
	i := m.Inference
	t := say(m.tests(), "; ", stat("SE"), ", ", stat("t"), ", ", stat("p"), " and ", m.intervalName(), " intervals from ", m.drawn(), ", seed ", i.Seed, ".")
	if i.Inner > 0 {
		t = say(t, " Each interval rests on ", several(i.Inner, "inner resample", "inner resamples"), " in every resample.")
	}
	return say(t, m.trouble())
}

// trouble counts the resamples that went wrong and says what became of them.
func (m *fitted) trouble() Text {
	i := m.Inference
	var kept, out []string
	add := func(n int, what string, keep bool) {
		switch s := Count(float64(n)) + " " + what; {
		case n == 0:
		case keep:
			kept = append(kept, s)
		default:
			out = append(out, s)
		}
	}
	add(i.Inadmissible, "inadmissible", i.Kept)
	add(i.NotConverged, "not converged", i.Kept)
	add(i.Degenerate, "degenerate (an item was constant)", false)
	var t Text
	if len(kept) > 0 {
		t = say(t, " Resamples kept: ", enumerated(kept), ".")
	}
	if len(out) > 0 {
		t = say(t, " Resamples left out: ", enumerated(out), ".")
	}
	return t
}

// contradictions names the paths whose interval and p do not agree about 0.
func (m *fitted) contradictions() Text {
	var t Text
	for _, p := range m.Estimate.Paths {
		u := m.unsure.of("path", p.From, p.To)
		s := m.significance(u)
		if !bounded(u) || s == draw.Untested || includesZero(u) != (s == draw.Significant) {
			continue
		}
		where := "leaves 0 out"
		if includesZero(u) {
			where = "includes 0"
		}
		t = say(t, " The interval of ", m.arrow(p.From, p.To), " ", where, " although ", stat("p"), related(P(float64(u.P))), ": the resamples are too few to decide.")
	}
	return t
}

// related sets a written p value behind its letter: " = .042", " < .001".
func related(p string) string {
	if strings.HasPrefix(p, ".") {
		return " = " + p
	}
	return " " + p[:1] + " " + p[1:]
}

// bound says which end of an interval judges HTMT. Henseler et al. (2015) ask
// for the upper bound of a one-sided 95 % interval, which is the upper end of
// the two-sided 90 % one.
func (m *fitted) bound() string {
	level := m.Inference.Level
	switch m.Inference.Sides {
	case "greater":
		return "Judged by its value: intervals of tests above 0 have no upper end."
	case "less":
		return "Judged by the upper end of its one-sided " + percentage(level) + " interval."
	}
	oneSided := percentage(1 - (1-level)/2)
	s := "Judged by the upper end of its two-sided " + percentage(level) + " interval, which is the one-sided " + oneSided + " bound"
	if oneSided != "95%" {
		s += "; the usual one-sided 95% bound is that of the two-sided 90% interval (level 0.90)"
	}
	return s + "."
}

// forest draws the paths with their intervals, nil where there is none.
func (m *fitted) forest() *Forest {
	f := &Forest{Title: "Path Coefficients With Their " + percentage(m.Inference.Level) + " Intervals"}
	some := false
	for _, p := range m.Estimate.Paths {
		u := m.unsure.of("path", p.From, p.To)
		e := draw.Effect{Label: m.arrow(p.From, p.To), Value: float64(p.Estimate), Low: float64(u.CI[0]), High: float64(u.CI[1]), Significance: m.significance(u)}
		e.Text = Bounded(e.Value, 3)
		if bounded(u) {
			some = true
			e.Text += " " + intervalOf(u)
		}
		f.Effects = append(f.Effects, e)
	}
	if !some {
		return nil
	}
	f.Note = say("Filled dots and heavy lines: ", m.significantAt(), "; hollow dots: not.")
	return f
}

// significantAt says what the lines of the figures claim.
func (m *fitted) significantAt() Text {
	return say(stat("p"), " < ", strings.TrimPrefix(plainNumber(m.risk()), "0"))
}

// weightVerdict judges an item of a formative block: its weight, else its
// loading (Hair et al. 2022).
func (m *fitted) weightVerdict(weight, loading study.Uncertainty) Verdict {
	const enough = .50
	switch {
	case m.significance(weight) == draw.Untested:
		return Verdict{}
	case m.significance(weight) == draw.Significant:
		return Verdict{LevelGood, "good"}
	case math.Abs(float64(loading.Estimate)) >= enough:
		return Verdict{LevelBorderline, "by loading"}
	case m.significance(loading) == draw.Significant:
		return Verdict{LevelBorderline, "weak loading"}
	}
	return Verdict{LevelPoor, "reconsider"}
}
