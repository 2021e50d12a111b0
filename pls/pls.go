// Package pls estimates path models by partial least squares (Wold 1982;
// Lohmöller 1989) and consistent partial least squares (Dijkstra & Henseler
// 2015), on the correlations of the indicators alone.
//
// Most people need one call:
//
//	e, err := pls.Estimate(m, s, pls.Options{})
package pls

import (
	"fmt"
	"slices"

	"plumb/estimate"
	"plumb/finding"
	"plumb/model"
	"plumb/moment"
)

// Scheme says how neighbouring constructs are weighted in the inner step.
type Scheme uint8

const (
	// SchemeDefault is Path.
	SchemeDefault Scheme = iota
	// Path: predecessors by their regression coefficients, successors by
	// their correlations.
	Path
	// Factorial: neighbours by their correlations.
	Factorial
	// Centroid: neighbours by the sign of their correlations.
	Centroid
)

var schemeNames = [...]string{"path", "path", "factorial", "centroid"}

// String returns path, factorial or centroid.
func (s Scheme) String() string { return schemeNames[s] }

// ParseScheme reads the word of String; "" is the default.
func ParseScheme(word string) (Scheme, bool) {
	if word == "" {
		return Path, true
	}
	i := slices.Index(schemeNames[1:], word)
	return Scheme(i + 1), i >= 0
}

// Options of Estimate. The zero value is plain PLS as SmartPLS runs it: path
// scheme, tolerance 1e-7, at most 3000 iterations.
type Options struct {
	Scheme Scheme
	// Consistent corrects multi-item reflective constructs of Mode A for
	// unreliability (PLSc).
	Consistent bool
	// Tolerance stops the iteration when no outer weight of a unit-variance
	// score changes by more; 0 is 1e-7. Signs are ignored.
	Tolerance float64
	// MaxIterations ends it all the same; 0 is 3000.
	MaxIterations int
	Orientation   estimate.Orientation
}

const (
	// DefaultTolerance and DefaultMaxIterations are those of SmartPLS 4.
	DefaultTolerance     = 1e-7
	DefaultMaxIterations = 3000
)

const (
	// CodeNotConverged: the weights still change after the last iteration.
	// Smallest example: --max-iterations 1.
	CodeNotConverged finding.Code = "not-converged"
	// CodeCollinearBlock: a Mode B block of which one indicator is a
	// combination of the others, as in a total beside its parts.
	CodeCollinearBlock finding.Code = "collinear-block"
	// CodeModeBFactor: a reflective construct with Mode B in consistent PLS, as
	// in "X =~ a + b [B]".
	CodeModeBFactor finding.Code = "mode-b-factor"
)

// Estimate fits the model to the moments. Errors are *finding.Errors; trouble
// that leaves numbers is in the Findings of the estimate.
func Estimate(m *model.Model, s *moment.Set, o Options) (*estimate.Estimate, error) {
	name := "pls"
	if o.Consistent {
		name = "plsc"
	}
	e, err := estimate.New(m, s, name)
	if err != nil {
		return nil, err
	}
	if o.Tolerance <= 0 {
		o.Tolerance = DefaultTolerance
	}
	if o.MaxIterations <= 0 {
		o.MaxIterations = DefaultMaxIterations
	}
	if o.Scheme == SchemeDefault {
		o.Scheme = Path
	}
	w := newIteration(e, o)
	w.run()
	e.Converged, e.Iterations = w.converged, w.iterations
	e.Findings = append(e.Findings, w.findings...)
	if !e.Converged {
		e.Findings = append(e.Findings, finding.Finding{
			Code: CodeNotConverged, Severity: finding.Warning,
			Message: fmt.Sprintf("The weights still changed by %.1e in iteration %d, which was the last; the numbers are those of it.", w.change, w.iterations),
			Hint:    "Raise the number of iterations, try another inner scheme, and look for constructs that hardly correlate.",
		})
	}
	e.Compose(w.weights, o.Orientation)
	if o.Consistent {
		for _, c := range m.Constructs {
			if c.Kind == model.Reflective && c.EffectiveMode() == model.ModeB && len(c.Indicators) > 1 {
				e.Findings = append(e.Findings, finding.Finding{
					Code: CodeModeBFactor, Severity: finding.Warning, Place: finding.Place{Construct: c.Name},
					Message: fmt.Sprintf("%s is reflective with Mode B: rho_A needs Mode A, so it is left uncorrected.", c.Name),
					Hint:    "Use Mode A, or declare it as a composite (<~).",
				})
			}
		}
		e.Disattenuate()
	}
	e.Regress()
	return e, nil
}
