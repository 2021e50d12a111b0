package estimate

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"plumb/finding"
	"plumb/model"
	"plumb/moment"
)

// Orientation fixes the sign of a construct. Estimators leave it open: turning
// a construct round changes the sign of its weights, loadings and paths and
// nothing else.
type Orientation uint8

const (
	// OrientationDefault is Majority.
	OrientationDefault Orientation = iota
	// Majority turns a construct so that most of its indicators load
	// positively; with as many on either side the sum of the loadings decides.
	Majority
	// Dominant turns a construct so that its first indicator loads positively.
	Dominant
	// AsFound leaves the sign in which the iteration ended.
	AsFound
)

var orientationNames = [...]string{"majority of loadings", "majority of loadings", "first indicator", "as found"}

// String says the rule in words.
func (o Orientation) String() string { return orientationNames[o] }

const (
	// CodeConstant: an indicator with one value only, as in 3, 3, 3.
	CodeConstant finding.Code = "constant-column"
	// CodeNotLinear: a higher-order construct or an interaction, as in Y ~ X + X:M.
	CodeNotLinear finding.Code = "not-linear"
	// CodeNotPositiveDefinite: correlations that no real data can have, as after
	// pairwise deletion or the correction of PLSc. Smallest example: three
	// variables that correlate .9, .9 and -.9.
	CodeNotPositiveDefinite finding.Code = "not-positive-definite"
	// CodeCollinear: predictors of which one is a combination of the others.
	// Smallest example: "Y ~ X + Z" where the items of Z repeat those of X.
	CodeCollinear finding.Code = "collinear-predictors"
	// CodeHeywood: a loading, correlation or R2 above 1. Smallest example: two
	// items that correlate .6 with one another, and .6 and .2 with the single
	// item of the outcome, in consistent PLS.
	CodeHeywood finding.Code = "above-one"
	// CodeFewCases: no more cases than predictors. Smallest example: "Y ~ X + Z"
	// on three rows.
	CodeFewCases finding.Code = "few-cases"
)

// New prepares an estimate of m from the moments s: the correlations of the
// indicators in model order, and the blocks. The error, a *finding.Errors,
// names every variable that is missing or constant and every part of the model
// that is not linear.
func New(m *model.Model, s *moment.Set, estimator string) (*Estimate, error) {
	var trouble finding.List
	for _, c := range m.Constructs {
		if c.Of != nil {
			trouble = append(trouble, finding.Finding{
				Code: CodeNotLinear, Severity: finding.Error, Place: finding.Place{Line: c.Line, Construct: c.Name},
				Message: fmt.Sprintf("%s is a higher-order construct, which this version does not estimate.", c.Name),
				Hint:    "Measure it by the indicators of its parts, or leave it out.",
			})
		}
	}
	for _, i := range m.Interactions {
		trouble = append(trouble, finding.Finding{
			Code: CodeNotLinear, Severity: finding.Error, Place: finding.Place{Construct: i.Name},
			Message: fmt.Sprintf("%s is an interaction, which this version does not estimate.", i.Name),
			Hint:    "Leave it out of the model.",
		})
	}
	if err := trouble.Err(); err != nil {
		return nil, err
	}
	e := &Estimate{Model: m, Estimator: estimator, Indicators: m.Indicators(), Converged: true}
	own, err := s.Select(e.Indicators...)
	if err != nil {
		return nil, err
	}
	e.N = float64(own.N)
	e.R = own.Cor()
	first := 0
	for _, c := range m.Constructs {
		e.Blocks = append(e.Blocks, Block{first, first + len(c.Indicators)})
		first += len(c.Indicators)
	}
	for i, name := range e.Indicators {
		if math.IsNaN(e.R.At(i, i)) {
			trouble = append(trouble, finding.Finding{
				Code: CodeConstant, Severity: finding.Error, Place: finding.Place{Column: name},
				Message: fmt.Sprintf("All answers to %s are the same, so it correlates with nothing.", name),
				Hint:    "Take it out of the model.",
			})
		}
	}
	return e, trouble.Err()
}

