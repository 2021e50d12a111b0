package assess

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"plumb/estimate"
)

// Answer is the answer to one question about a solution.
type Answer struct {
	Question string
	Pass     bool
	Detail   string // what fails, with figures; empty when nothing does
}

// Admissibility answers whether the numbers can be what they claim to be: the
// five questions of cSEM's verify, and R2.
func Admissibility(e *estimate.Estimate) []Answer {
	names := e.Model.Names()
	converged := Answer{"Did the weights converge?", e.Converged, ""}
	if !e.Converged {
		converged.Detail = fmt.Sprintf("still changing in iteration %d, which was the last", e.Iterations)
	}
	return []Answer{
		converged,
		below("Are all loadings at most 1?", e.Indicators, e.Loadings),
		below("Are all reliabilities that were used at most 1?", names, e.Reliability),
		below("Are all R2 at most 1?", names, e.R2),
		definite("Are the construct correlations positive definite?", e.Constructs),
		definite("Are the implied correlations of the indicators positive definite?", Implied(e, Saturated, AsDeclared)),
	}
}

func below(question string, names []string, values []float64) Answer {
	var above []string
	for i, v := range values {
		// Rounding may leave a single item's loading a bit above 1.
		if math.Abs(v) > 1+1e-12 {
			above = append(above, fmt.Sprintf("%s %.3f", names[i], v))
		}
	}
	return Answer{question, above == nil, strings.Join(above, ", ")}
}

func definite(question string, s *mat.SymDense) Answer {
	var eig mat.EigenSym
	if !eig.Factorize(s, false) {
		return Answer{question, false, "no eigenvalues"}
	}
	if smallest := eig.Values(nil)[0]; smallest <= 1e-12 {
		return Answer{question, false, fmt.Sprintf("smallest eigenvalue %.3g", smallest)}
	}
	return Answer{question, true, ""}
}
