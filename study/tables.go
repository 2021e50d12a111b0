package study

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"plumb/assess"
	"plumb/estimate"
	"plumb/frame"
	"plumb/moment"
)

// tables assesses an estimate and lays everything out in reporting order.
// saturated is the same with every path, or nil.
func tables(f *frame.Frame, e *estimate.Estimate, s *moment.Set, saturated *estimate.Estimate) (Estimate, error) {
	out := Estimate{Converged: e.Converged, Iterations: e.Iterations}
	raw, err := assess.AlphaRaw(e, s)
	if err != nil {
		return out, err
	}
	outer := assess.OuterVIF(e)
	for h, c := range e.Model.Constructs {
		b := e.Blocks[h]
		for a := b.First; a < b.End; a++ {
			name := e.Indicators[a]
			out.Weights = append(out.Weights, IndicatorRow{c.Name, name, Number(e.Weights[a])})
			out.Loadings = append(out.Loadings, IndicatorRow{c.Name, name, Number(e.Loadings[a])})
			row := ItemRow{Construct: c.Name, Indicator: name, Communality: Number(e.Loadings[a] * e.Loadings[a]), VIF: Number(outer[a])}
			if column := f.Column(name); column != nil {
				row.Label = column.Label
			}
			if b.Len() == 1 {
				row.VIF = Number(math.NaN())
			}
			out.Indicators = append(out.Indicators, row)
		}
	}
	out.Constructs = constructRows(e, raw)
	paths(e, &out)
	names := e.Model.Names()
	out.CrossLoadings = matrix(e.Indicators, names, e.CrossLoadings)
	out.ConstructCorrelations = matrix(names, names, e.Constructs)
	out.FornellLarcker = fornellLarcker(e, names)
	out.HTMT = htmt(e, assess.HTMTAbsolute)
	out.HTMTSigned = htmt(e, assess.HTMTSigned)
	out.HTMT2 = htmt(e, assess.HTMT2)
	out.Fit = fitMeasures(e)
	out.Selection = selection(e, saturated)
	out.Admissibility = admissibility(e)
	return out, nil
}

func constructRows(e *estimate.Estimate, raw []float64) []ConstructRow {
	adjusted, alpha, rhoC, ave := assess.R2Adjusted(e), assess.Alpha(e), assess.RhoC(e), assess.AVE(e)
	rows := make([]ConstructRow, len(e.Blocks))
	none := Number(math.NaN())
	for h, c := range e.Model.Constructs {
		rows[h] = ConstructRow{Name: c.Name, R2: Number(e.R2[h]), R2Adjusted: Number(adjusted[h]),
			Alpha: none, AlphaRaw: none, RhoA: none, RhoC: none, AVE: none}
		ok, why := assess.Applies(e, h)
		rows[h].Reason = why
		if !ok {
			continue
		}
		rows[h].Alpha, rows[h].AlphaRaw = Number(alpha[h]), Number(raw[h])
		rows[h].RhoA, rows[h].RhoC, rows[h].AVE = Number(e.RhoA[h]), Number(rhoC[h]), Number(ave[h])
		if math.IsNaN(e.RhoA[h]) {
			rows[h].Reason = "rho_A supposes the weights of Mode A"
		}
	}
	return rows
}

// paths fills the path coefficients and the effects along chains of them.
func paths(e *estimate.Estimate, out *Estimate) {
	names := e.Model.Names()
	f2, inner := assess.F2(e), assess.InnerVIF(e, e.Constructs)
	for _, p := range e.Model.Paths {
		to, from := e.Model.Index(p.To), e.Model.Index(p.From)
		row := PathRow{From: p.From, To: p.To, Estimate: Number(e.Paths.At(to, from)), F2: Number(f2.At(to, from)), VIF: Number(math.NaN())}
		for k, b := range e.Model.Predecessors(to) {
			if b == from {
				row.VIF = Number(inner[to][k])
			}
		}
		out.Paths = append(out.Paths, row)
	}
	chains, _ := e.Model.Chains()
	for _, chain := range chains {
		row := SpecificRow{Estimate: Number(assess.Specific(e, chain))}
		for _, h := range chain {
			row.Path = append(row.Path, names[h])
		}
		out.Indirect = append(out.Indirect, row)
	}
	effects := func(m mat.Matrix, least int) []EffectRow {
		var rows []EffectRow
		reach := assess.Reachable(e, least)
		for from := range names {
			for to := range names {
				if reach[to][from] {
					rows = append(rows, EffectRow{names[from], names[to], Number(m.At(to, from))})
				}
			}
		}
		return rows
	}
	out.TotalIndirect = effects(assess.TotalIndirect(e), 2)
	out.Total = effects(assess.Total(e), 1)
}