// Compose completes the estimate from outer weights of any scale: unit-variance
// scores, their correlations, loadings and cross-loadings, with no correction
// for unreliability.
func (e *Estimate) Compose(weights []float64, o Orientation) {
	p, j := len(e.Indicators), len(e.Blocks)
	e.Weights = make([]float64, p)
	e.Loadings = make([]float64, p)
	e.Reliability = make([]float64, j)
	e.RhoA = make([]float64, j)
	w := mat.NewDense(p, j, nil)
	for h, b := range e.Blocks {
		e.Reliability[h] = 1
		scale := 1 / math.Sqrt(e.quadratic(b, weights))
		load := make([]float64, b.Len())
		for a := b.First; a < b.End; a++ {
			for c := b.First; c < b.End; c++ {
				load[a-b.First] += e.R.At(a, c) * weights[c] * scale
			}
		}
		if turn(load, o) {
			scale = -scale
		}
		for a := b.First; a < b.End; a++ {
			e.Weights[a] = weights[a] * scale
			w.Set(a, h, e.Weights[a])
		}
		e.RhoA[h] = e.rhoA(h)
	}
	var cross, proxies mat.Dense
	cross.Mul(e.R, w)
	proxies.Mul(w.T(), &cross)
	e.CrossLoadings = &cross
	e.Proxies = UnitDiagonal(&proxies)
	e.Constructs = e.Proxies
	for h, b := range e.Blocks {
		for a := b.First; a < b.End; a++ {
			e.Loadings[a] = cross.At(a, h)
		}
	}
}

// turn reports whether a block with these loadings is to be turned round.
func turn(load []float64, o Orientation) bool {
	switch o {
	case AsFound:
		return false
	case Dominant:
		return load[0] < 0
	}
	negative, sum := 0, 0.0
	for _, l := range load {
		if l < 0 {
			negative++
		}
		sum += l
	}
	if 2*negative == len(load) {
		return sum < 0
	}
	return 2*negative > len(load)
}

func (e *Estimate) quadratic(b Block, w []float64) float64 {
	sum := 0.0
	for a := b.First; a < b.End; a++ {
		for c := b.First; c < b.End; c++ {
			sum += w[a] * e.R.At(a, c) * w[c]
		}
	}
	return sum
}

// UnitDiagonal returns the lower triangle of a square matrix as a symmetric one
// with ones on the diagonal: correlations from computed products.
func UnitDiagonal(d *mat.Dense) *mat.SymDense {
	n, _ := d.Dims()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for k := range i {
			s.SetSym(i, k, d.At(i, k))
		}
		s.SetSym(i, i, 1)
	}
	return s
}

// rhoA returns the reliability of a composite of Mode A weights (Dijkstra &
// Henseler 2015, Consistent partial least squares path modeling, MIS Quarterly
// 39(2), eq. 3), for weights scaled to unit score variance:
//
//	rho_A = (w'w)^2 * w'(S - diag S)w / w'(ww' - diag(ww'))w
//
// 1 for a single item, NaN for Mode B.
func (e *Estimate) rhoA(h int) float64 {
	b := e.Blocks[h]
	if b.Len() == 1 {
		return 1
	}
	if e.Model.Constructs[h].EffectiveMode() == model.ModeB {
		return math.NaN()
	}
	var ww, within, outer float64
	for a := b.First; a < b.End; a++ {
		ww += e.Weights[a] * e.Weights[a]
		for c := b.First; c < b.End; c++ {
			if a != c {
				product := e.Weights[a] * e.Weights[c]
				within += product * e.R.At(a, c)
				outer += product * product
			}
		}
	}
	return ww * ww * within / outer
}

