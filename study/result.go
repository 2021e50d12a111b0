package study

import (
	"encoding/json"
	"math"

	"plumb/finding"
	"plumb/frame"
)

// Result is everything that a run found, in reporting order. It is what every
// front end shows and what result.json holds (docs/result.md names each key).
// Rows come in model order.
type Result struct {
	Plumb string // version of the program
	Title string
	Note  string // of the study, shown below the title: who was asked, when
	// Command gives the same figures again, as typed in the folder of the
	// study; "" when the run did not come from the command line.
	Command string
	Data    Data
	// Models holds one entry a model of the study.
	Models []Fitted
	// Findings about the data and the study; those about a model are with it.
	Findings finding.List
}

// Data says what was analysed.
type Data struct {
	frame.Source
	Rows    int      `json:"rows"`    // in the file
	Columns []Column `json:"columns"` // every column of the file
	Matrix  bool     `json:"matrix"`  // a published matrix in place of rows
	Weight  string   `json:"weight,omitempty"`
	Cluster string   `json:"cluster,omitempty"`
}

// Column describes one column of the data.
type Column struct {
	Name    string `json:"name"`
	Label   string `json:"label,omitempty"`
	Kind    string `json:"kind"` // number or text
	Level   string `json:"level,omitempty"`
	Role    string `json:"role,omitempty"`
	Missing int    `json:"missing"`
	// Of the values present; null for text.
	Mean     Number `json:"mean"`
	SD       Number `json:"sd"` // divisor n-1
	Min      Number `json:"min"`
	Max      Number `json:"max"`
	Skewness Number `json:"skewness"` // G1 of Joanes & Gill (1998): adjusted Fisher-Pearson
	Kurtosis Number `json:"kurtosis"` // G2 of the same: excess
	// Distinct is the number of different values; Top the most frequent ones
	// (all of them up to 12), in order of value.
	Distinct int         `json:"distinct"`
	Top      []Frequency `json:"top,omitempty"`
}

// Frequency is how often a value occurs.
type Frequency struct {
	Value string `json:"value"`
	Label string `json:"label,omitempty"`
	Count int    `json:"count"`
}

// Fitted is one model with its estimates and their assessment.
type Fitted struct {
	Name       string       `json:"name,omitempty"`
	RowsUsed   int          `json:"rows_used"`
	Settings   Settings     `json:"settings"`
	Model      Model        `json:"model"`
	Estimate   Estimate     `json:"estimate"`
	Inference  *Inference   `json:"inference"`        // null until replicates have been drawn
	Groups     *Groups      `json:"groups,omitempty"` // a comparison, where one was asked for
	Hypotheses []Hypothesis `json:"hypotheses,omitempty"`
	Findings   finding.List `json:"findings"`
}

// Settings names every choice, defaults included.
type Settings struct {
	Estimator     string  `json:"estimator"` // pls, plsc, sumscore
	Scheme        string  `json:"scheme"`    // path, factorial, centroid
	Missing       string  `json:"missing"`   // listwise, mean, pairwise
	Tolerance     float64 `json:"tolerance"`
	MaxIterations int     `json:"max_iterations"`
	Orientation   string  `json:"orientation"` // how the sign of a construct is fixed
	Seed          uint64  `json:"seed"`
}

// Model is the path model as it was understood.
type Model struct {
	Text       string      `json:"text"`
	Constructs []Construct `json:"constructs"`
	Paths      []Path      `json:"paths"`
}

// Construct is one construct of the model.
type Construct struct {
	Name       string   `json:"name"`
	Label      string   `json:"label,omitempty"`
	Kind       string   `json:"kind"` // reflective, composite or single
	Mode       string   `json:"mode"` // A or B
	Indicators []string `json:"indicators"`
}

// Path is one arrow of the model.
type Path struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Estimate holds all estimates and their assessment.
type Estimate struct {
	Converged  bool `json:"converged"`
	Iterations int  `json:"iterations"`

	Weights       []IndicatorRow `json:"weights"`
	Loadings      []IndicatorRow `json:"loadings"`
	Paths         []PathRow      `json:"paths"`
	Indirect      []SpecificRow  `json:"indirect"`
	TotalIndirect []EffectRow    `json:"total_indirect"`
	Total         []EffectRow    `json:"total"`
	Constructs    []ConstructRow `json:"constructs"`
	Indicators    []ItemRow      `json:"indicators"`

	CrossLoadings         Matrix `json:"cross_loadings"`
	ConstructCorrelations Matrix `json:"construct_correlations"`
	FornellLarcker        Matrix `json:"fornell_larcker"` // sqrt(AVE) on the diagonal, correlations below
	HTMT                  Matrix `json:"htmt"`            // absolute item correlations (HTMT+), below the diagonal
	HTMTSigned            Matrix `json:"htmt_signed"`     // signed item correlations (Henseler 2015)
	HTMT2                 Matrix `json:"htmt2"`

	Fit       Fit            `json:"fit"`
	Selection []SelectionRow `json:"selection"`
	// Admissibility answers named questions about the solution.
	Admissibility []Verdict `json:"admissibility"`
}

