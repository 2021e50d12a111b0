package assess

import (
	"math"

	"plumb/estimate"
)

// Criteria are information criteria of the regression of one endogenous
// construct on its k-1 predecessors (k parameters with the intercept), from
// SSE = (1 - R2)(n - 1). Smaller is better; only differences between models of
// the same construct and data mean anything (Sharma et al. 2019).
type Criteria struct {
	AIC  float64 // n (ln(SSE/n) + 2k/n), Akaike 1973
	AICc float64 // n (ln(SSE/n) + (n+k)/(n-k-2)), Hurvich & Tsai 1989
	AICu float64 // n (ln(SSE/(n-k)) + 2k/n), McQuarrie & Tsai 1998
	BIC  float64 // n (ln(SSE/n) + k ln(n)/n), Schwarz 1978
	FPE  float64 // SSE/(n-k) (1 + k/n), Akaike 1970
	GM   float64 // SSE/MSE + k ln n, Geweke & Meese 1981
	HQ   float64 // n (ln(SSE/n) + 2k ln(ln n)/n), Hannan & Quinn 1979
	HQc  float64 // n (ln(SSE/n) + 2k ln(ln n)/(n-k-2))
	Cp   float64 // SSE/MSE - (n - 2k), Mallows 1973
}

// Selection returns the criteria of construct h, given its R2 under the model
// and the mean square error of the saturated model, in which every construct
// depends on all before it (NaN leaves GM and Cp out). NaN for exogenous
// constructs.
func Selection(e *estimate.Estimate, h int, mseSaturated float64) Criteria {
	n, k := e.N, float64(len(e.Model.Predecessors(h))+1)
	sse := (1 - e.R2[h]) * (n - 1)
	l := math.Log(sse / n)
	return Criteria{
		AIC:  n * (l + 2*k/n),
		AICc: n * (l + (n+k)/(n-k-2)),
		AICu: n * (math.Log(sse/(n-k)) + 2*k/n),
		BIC:  n * (l + k*math.Log(n)/n),
		FPE:  sse / (n - k) * (1 + k/n),
		GM:   sse/mseSaturated + k*math.Log(n),
		HQ:   n * (l + 2*k*math.Log(math.Log(n))/n),
		HQc:  n * (l + 2*k*math.Log(math.Log(n))/(n-k-2)),
		Cp:   sse/mseSaturated - (n - 2*k),
	}
}
