package study

import (
	"math"

	"plumb/infer"
)

// Inference is what replicates say of the estimates. Every list has the rows of
// the estimate of the same name, in the same order.
type Inference struct {
	Method       string  `json:"method"`     // "bootstrap"
	Units        string  `json:"units"`      // what was drawn: "rows", or the name of the cluster column
	UnitCount    int     `json:"unit_count"` // how many of them there are
	Replicates   int     `json:"replicates"` // drawn
	Used         int     `json:"used"`       // that the figures rest on
	NotConverged int     `json:"not_converged"`
	Inadmissible int     `json:"inadmissible"`
	Degenerate   int     `json:"degenerate"` // without numbers: an indicator was constant in the resample
	Kept         bool    `json:"kept"`       // whether inadmissible and non-converged ones are among those used
	Seed         uint64  `json:"seed"`
	Interval     string  `json:"interval"`
	Inner        int     `json:"inner,omitempty"` // replicates inside each, for studentized and double intervals
	Level        float64 `json:"level"`
	Sides        string  `json:"sides"`      // two-sided, greater, less
	Adjustment   string  `json:"adjustment"` // of p over the paths: none, holm, bonferroni, bh

	Weights       []IndicatorInference `json:"weights"`
	Loadings      []IndicatorInference `json:"loadings"`
	Paths         []EffectInference    `json:"paths"`
	Indirect      []ChainInference     `json:"indirect"`
	TotalIndirect []EffectInference    `json:"total_indirect"`
	Total         []EffectInference    `json:"total"`
	Constructs    []MeasureInference   `json:"constructs"`
	F2            []EffectInference    `json:"f2"`
	HTMT          []PairInference      `json:"htmt"`
	Fit           []MeasureInference   `json:"fit"` // srmr_saturated, srmr_estimated
	// ExactFit is the test of exact fit, where one was asked for.
	ExactFit *ExactFit `json:"exact_fit,omitempty"`
}

// Uncertainty is the summary of the replicates of one number.
type Uncertainty struct {
	Estimate Number    `json:"estimate"`
	Mean     Number    `json:"mean"` // of the replicates
	Bias     Number    `json:"bias"` // mean - estimate
	SE       Number    `json:"se"`   // standard deviation of the replicates, divisor n-1
	T        Number    `json:"t"`    // estimate / se
	P        Number    `json:"p"`    // the level at which the interval touches 0; null where 0 is no hypothesis
	CI       [2]Number `json:"ci"`   // null on the open side of a one-sided one
	// PAdjusted is P corrected for the number of paths; null unless asked for.
	PAdjusted Number `json:"p_adjusted"`
}

// IndicatorInference belongs to a weight or loading.
type IndicatorInference struct {
	Construct string `json:"construct"`
	Indicator string `json:"indicator"`
	Uncertainty
}

// EffectInference belongs to a path, a total effect or an f2.
type EffectInference struct {
	From string `json:"from"`
	To   string `json:"to"`
	Uncertainty
}

// ChainInference belongs to a specific indirect effect.
type ChainInference struct {
	Path []string `json:"path"`
	Uncertainty
}

// MeasureInference belongs to a measure of a construct (r2, r2_adjusted, alpha,
// rho_a, rho_c, ave) or of the model.
type MeasureInference struct {
	Name    string `json:"name,omitempty"` // of the construct
	Measure string `json:"measure"`
	Uncertainty
}

// PairInference belongs to the HTMT of two constructs.
type PairInference struct {
	A string `json:"a"`
	B string `json:"b"`
	Uncertainty
}

// inference lays a summary out as result rows.
func inference(l *infer.Layout, t infer.Table, adjust infer.Adjustment) *Inference {
	sides := [...]string{"two-sided", "greater", "less"}[t.Sides]
	out := &Inference{
		Method: "bootstrap", Replicates: t.Replicates, Used: t.Used, NotConverged: t.NotConverged, Inadmissible: t.Inadmissible,
		Degenerate: t.Degenerate, Kept: t.Inadmissibles == infer.Keep, Seed: t.Seed, Interval: t.Interval.String(), Inner: t.Inner,
		Level: t.Level, Sides: sides, Adjustment: adjust.String(),
		// Lists are empty rather than null, so that a program can loop over them.
		Weights: []IndicatorInference{}, Loadings: []IndicatorInference{}, Paths: []EffectInference{}, Indirect: []ChainInference{},
		TotalIndirect: []EffectInference{}, Total: []EffectInference{}, Constructs: []MeasureInference{}, F2: []EffectInference{},
		HTMT: []PairInference{}, Fit: []MeasureInference{},
	}
	names := l.Model.Names()
	indicators := l.Model.Indicators()
	from, to := l.Range(infer.Path)
	p := make([]float64, 0, to-from)
	for _, r := range t.Rows[from:to] {
		p = append(p, r.P)
	}
	adjusted := infer.Adjust(p, adjust)
	for i, r := range t.Rows {
		u := Uncertainty{Estimate: Number(r.Estimate), Mean: Number(r.Mean), Bias: Number(r.Bias), SE: Number(r.SE), T: Number(r.T),
			P: Number(r.P), CI: [2]Number{Number(r.Low), Number(r.High)}, PAdjusted: Number(math.NaN())}
		switch r.Kind {
		case infer.Weight:
			out.Weights = append(out.Weights, IndicatorInference{names[r.Construct], indicators[r.Indicator], u})
		case infer.Loading:
			out.Loadings = append(out.Loadings, IndicatorInference{names[r.Construct], indicators[r.Indicator], u})
		case infer.Path:
			if adjust != infer.None {
				u.PAdjusted = Number(adjusted[i-from])
			}
			out.Paths = append(out.Paths, EffectInference{names[r.From], names[r.To], u})
		case infer.Indirect:
			chain := make([]string, len(r.Chain))
			for k, h := range r.Chain {
				chain[k] = names[h]
			}
			out.Indirect = append(out.Indirect, ChainInference{chain, u})
		case infer.TotalIndirect:
			out.TotalIndirect = append(out.TotalIndirect, EffectInference{names[r.From], names[r.To], u})
		case infer.Total:
			out.Total = append(out.Total, EffectInference{names[r.From], names[r.To], u})
		case infer.F2:
			out.F2 = append(out.F2, EffectInference{names[r.From], names[r.To], u})
		case infer.HTMT:
			out.HTMT = append(out.HTMT, PairInference{names[r.From], names[r.To], u})
		case infer.SRMRSaturated, infer.SRMREstimated:
			out.Fit = append(out.Fit, MeasureInference{Measure: r.Kind.String(), Uncertainty: u})
		default:
			out.Constructs = append(out.Constructs, MeasureInference{Name: names[r.Construct], Measure: r.Kind.String(), Uncertainty: u})
		}
	}
	return out
}