func matrix(rows, cols []string, m mat.Matrix) Matrix {
	out := Matrix{Rows: rows, Cols: cols, Values: make([][]Number, len(rows))}
	for i := range rows {
		out.Values[i] = make([]Number, len(cols))
		for j := range cols {
			out.Values[i][j] = Number(m.At(i, j))
		}
	}
	return out
}

// fornellLarcker has the square root of the AVE on the diagonal, where it
// applies, and the correlations below it.
func fornellLarcker(e *estimate.Estimate, names []string) Matrix {
	out := matrix(names, names, assess.FornellLarcker(e))
	for i := range names {
		if ok, _ := assess.Applies(e, i); !ok {
			out.Values[i][i] = Number(math.NaN())
		}
		for j := i + 1; j < len(names); j++ {
			out.Values[i][j] = Number(math.NaN())
		}
	}
	return out
}

// htmt has the ratios below the diagonal; formative blocks have none. Single
// items do: their one correlation with themselves is 1.
func htmt(e *estimate.Estimate, v assess.HTMTVariant) Matrix {
	names := e.Model.Names()
	out := matrix(names, names, assess.HTMT(e, v))
	reflective := func(h int) bool {
		ok, _ := assess.Applies(e, h)
		return ok || e.Blocks[h].Len() == 1
	}
	for i := range names {
		for j := range names {
			if j >= i || !reflective(i) || !reflective(j) {
				out.Values[i][j] = Number(math.NaN())
			}
		}
	}
	return out
}

func fitMeasures(e *estimate.Estimate) Fit {
	pair := func(b assess.Blocks) FitPair {
		row := func(st assess.Structure) FitRow {
			f := assess.FitOf(e, st, b)
			return FitRow{SRMR: Number(f.SRMR), DULS: Number(f.DULS), DG: Number(f.DG), NFI: Number(f.NFI), Chi2: Number(f.Chi2), DF: Number(f.DF)}
		}
		return FitPair{Saturated: row(assess.Saturated), Estimated: row(assess.Estimated)}
	}
	declared, composites, factors := pair(assess.AsDeclared), pair(assess.AsComposites), pair(assess.AsFactors)
	return Fit{
		Saturated: declared.Saturated, Estimated: declared.Estimated, Blocks: assess.AsDeclared.String(),
		AsComposites: &composites, AsFactors: &factors, RMSTheta: Number(assess.RMSTheta(e, assess.AsDeclared)),
	}
}

func selection(e, saturated *estimate.Estimate) []SelectionRow {
	mse := make([]float64, len(e.Blocks))
	for h := range mse {
		mse[h] = math.NaN()
	}
	if saturated != nil {
		mse = assess.MeanSquareError(saturated)
	}
	var rows []SelectionRow
	for h, c := range e.Model.Constructs {
		if math.IsNaN(e.R2[h]) {
			continue
		}
		x := assess.Selection(e, h, mse[h])
		rows = append(rows, SelectionRow{Construct: c.Name, AIC: Number(x.AIC), AICc: Number(x.AICc), AICu: Number(x.AICu), BIC: Number(x.BIC),
			FPE: Number(x.FPE), GM: Number(x.GM), HQ: Number(x.HQ), HQc: Number(x.HQc), Cp: Number(x.Cp)})
	}
	return rows
}

func admissibility(e *estimate.Estimate) []Verdict {
	var out []Verdict
	for _, q := range assess.Admissibility(e) {
		out = append(out, Verdict(q))
	}
	return out
}
