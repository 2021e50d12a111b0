package infer

import (
	"context"
	"math"
	"slices"
)

// Status says how a replicate went.
type Status uint8

const (
	// Fine: converged and admissible.
	Fine Status = iota
	// NotConverged: the weights still changed after the last iteration.
	NotConverged
	// Inadmissible: a loading, reliability or R2 above 1, or construct
	// correlations that are not positive definite.
	Inadmissible
	// Degenerate: no numbers at all, because an indicator is constant in the
	// resample. Such replicates never count.
	Degenerate
)

// Inadmissibles says what becomes of replicates that did not converge or are
// inadmissible. They are counted either way.
type Inadmissibles uint8

const (
	// Keep uses them, as SmartPLS does: leaving them out would make a shaky
	// solution look firmer than it is.
	Keep Inadmissibles = iota
	// Drop leaves them out, as cSEM does unless told otherwise.
	Drop
)

// Summary says how replicates are to be summarised. The zero value: 95 %
// percentile intervals, two-sided, nothing left out.
type Summary struct {
	Interval      Interval
	Level         float64 // 0 is 0.95
	Sides         Sides
	Inadmissibles Inadmissibles // of the replicates; those inside them are all used
	Workers       int           // 0 uses all cores; the result does not depend on it
}

// Row is the summary of one statistic.
type Row struct {
	Statistic
	Estimate float64 // of the full sample
	Mean     float64 // of the replicates
	Bias     float64 // Mean - Estimate
	SE       float64 // standard deviation of the replicates, divisor n-1
	T        float64 // Estimate / SE
	// P is the level at which the interval touches 0; NaN for statistics for
	// which 0 is no hypothesis (reliability, HTMT, fit, R2, f2).
	P         float64
	Low, High float64 // of the interval; NaN on the open side of a one-sided one
}

// Table is the summary of a run.
type Table struct {
	Summary
	Seed         uint64
	Replicates   int // drawn
	Used         int // that the rows rest on
	NotConverged int
	Inadmissible int
	Degenerate   int
	Rows         []Row // in the order of the layout
	// Inner is the number of replicates inside each, on which studentised and
	// double bootstrap intervals rest.
	Inner int
}

// tested reports whether 0 is a hypothesis about a statistic.
func (k Kind) tested() bool { return k <= Total }

// Summarise turns the replicates into standard errors, intervals and p values.
func (r *Run) Summarise(o Summary) Table {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Interval == IntervalDefault {
		o.Interval = Percentile
	}
	t := Table{Summary: o, Seed: r.Seed, Replicates: len(r.Status), Inner: r.inner}
	use := make([]int, 0, len(r.Status))
	for b, s := range r.Status {
		switch s {
		case NotConverged:
			t.NotConverged++
		case Inadmissible:
			t.Inadmissible++
		case Degenerate:
			t.Degenerate++
		}
		if s == Fine || s != Degenerate && o.Inadmissibles == Keep {
			use = append(use, b)
		}
	}
	t.Used = len(use)
	t.Rows = make([]Row, r.Layout.Len())
	newRoom := func() *room {
		return &room{x: make([]float64, len(use)), tail: make([]float64, len(use)), t: make([]float64, len(use))}
	}
	// Without a context of its own nothing can end it early.
	_ = Parallel(context.Background(), o.Workers, len(t.Rows), newRoom, func(m *room, i int) {
		if s := r.Layout.Statistics[i]; r.Values[i] != nil {
			t.Rows[i] = r.row(i, s, o, use, m)
		} else { // not kept
			t.Rows[i] = Row{Statistic: s}
		}
	}, nil)
	return t
}

// existing returns the sample of statistic i over the replicates in use in which
// it exists: of the stored values themselves when that is all of them.
func (r *Run) existing(i int, use []int, m *room) *sample {
	if len(use) == len(r.Status) {
		s := newSample(r.Values[i])
		if !math.IsNaN(s.sd) { // NaN or infinite values would have made it so
			return s
		}
	}
	x := m.x[:0]
	for _, b := range use {
		if v := r.Values[i][b]; !math.IsNaN(v) && !math.IsInf(v, 0) {
			x = append(x, v)
		}
	}
	return newSample(x)
}

