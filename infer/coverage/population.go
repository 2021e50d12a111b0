package main

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"plumb/estimate"
	"plumb/frame"
	"plumb/infer"
	"plumb/model"
	"plumb/moment"
	"plumb/pls"
	"plumb/pls/lanes"
)

// modelText is small so that many samples can be drawn, and has what matters:
// a path, a mediated effect, a construct with two predecessors.
const (
	modelText = "A <~ a1 + a2\nB <~ b1 + b2\nC <~ c1 + c2\nB ~ A\nC ~ A + B"
	// singleText has no weights to find: its paths are ordinary regressions of
	// standardised variables, which tell what is due to PLS and what is not.
	singleText = "A <~ a1\nB <~ b1\nC <~ c1\nB ~ A\nC ~ A + B"
)

// within is the correlation of the two indicators of a construct, and between
// holds the correlations of the constructs: paths .5 (A -> B), .2 (A -> C) and
// .4 (B -> C). A construct is the standardised sum of its indicators; as they
// weigh the same, Mode A finds it in the population.
const within = 0.6

var between = [3][3]float64{{1, .5, .4}, {.5, 1, .5}, {.4, .5, 1}}

// thresholds cut a standard normal variable into five answers with the skewed
// frequencies .45, .27, .15, .08, .05.
var thresholds = cuts(.45, .72, .87, .95)

func cuts(below ...float64) []float64 {
	for i, p := range below {
		below[i] = distuv.UnitNormal.Quantile(p)
	}
	return below
}

// design is what a population is made of.
type design struct {
	name string
	text string
	cut  []float64 // thresholds of every indicator; nil leaves it normal
}

var (
	normal  = design{"Normal items", modelText, nil}
	skewed  = design{"Five skewed answers", modelText, thresholds}
	singles = design{"Single normal items", singleText, nil}
)

// population is what samples are drawn from.
type population struct {
	model  *model.Model
	cut    []float64
	root   *mat.TriDense // L of the correlations LL' before the cut
	truth  []float64     // statistics of the population, by layout
	layout *infer.Layout
	lanes  *lanes.Solver
}

func newPopulation(d design) (*population, error) {
	m, list := model.Parse(d.text, model.ParseOptions{})
	if err := list.Err(); err != nil {
		return nil, err
	}
	for i := range m.Constructs {
		m.Constructs[i].Mode = model.ModeA
	}
	p := &population{model: m, cut: d.cut}
	sigma := latent(len(m.Indicators()))
	var chol mat.Cholesky
	chol.Factorize(sigma)
	p.root = new(mat.TriDense)
	chol.LTo(p.root)
	seen := make([][]float64, sigma.SymmetricDim())
	for i := range seen {
		seen[i] = make([]float64, len(seen))
		for k := range seen {
			seen[i][k] = cutCorrelation(sigma.At(i, k), d.cut)
		}
	}
	// A population parameter is what the estimator finds in the correlations of
	// the population; n plays no part in those that are looked at.
	e, err := p.fit(moment.FromCovariance(m.Indicators(), 1<<30, seen, nil))
	if err != nil {
		return nil, err
	}
	if p.lanes, err = lanes.New(m, pls.Options{}); err != nil {
		return nil, err
	}
	p.layout = infer.NewLayout(e)
	p.truth = make([]float64, p.layout.Len())
	p.layout.Measure(e, p.truth)
	return p, nil
}

func (p *population) fit(s *moment.Set) (*estimate.Estimate, error) {
	return pls.Estimate(p.model, s, pls.Options{})
}

// latent returns the correlations of the indicators: l l' rho between
// constructs, with the loading l = sqrt((1 + within)/2) of one of two and 1 of a
// single one.
func latent(indicators int) *mat.SymDense {
	s := mat.NewSymDense(indicators, nil)
	block, communality := indicators/len(between), 1.0
	if block == 2 {
		communality = (1 + within) / 2
	}
	for i := range indicators {
		for k := range i {
			r := within
			if i/block != k/block {
				r = communality * between[i/block][k/block]
			}
			s.SetSym(i, k, r)
		}
		s.SetSym(i, i, 1)
	}
	return s
}

// cutCorrelation returns the product-moment correlation of two standard normal
// variables with correlation rho after both are cut at the thresholds t and
// coded 1, 2, 3, ... The code is 1 + sum_j [x > t_j], and the derivative of
// P(x > a, y > b) by rho is the bivariate density at (a, b) (Plackett 1954,
// Biometrika 41), so
//
//	cov = sum_jk integral_0^rho phi2(t_j, t_k; r) dr
//	var = sum_jk (Phi(min(t_j, t_k)) - Phi(t_j) Phi(t_k))
func cutCorrelation(rho float64, t []float64) float64 {
	if t == nil || rho == 1 {
		return rho
	}
	cov, variance := 0.0, 0.0
	for _, a := range t {
		for _, b := range t {
			cov += rho * quad.Fixed(func(share float64) float64 {
				r := share * rho
				q := 1 - r*r
				return math.Exp(-(a*a-2*r*a*b+b*b)/(2*q)) / (2 * math.Pi * math.Sqrt(q))
			}, 0, 1, 64, quad.Legendre{}, 0)
			variance += distuv.UnitNormal.CDF(min(a, b)) - distuv.UnitNormal.CDF(a)*distuv.UnitNormal.CDF(b)
		}
	}
	return cov / variance
}

// sample draws n people.
func (p *population) sample(r *rand.Rand, n int) (infer.Problem, error) {
	names := p.model.Indicators()
	f := &frame.Frame{Rows: n, FirstSheetRow: 2}
	for _, name := range names {
		f.Columns = append(f.Columns, &frame.Column{Name: name, Numbers: make([]float64, n)})
	}
	z, x := mat.NewVecDense(len(names), nil), mat.NewVecDense(len(names), nil)
	for i := range n {
		for k := range names {
			z.SetVec(k, r.NormFloat64())
		}
		x.MulVec(p.root, z)
		for k, c := range f.Columns {
			c.Numbers[i] = code(x.AtVec(k), p.cut)
		}
	}
	rows, _, err := moment.LoadRows(f, names, moment.Options{})
	if err != nil {
		return infer.Problem{}, err
	}
	ones := make([]int32, n)
	for i := range ones {
		ones[i] = 1
	}
	e, err := p.fit(rows.NewSummer().Sum(ones))
	return infer.Problem{Rows: rows, Fit: p.fit, Estimate: e, Lanes: p.lanes}, err
}

func code(x float64, t []float64) float64 {
	if t == nil {
		return x
	}
	answer := 1.0
	for _, v := range t {
		if x > v {
			answer++
		}
	}
	return answer
}