// IndicatorRow is an estimate that belongs to an indicator of a construct.
type IndicatorRow struct {
	Construct string `json:"construct"`
	Indicator string `json:"indicator"`
	Estimate  Number `json:"estimate"`
}

// PathRow is a path coefficient with its effect size and collinearity.
type PathRow struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Estimate Number `json:"estimate"`
	F2       Number `json:"f2"`
	VIF      Number `json:"vif"`
}

// SpecificRow is the indirect effect along one chain of paths.
type SpecificRow struct {
	Path     []string `json:"path"`
	Estimate Number   `json:"estimate"`
}

// EffectRow is a total or total indirect effect.
type EffectRow struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Estimate Number `json:"estimate"`
}

// ConstructRow assesses one construct. Measures that do not apply are null and
// Reason says why.
type ConstructRow struct {
	Name       string `json:"name"`
	R2         Number `json:"r2"`
	R2Adjusted Number `json:"r2_adjusted"`
	Alpha      Number `json:"alpha"`     // standardised: from correlations
	AlphaRaw   Number `json:"alpha_raw"` // from covariances
	RhoA       Number `json:"rho_a"`
	RhoC       Number `json:"rho_c"`
	AVE        Number `json:"ave"`
	Reason     string `json:"reason,omitempty"`
}

// ItemRow assesses one indicator.
type ItemRow struct {
	Construct   string `json:"construct"`
	Indicator   string `json:"indicator"`
	Label       string `json:"label,omitempty"`
	Communality Number `json:"communality"` // squared loading
	VIF         Number `json:"vif"`         // within its block
}

// Fit holds the distances between observed and implied correlations.
type Fit struct {
	Saturated FitRow `json:"saturated"`
	Estimated FitRow `json:"estimated"`
	// Blocks says how blocks were treated: "as declared" (reflective ones
	// reproduce only what their loadings imply, composites their own
	// correlations).
	Blocks string `json:"blocks"`
	// AsComposites is the same with every block treated as a composite.
	AsComposites *FitPair `json:"as_composites,omitempty"`
	// AsFactors is the same with every block treated as a common factor.
	AsFactors *FitPair `json:"as_factors,omitempty"`
	RMSTheta  Number   `json:"rms_theta"`
}

// FitPair is the fit of the saturated and of the estimated model.
type FitPair struct {
	Saturated FitRow `json:"saturated"`
	Estimated FitRow `json:"estimated"`
}

// FitRow is one column of fit measures.
type FitRow struct {
	SRMR Number `json:"srmr"`
	DULS Number `json:"d_uls"`
	DG   Number `json:"d_g"` // natural logarithm
	NFI  Number `json:"nfi"`
	Chi2 Number `json:"chi2"`
	DF   Number `json:"df"`
}

// SelectionRow holds information criteria of one endogenous construct.
type SelectionRow struct {
	Construct string `json:"construct"`
	AIC       Number `json:"aic"`
	AICc      Number `json:"aicc"`
	AICu      Number `json:"aicu"`
	BIC       Number `json:"bic"`
	FPE       Number `json:"fpe"`
	GM        Number `json:"gm"`
	HQ        Number `json:"hq"`
	HQc       Number `json:"hqc"`
	Cp        Number `json:"cp"`
}

// Verdict is one answered question.
type Verdict struct {
	Question string `json:"question"`
	Pass     bool   `json:"pass"`
	Detail   string `json:"detail,omitempty"`
}

// Hypothesis is a directed claim of the study and what the estimate says of it.
type Hypothesis struct {
	Name     string `json:"name"`
	Claim    string `json:"claim"` // as written: "CBE -> INF > 0"
	Estimate Number `json:"estimate"`
	P        Number `json:"p"`
	// CI is the interval of the effect; null without replicates.
	CI      [2]Number `json:"ci"`
	Verdict string    `json:"verdict"` // one of the Verdict words
}

// Matrix is a labelled matrix. Cells that do not exist are NaN.
type Matrix struct {
	Rows   []string   `json:"rows"`
	Cols   []string   `json:"cols"`
	Values [][]Number `json:"values"`
}

// Number is a float64 whose NaN and infinities are null in JSON.
type Number float64

// Exists reports whether there is a number at all.
func (n Number) Exists() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// MarshalJSON writes full double precision, or null.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Exists() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads null as NaN.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = Number(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}
