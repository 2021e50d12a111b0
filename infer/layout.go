// Package infer says how sure an estimate is: it repeats the estimate on
// resamples and summarises the replicates as standard errors, intervals and
// p values.
//
// Most people need two calls:
//
//	run, err := infer.Bootstrap(ctx, problem, infer.Options{Replicates: 10000})
//	table := run.Summarise(infer.Summary{})
//
// What is repeated is the whole estimator with its treatment of missing cells
// and its rule for the signs of constructs, on the rows (or clusters) drawn by
// package resample: same seed, same bits, whatever the number of workers.
package infer

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"plumb/assess"
	"plumb/estimate"
	"plumb/model"
)

// Kind is the kind of a statistic.
type Kind uint8

// The kinds, in the order of a Layout.
const (
	Weight Kind = iota
	Loading
	Path
	Indirect
	TotalIndirect
	Total
	R2
	R2Adjusted
	Alpha
	RhoA
	RhoC
	AVE
	F2
	HTMT
	SRMRSaturated
	SRMREstimated
)

var kindNames = [...]string{"weight", "loading", "path", "indirect", "total_indirect", "total", "r2", "r2_adjusted",
	"alpha", "rho_a", "rho_c", "ave", "f2", "htmt", "srmr_saturated", "srmr_estimated"}

// String returns the name of result.json.
func (k Kind) String() string { return kindNames[k] }

// Statistic names one number of an estimate.
type Statistic struct {
	Kind      Kind
	Construct int   // of a weight, loading or measure of one construct
	Indicator int   // of a weight or loading: position in Estimate.Indicators
	From, To  int   // of a path, an effect or a pair (From > To for HTMT)
	Chain     []int // of a specific indirect effect
}

// Layout is the statistics of a model in their order: what every replicate is
// reduced to, and what each row of a summary belongs to.
type Layout struct {
	Model      *model.Model
	Statistics []Statistic
	first      [SRMREstimated + 2]int // first[k] is the position of the first of kind k
	chains     [][]int
}

// NewLayout returns the layout of an estimate. Measures that do not apply to a
// construct (assess.Applies) have no place in it.
func NewLayout(e *estimate.Estimate) *Layout {
	l := &Layout{Model: e.Model}
	j := len(e.Blocks)
	l.chains, _ = e.Model.Chains()
	begin := func(k Kind) { l.first[k] = len(l.Statistics) }
	add := func(s Statistic) { l.Statistics = append(l.Statistics, s) }
	for _, k := range []Kind{Weight, Loading} {
		begin(k)
		for h, b := range e.Blocks {
			for a := b.First; a < b.End; a++ {
				add(Statistic{Kind: k, Construct: h, Indicator: a})
			}
		}
	}
	begin(Path)
	l.paths(e, Path, add)
	begin(Indirect)
	for _, c := range l.chains {
		add(Statistic{Kind: Indirect, From: c[0], To: c[len(c)-1], Chain: c})
	}
	for _, k := range []Kind{TotalIndirect, Total} {
		begin(k)
		least := 1
		if k == TotalIndirect {
			least = 2
		}
		reach := assess.Reachable(e, least)
		for from := range j {
			for to := range j {
				if reach[to][from] {
					add(Statistic{Kind: k, From: from, To: to})
				}
			}
		}
	}
	for _, k := range []Kind{R2, R2Adjusted} {
		begin(k)
		for h := range j {
			if !math.IsNaN(e.R2[h]) {
				add(Statistic{Kind: k, Construct: h})
			}
		}
	}
	for _, k := range []Kind{Alpha, RhoA, RhoC, AVE} {
		begin(k)
		for h := range j {
			if ok, _ := assess.Applies(e, h); ok && (k != RhoA || !math.IsNaN(e.RhoA[h])) {
				add(Statistic{Kind: k, Construct: h})
			}
		}
	}
	begin(F2)
	l.paths(e, F2, add)
	begin(HTMT)
	for h := range j {
		for k := range h {
			if reflective(e, h) && reflective(e, k) {
				add(Statistic{Kind: HTMT, From: h, To: k})
			}
		}
	}
	begin(SRMRSaturated)
	add(Statistic{Kind: SRMRSaturated})
	begin(SRMREstimated)
	add(Statistic{Kind: SRMREstimated})
	l.first[SRMREstimated+1] = len(l.Statistics)
	return l
}

func (l *Layout) paths(e *estimate.Estimate, k Kind, add func(Statistic)) {
	for _, p := range e.Model.Paths {
		add(Statistic{Kind: k, From: e.Model.Index(p.From), To: e.Model.Index(p.To)})
	}
}

// reflective reports whether HTMT means anything for construct h: it does for
// single items, whose correlation with themselves is 1.
func reflective(e *estimate.Estimate, h int) bool {
	ok, _ := assess.Applies(e, h)
	return ok || e.Blocks[h].Len() == 1
}

// Len returns the number of statistics.
func (l *Layout) Len() int { return len(l.Statistics) }

// Range returns the positions [from, to) of the statistics of one kind.
func (l *Layout) Range(k Kind) (from, to int) { return l.first[k], l.first[k+1] }

// Measure writes the statistics of an estimate of the same model to out, in
// the order of the layout. It serves every estimator.
func (l *Layout) Measure(e *estimate.Estimate, out []float64) {
	vectors := map[Kind][]float64{
		R2: e.R2, R2Adjusted: assess.R2Adjusted(e), Alpha: assess.Alpha(e), RhoA: e.RhoA, RhoC: assess.RhoC(e), AVE: assess.AVE(e),
	}
	matrices := map[Kind]mat.Matrix{
		Path: e.Paths, TotalIndirect: assess.TotalIndirect(e), Total: assess.Total(e), F2: assess.F2(e),
		HTMT: assess.HTMT(e, assess.HTMTAbsolute),
	}
	for i, s := range l.Statistics {
		switch s.Kind {
		case Weight:
			out[i] = e.Weights[s.Indicator]
		case Loading:
			out[i] = e.Loadings[s.Indicator]
		case Indirect:
			out[i] = assess.Specific(e, s.Chain)
		case SRMRSaturated:
			out[i] = assess.SRMR(e, assess.Saturated, assess.AsDeclared)
		case SRMREstimated:
			out[i] = assess.SRMR(e, assess.Estimated, assess.AsDeclared)
		case Path, TotalIndirect, Total, F2, HTMT:
			out[i] = matrices[s.Kind].At(s.To, s.From)
		default:
			out[i] = vectors[s.Kind][s.Construct]
		}
	}
}
