package study

// FitOptions are the settings of one model; the zero value is the default.
type FitOptions struct {
	Estimator     string            // pls (default), plsc, sumscore
	Scheme        string            // path (default), factorial, centroid
	Missing       string            // listwise (default), mean, pairwise
	Tolerance     float64           // 0: the default of the estimator
	MaxIterations int               // 0: the default of the estimator
	Labels        map[string]string // construct name -> label
	Hypotheses    []Claim           // their constructs and arrows have been checked
	Workers       int               // 0: all cores
}