// room is scratch memory for the summary of one statistic.
type room struct{ x, tail, t []float64 }

func (r *Run) row(i int, s Statistic, o Summary, use []int, m *room) Row {
	nan := math.NaN()
	row := Row{Statistic: s, Estimate: r.Original[i], Mean: nan, Bias: nan, SE: nan, T: nan, P: nan, Low: nan, High: nan}
	x := r.existing(i, use, m)
	if len(x.x) < 2 || math.IsNaN(row.Estimate) {
		return row
	}
	d := spread{estimate: row.Estimate, s: x}
	d.s.room = m.tail
	row.Mean, row.Bias, row.SE = d.s.mean, d.s.mean-row.Estimate, d.s.sd
	if d.s.allSame || d.s.sd <= 1e-14*math.Abs(d.s.mean) {
		// A single item's weight of 1, and the like: nothing is uncertain.
		row.SE, row.Low, row.High = 0, row.Mean, row.Mean
		return row
	}
	if o.Interval == BCa && r.Jackknife == nil || o.Interval == Studentised && r.InnerSE == nil || o.Interval == Double && r.InnerShare == nil {
		return row // the run did not draw what the interval rests on
	}
	if o.Interval == BCa {
		d.acceleration = acceleration(r.Jackknife[i])
	}
	if o.Interval == Studentised {
		t := m.t[:0]
		for _, b := range use {
			if v := (r.Values[i][b] - row.Estimate) / r.InnerSE[i][b]; !math.IsNaN(v) && !math.IsInf(v, 0) {
				t = append(t, v)
			}
		}
		if len(t) < 2 {
			return row
		}
		d.t = newSample(t)
	}
	if o.Interval == Double {
		if d.inner = r.shares(i, use); d.inner == nil {
			return row
		}
	}
	row.Low, row.High = d.bounds(o.Interval, o.Level, o.Sides)
	if s.Kind.tested() {
		row.T = row.Estimate / row.SE
		row.P = d.p(o.Interval, o.Sides)
	}
	return row
}

// Adjustment is a correction of p values for their number.
type Adjustment uint8

const (
	// None leaves p values as they are.
	None Adjustment = iota
	// Holm 1979: controls the chance of any false claim, never worse than Bonferroni.
	Holm
	// Bonferroni: p times their number.
	Bonferroni
	// BenjaminiHochberg 1995: controls the share of false claims.
	BenjaminiHochberg
)

var adjustmentNames = [...]string{"none", "holm", "bonferroni", "bh"}

// String returns the word of the command line.
func (a Adjustment) String() string { return adjustmentNames[a] }

// ParseAdjustment reads the word of String; "" is none.
func ParseAdjustment(word string) (Adjustment, bool) {
	if word == "" {
		return None, true
	}
	i := slices.Index(adjustmentNames[:], word)
	return Adjustment(i), i >= 0
}

// Adjust returns the adjusted p values; NaN stay NaN and do not count.
func Adjust(p []float64, a Adjustment) []float64 {
	out := slices.Clone(p)
	var order []int
	for i, v := range p {
		if !math.IsNaN(v) {
			order = append(order, i)
		}
	}
	m := float64(len(order))
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case p[i] < p[j]:
			return -1
		case p[i] > p[j]:
			return 1
		}
		return 0
	})
	switch a {
	case Bonferroni:
		for _, i := range order {
			out[i] = min(1, m*p[i])
		}
	case Holm:
		worst := 0.0
		for k, i := range order {
			worst = max(worst, (m-float64(k))*p[i])
			out[i] = min(1, worst)
		}
	case BenjaminiHochberg:
		best := 1.0
		for k := len(order) - 1; k >= 0; k-- {
			i := order[k]
			best = min(best, m/float64(k+1)*p[i])
			out[i] = best
		}
	}
	return out
}