// Disattenuate turns the composites of multi-item reflective constructs with
// Mode A into common factors (PLSc, Dijkstra & Henseler 2015): consistent
// loadings sqrt(rho_A) w / w'w and construct correlations divided by
// sqrt(rho_A rho_A'). A rho_A that is not positive cannot be used: the
// construct stays a composite and a finding says so.
func (e *Estimate) Disattenuate() {
	for h, b := range e.Blocks {
		c := e.Model.Constructs[h]
		if b.Len() == 1 || c.Kind != model.Reflective || c.EffectiveMode() != model.ModeA {
			continue
		}
		if !(e.RhoA[h] > 0) {
			e.Findings = append(e.Findings, finding.Finding{
				Code: CodeHeywood, Severity: finding.Warning, Place: finding.Place{Construct: c.Name},
				Message: fmt.Sprintf("The reliability rho_A of %s is %.3f, so its correlations cannot be corrected; it stays a composite.", c.Name, e.RhoA[h]),
				Hint:    "Its indicators hardly correlate with one another, or some are coded the other way round: look at their signs.",
			})
			continue
		}
		e.Reliability[h] = e.RhoA[h]
		ww := 0.0
		for _, w := range e.Weights[b.First:b.End] {
			ww += w * w
		}
		var above []string
		for a := b.First; a < b.End; a++ {
			e.Loadings[a] = math.Sqrt(e.RhoA[h]) * e.Weights[a] / ww
			if math.Abs(e.Loadings[a]) > 1 {
				above = append(above, fmt.Sprintf("%s (%.3f)", e.Indicators[a], e.Loadings[a]))
			}
		}
		if above != nil {
			e.Findings = append(e.Findings, finding.Finding{
				Code: CodeHeywood, Severity: finding.Warning, Place: finding.Place{Construct: c.Name},
				Message: fmt.Sprintf("Loadings above 1 in %s: %s. A correlation cannot be, so the common factor model does not suit this block or the sample is too small.", c.Name, strings.Join(above, ", ")),
				Hint:    "Declare the block as a composite (<~), or look for an indicator that hardly belongs to it.",
			})
		}
	}
	j := len(e.Blocks)
	corrected := mat.NewSymDense(j, nil)
	for i := range j {
		for k := range i {
			r := e.Proxies.At(i, k) / math.Sqrt(e.Reliability[i]*e.Reliability[k])
			corrected.SetSym(i, k, r)
			if math.Abs(r) > 1 {
				names := e.Model.Names()
				e.Findings = append(e.Findings, finding.Finding{
					Code: CodeHeywood, Severity: finding.Warning, Place: finding.Place{Construct: names[k]},
					Message: fmt.Sprintf("The corrected correlation of %s and %s is %.3f, beyond 1: they are not two different factors in these data.", names[k], names[i], r),
					Hint:    "Merge the two constructs, or use plain PLS (estimator pls).",
				})
			}
		}
		corrected.SetSym(i, i, 1)
	}
	e.Constructs = corrected
	var chol mat.Cholesky
	if !chol.Factorize(corrected) {
		e.Findings = append(e.Findings, finding.Finding{
			Code: CodeNotPositiveDefinite, Severity: finding.Warning,
			Message: "The corrected construct correlations are not positive definite; paths and R2 are given but may be out of range.",
			Hint:    "Check discriminant validity (HTMT), or use plain PLS (estimator pls).",
		})
	}
}

// Regress finds the paths and R2 of every construct with predecessors by
// ordinary least squares on the construct correlations.
func (e *Estimate) Regress() {
	j := len(e.Blocks)
	e.Paths = mat.NewDense(j, j, nil)
	e.R2 = make([]float64, j)
	for i, c := range e.Model.Constructs {
		before := e.Model.Predecessors(i)
		if len(before) == 0 {
			e.R2[i] = math.NaN()
			continue
		}
		place := finding.Place{Construct: c.Name}
		b, unique := Regression(e.Constructs, before, i)
		if !unique {
			e.Findings = append(e.Findings, finding.Finding{
				Code: CodeCollinear, Severity: finding.Warning, Place: place,
				Message: fmt.Sprintf("The predecessors of %s are exactly collinear; of all solutions the shortest is given.", c.Name),
				Hint:    "Drop one of them: their separate effects cannot be told apart.",
			})
		}
		for k, from := range before {
			e.Paths.Set(i, from, b[k])
			e.R2[i] += b[k] * e.Constructs.At(i, from)
		}
		if e.R2[i] > 1+1e-12 {
			e.Findings = append(e.Findings, finding.Finding{
				Code: CodeHeywood, Severity: finding.Warning, Place: place,
				Message: fmt.Sprintf("R2 of %s is %.3f, above 1.", c.Name, e.R2[i]),
				Hint:    "The corrected correlations contradict one another: check discriminant validity (HTMT), or use plain PLS (estimator pls).",
			})
		}
		if e.N <= float64(len(before)+1) {
			e.Findings = append(e.Findings, finding.Finding{
				Code: CodeFewCases, Severity: finding.Warning, Place: place,
				Message: fmt.Sprintf("%s has %d predecessors and there are %.0f cases: the fit is perfect by arithmetic alone.", c.Name, len(before), e.N),
				Hint:    "Collect more cases or simplify the model.",
			})
		}
	}
}
