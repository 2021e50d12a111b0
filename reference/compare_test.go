package reference

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"

	"plumb/assess"
	"plumb/estimate"
	"plumb/model"
)

func sprint(quantity, what string, ours, theirs, d float64) string {
	return fmt.Sprintf("%s %s: plumb %.15g, reference %.15g, difference %.1e", quantity, what, ours, theirs, d)
}

// Tolerances. Packages that print are held to their printed digits.
const (
	exact = 1e-8
	// ADANCO's iteration stops so that its figures are good to 4e-7. plspm stops on the sum of squared changes, seminr's own fixtures at 1e-7:
	// see the README of the expected results.
	loose = 1e-5
	// three printed decimals
	printed = 5.5e-4
)

func (f *fitted) tolerance() float64 {
	switch {
	case f.Package == "SmartPLS" && strings.Contains(f.Name, "weighted"):
		return exact
	case strings.HasPrefix(f.Package, "SmartPLS") || strings.HasPrefix(f.Package, "smartpls"):
		return printed
	case strings.Contains(f.Name, "basic-missing"):
		return loose
	case f.Package == "plspm":
		return loose
	case f.Package == "ADANCO":
		return 1e-6
	}
	return exact
}

// compare holds every quantity that the case has against plumb's.
func compare(f *fitted, c *comparison) {
	f.compareEstimates(c)
	switch {
	case strings.HasSuffix(f.Name, "__cSEM"):
		f.compareCSEM(c)
	case strings.HasSuffix(f.Name, "__seminr"):
		f.compareSeminr(c)
	case strings.HasSuffix(f.Name, "__plspm"):
		f.comparePlspm(c)
	case strings.HasSuffix(f.Name, "__semPLS"):
		f.compareSemPLS(c)
	case strings.HasSuffix(f.Name, "__plssem"):
		f.comparePlssem(c)
	case strings.HasSuffix(f.Name, "__adanco"):
		f.compareADANCO(c)
	default:
		f.compareSmartPLS(c)
	}
}

// compareEstimates holds weights, loadings, paths and R2, whatever the layout.
func (f *fitted) compareEstimates(c *comparison) {
	tol := f.tolerance()
	for _, key := range []string{"weights", "outerWeights", "outer_weights_mode_B"} {
		t, ok := f.Table(key)
		if !ok {
			continue
		}
		for h, k := range f.m.Constructs {
			for i, name := range k.Indicators {
				theirs, sign := cell(t, name, k.Name), f.sign[h]
				if f.Package == "plspm" {
					// plspm turns scores and loadings, not the printed weights.
					theirs = math.Abs(theirs)
					c.is("weights", name, math.Abs(f.e.Weights[f.e.Blocks[h].First+i]), theirs, tol)
					continue
				}
				c.is("weights", name, sign*f.e.Weights[f.e.Blocks[h].First+i], theirs, tol)
			}
		}
	}
	for h, k := range f.m.Constructs {
		for i, name := range k.Indicators {
			c.is("loadings", name, f.sign[h]*f.e.Loadings[f.e.Blocks[h].First+i], f.loading(k.Name, name), tol)
		}
	}
	f.effects(c, "paths", f.e.Paths, "paths", "pathCoef", "paths_row_to_col", "paths_row_depends_on_col")
	for _, key := range []string{"r_squared", "rSquared"} {
		t, ok := f.Table(key)
		if !ok {
			continue
		}
		for h, k := range f.m.Constructs {
			theirs := cell(t, k.Name, "")
			if math.IsNaN(f.e.R2[h]) {
				continue
			}
			if t.Has("Rsq") {
				theirs = t.At("Rsq", k.Name)
			}
			c.is("R2", k.Name, f.e.R2[h], theirs, tol)
		}
	}
}

// cell finds a number in a table that has one column a construct, or one for all.
func cell(t Table, row, construct string) float64 {
	if v := t.At(row, construct); !math.IsNaN(v) {
		return v
	}
	return t.At(row, "")
}

// effects compares a J x J matrix of effects (ours: At(to, from)) with the
// first of the keys that the case has; a key with "depends_on" has the target
// in its rows.
func (f *fitted) effects(c *comparison, quantity string, ours mat.Matrix, keys ...string) {
	for _, key := range keys {
		t, ok := f.Table(key)
		if !ok {
			continue
		}
		for i, to := range f.m.Constructs {
			for j, from := range f.m.Constructs {
				theirs := t.At(from.Name, to.Name)
				if strings.Contains(key, "depends_on") {
					theirs = t.At(to.Name, from.Name)
				}
				if i != j {
					c.is(quantity, from.Name+" -> "+to.Name, f.sign[i]*f.sign[j]*ours.At(i, j), theirs, f.tolerance())
				}
			}
		}
		return
	}
}

// named compares a vector of effects keyed "from->to" or "to ~ from".
func (f *fitted) named(c *comparison, quantity string, ours mat.Matrix, key string) {
	t, ok := f.Table(key)
	if !ok {
		return
	}
	for _, row := range t.Rows {
		from, to, found := strings.Cut(row, "->")
		if !found {
			to, from, found = strings.Cut(row, " ~ ")
		}
		i, j := f.m.Index(strings.TrimSpace(to)), f.m.Index(strings.TrimSpace(from))
		if !found || i < 0 || j < 0 {
			c.misses = append(c.misses, "cannot read effect "+row)
			continue
		}
		c.is(quantity, row, f.sign[i]*f.sign[j]*ours.At(i, j), t.At(row, ""), f.tolerance())
	}
}

// vector compares one number a construct.
func (f *fitted) vector(c *comparison, quantity string, ours []float64, t Table, col string, take func(h int) bool) {
	for h, k := range f.m.Constructs {
		if take == nil || take(h) {
			c.is(quantity, k.Name, ours[h], t.At(k.Name, col), f.tolerance())
		}
	}
}

// pairs compares a symmetric matrix below the diagonal; signed says whether
// turning a construct changes its sign.
func (f *fitted) pairs(c *comparison, quantity string, ours mat.Symmetric, key string, signed bool) {
	t, ok := f.Table(key)
	if !ok {
		return
	}
	for i, a := range f.m.Constructs {
		for j, b := range f.m.Constructs[:i] {
			theirs, x := t.At(a.Name, b.Name), ours.At(i, j)
			if theirs == 0 { // a triangle in another order of constructs
				theirs = t.At(b.Name, a.Name)
			}
			if quantity == "HTMT2" && math.IsNaN(x) && f.mixedSigns(i, j) {
				continue // cSEM gives a number where an even number of correlations is negative
			}
			if signed {
				x *= f.sign[i] * f.sign[j]
			}
			c.is(quantity, a.Name+" "+b.Name, x, theirs, f.tolerance())
		}
	}
}

func (f *fitted) crossLoadings(c *comparison, key string) {
	t, ok := f.Table(key)
	if !ok {
		return
	}
	for a, name := range f.e.Indicators {
		for h, k := range f.m.Constructs {
			c.is("cross-loadings", name+" "+k.Name, f.sign[h]*f.e.CrossLoadings.At(a, h), t.At(name, k.Name), f.tolerance())
		}
	}
}

// innerVIF compares nested predictors of each construct.
func (f *fitted) innerVIF(c *comparison, key string, on mat.Symmetric) {
	t, ok := f.Table(key)
	if !ok {
		return
	}
	for h, values := range assess.InnerVIF(f.e, on) {
		for k, from := range f.m.Predecessors(h) {
			if len(values) > 1 {
				c.is("inner VIF", f.m.Constructs[h].Name, values[k], t.At(f.m.Constructs[h].Name, f.m.Constructs[from].Name), f.tolerance())
			}
		}
	}
}

func (f *fitted) compareCSEM(c *comparison) {
	tol := f.tolerance()
	f.innerVIF(c, "vif_inner", f.e.Constructs)
	f.pairs(c, "construct correlations", f.e.Constructs, "construct_correlations", true)
	f.pairs(c, "score correlations", f.e.Proxies, "proxy_correlations", true)
	f.named(c, "total effects", assess.Total(f.e), "total_effects")
	f.named(c, "indirect effects", assess.TotalIndirect(f.e), "indirect_effects")
	if t, ok := f.Table("adj_r_squared"); ok {
		f.vector(c, "adjusted R2", assess.R2Adjusted(f.e), t, "", nil)
	}
	if t, ok := f.Table("AVE"); ok {
		f.vector(c, "AVE", assess.AVE(f.e), t, "", nil)
	}
	if t, ok := f.Table("rho_C"); ok {
		f.vector(c, "rho_C", assess.RhoC(f.e), t, "", nil)
	}
	if t, ok := f.Table("rho_T_alpha"); ok {
		f.vector(c, "alpha", assess.Alpha(f.e), t, "", nil)
	}
	if t, ok := f.Table("reliabilities_used"); ok {
		f.vector(c, "reliability used", f.e.Reliability, t, "", nil)
	}
	if t, ok := f.Table("f_square_row_depends_on_col"); ok {
		f2 := assess.F2(f.e)
		for i, to := range f.m.Constructs {
			for j, from := range f.m.Constructs {
				if f.e.Paths.At(i, j) != 0 {
					c.is("f2", from.Name+" -> "+to.Name, f2.At(i, j), t.At(to.Name, from.Name), tol)
				}
			}
		}
	}
	f.pairs(c, "HTMT (signed)", assess.HTMT(f.e, assess.HTMTSigned), "htmt", false)
	f.pairs(c, "HTMT2", assess.HTMT(f.e, assess.HTMT2), "htmt2", false)
	f.fits(c)
	f.criteria(c)
	if t, ok := f.Table("VIF_modeB"); ok {
		vif := assess.OuterVIF(f.e)
		for a, name := range f.e.Indicators {
			for _, col := range t.Cols {
				c.is("outer VIF", name, vif[a], t.At(name, col), tol)
			}
		}
	}
}

// mixedSigns reports whether a correlation is negative within block i or j, or
// some but not all are between them.
func (f *fitted) mixedSigns(i, j int) bool {
	count := func(a, b estimate.Block) (negative, all int) {
		for x := a.First; x < a.End; x++ {
			for y := b.First; y < b.End; y++ {
				all++
				if f.e.R.At(x, y) < 0 {
					negative++
				}
			}
		}
		return negative, all
	}
	bi, bj := f.e.Blocks[i], f.e.Blocks[j]
	ni, _ := count(bi, bi)
	nj, _ := count(bj, bj)
	between, all := count(bi, bj)
	return ni > 0 || nj > 0 || between > 0 && between < all
}

func (f *fitted) fits(c *comparison) {
	ln10 := math.Ln10 * math.Ln10
	for _, v := range []struct {
		key string
		st  assess.Structure
	}{{"fit_saturated", assess.Saturated}, {"fit_estimated", assess.Estimated}} {
		fit := assess.FitOf(f.e, v.st, assess.AsDeclared)
		for _, m := range []struct {
			name string
			ours float64
		}{
			{"SRMR", fit.SRMR}, {"d_ULS", fit.DULS}, {"d_G", fit.DG / ln10},
			{"d_ML", fit.Chi2 / (f.e.N - 1)}, {"chi_square", fit.Chi2}, {"NFI", fit.NFI}, {"df", float64(fit.DF)},
			{"RMS_theta", assess.RMSTheta(f.e, assess.AsDeclared)},
		} {
			if theirs, ok := f.Number(v.key, m.name); ok {
				if m.name == "df" {
					theirs += f.singleFactors()
				}
				c.is(strings.ReplaceAll(v.key, "fit_", "")+" "+m.name, "", m.ours, theirs, f.tolerance())
			}
		}
	}
}

// singleFactors counts the single items declared as factors: cSEM spends a
// degree of freedom on their loading, which is 1 by definition.
func (f *fitted) singleFactors() float64 {
	n := 0.0
	for h, k := range f.m.Constructs {
		if f.e.Blocks[h].Len() == 1 && k.Kind == model.Reflective {
			n++
		}
	}
	return n
}

func (f *fitted) criteria(c *comparison) {
	t, ok := f.Table("information_criteria")
	if !ok {
		return
	}
	saturated, err := f.fit(assess.SaturatedModel(f.m))
	if err != nil {
		c.misses = append(c.misses, err.Error())
		return
	}
	for h, k := range f.m.Constructs {
		if math.IsNaN(f.e.R2[h]) {
			continue
		}
		// cSEM takes 1 - R2 of the saturated model for its mean square error.
		x := assess.Selection(f.e, h, 1-saturated.R2[h])
		for name, ours := range map[string]float64{"AIC": x.AIC, "AICc": x.AICc, "AICu": x.AICu, "BIC": x.BIC, "FPE": x.FPE, "HQ": x.HQ, "HQc": x.HQc, "GM": x.GM, "Mallows_Cp": x.Cp} {
			c.is("criteria", name+" "+k.Name, ours, t.At(name, k.Name), f.tolerance())
		}
	}
}

func (f *fitted) compareSeminr(c *comparison) {
	tol := f.tolerance()
	f.innerVIF(c, "vif_antecedents", f.e.Proxies)
	f.effects(c, "total effects", assess.Total(f.e), "total_effects")
	f.effects(c, "indirect effects", assess.TotalIndirect(f.e), "total_indirect_effects")
	f.pairs(c, "construct correlations", f.e.Proxies, "construct_correlations", true)
	f.pairs(c, "HTMT (absolute)", assess.HTMT(f.e, assess.HTMTAbsolute), "htmt", false)
	f.crossLoadings(c, "cross_loadings")
	if t, ok := f.Table("adj_r_squared"); ok {
		f.vector(c, "adjusted R2", assess.R2Adjusted(f.e), t, "", nil)
	}
	if t, ok := f.Table("reliability_alpha_rhoC_AVE_rhoA"); ok {
		many := func(h int) bool { return f.e.Blocks[h].Len() > 1 }
		f.vector(c, "alpha", assess.Alpha(f.e), t, "alpha", many)
		f.vector(c, "rho_C", assess.RhoC(f.e), t, "rhoC", nil)
		f.vector(c, "AVE", assess.AVE(f.e), t, "AVE", nil)
		f.vector(c, "rho_A", f.e.RhoA, t, "rhoA", func(h int) bool { return !math.IsNaN(f.e.RhoA[h]) })
	}
	if t, ok := f.Table("vif_items"); ok {
		vif := assess.OuterVIF(f.e)
		for h, k := range f.m.Constructs {
			for i, name := range k.Indicators {
				c.is("outer VIF", name, vif[f.e.Blocks[h].First+i], t.At(k.Name, name), tol)
			}
		}
	}
	if t, ok := f.Table("f_square"); ok {
		f2 := assess.F2Refit(f.e, f.fit)
		for i, to := range f.m.Constructs {
			for j, from := range f.m.Constructs {
				if ours := f2.At(i, j); !math.IsNaN(ours) {
					c.is("f2 (re-estimated)", from.Name+" -> "+to.Name, ours, t.At(from.Name, to.Name), tol)
				}
			}
		}
	}
	if t, ok := f.Table("fornell_larcker"); ok {
		fl := assess.FornellLarcker(f.e)
		for h, k := range f.m.Constructs {
			c.is("sqrt(AVE)", k.Name, fl.At(h, h), t.At(k.Name, k.Name), tol)
		}
	}
	if t, ok := f.Table("it_criteria_AIC_BIC"); ok {
		for h, k := range f.m.Constructs {
			if math.IsNaN(f.e.R2[h]) {
				continue
			}
			x := assess.Selection(f.plain(), h, math.NaN())
			c.is("criteria", "AIC "+k.Name, x.AIC, t.At("AIC", k.Name), tol)
			c.is("criteria", "BIC "+k.Name, x.BIC, t.At("BIC", k.Name), tol)
		}
	}
}

// plain returns the estimate with the regressions on the uncorrected scores:
// under PLSc seminr takes AIC and BIC from those.
func (f *fitted) plain() *estimate.Estimate {
	e := *f.e
	e.Constructs = e.Proxies
	e.Findings = nil
	e.Regress()
	return &e
}

func (f *fitted) comparePlspm(c *comparison) {
	f.named(c, "total effects", assess.Total(f.e), "effects_total")
	f.named(c, "indirect effects", assess.TotalIndirect(f.e), "effects_indirect")
	f.crossLoadings(c, "cross_loadings")
	reflective := func(h int) bool { ok, _ := assess.Applies(f.e, h); return ok && f.Mode(f.m.Constructs[h].Name) == "A" }
	if t, ok := f.Table("AVE"); ok && !strings.Contains(f.Name, "plsco") {
		f.vector(c, "AVE", assess.AVE(f.e), t, "", reflective)
	}
	if t, ok := f.Table("block_communality"); ok {
		f.vector(c, "AVE", assess.AVE(f.e), t, "", nil)
	}
	if t, ok := f.Table("unidimensionality"); ok && !strings.Contains(f.Name, "plsco") {
		// plspm cuts alpha off at 0.
		alpha := assess.Alpha(f.e)
		for h := range alpha {
			alpha[h] = max(0, alpha[h])
		}
		f.vector(c, "alpha", alpha, t, "C.alpha", reflective)
	}
}

func (f *fitted) compareSemPLS(c *comparison) {
	f.effects(c, "total effects", assess.Total(f.e), "total_effects")
	f.crossLoadings(c, "loadings_cross")
	if t, ok := f.Table("dillon_goldstein_rho"); ok {
		f.vector(c, "rho_C", assess.RhoC(f.e), t, "", nil)
	}
	if t, ok := f.Table("communality"); ok {
		f.vector(c, "AVE", assess.AVE(f.e), t, "", nil)
	}
}

func (f *fitted) comparePlssem(c *comparison) {
	t, _ := f.Table("parameters")
	for h, k := range f.m.Constructs {
		for i, name := range k.Indicators {
			c.is("weights", name, f.sign[h]*f.e.Weights[f.e.Blocks[h].First+i], t.At(k.Name+"<~"+name, ""), f.tolerance())
		}
	}
	if theirs, ok := f.Number("fit_measures", "srmr"); ok {
		c.is("estimated SRMR", "", f.plssemSRMR(), theirs, f.tolerance())
	}
	for i, to := range f.m.Constructs {
		for j, from := range f.m.Constructs {
			if f.e.Paths.At(i, j) != 0 {
				c.is("paths", from.Name+" -> "+to.Name, f.sign[i]*f.sign[j]*f.e.Paths.At(i, j), t.At(to.Name+"~"+from.Name, ""), f.tolerance())
			}
		}
		if !math.IsNaN(f.e.R2[i]) {
			c.is("R2", to.Name, 1-f.e.R2[i], t.At(to.Name+"~~"+to.Name, ""), f.tolerance())
		}
	}
}

// plssemSRMR is the SRMR of the estimated model as plssem has it: the implied
// variances of the constructs stay as they come out of
// (I - B)^-1 Psi (I - B)^-1', the implied covariances of the indicators are
// then scaled to correlations, and Mode A blocks count as factors.
func (f *fitted) plssemSRMR() float64 {
	e := f.e
	reach := assess.Total(e)
	n, _ := reach.Dims()
	psi := mat.NewDense(n, n, nil)
	for i := range n {
		reach.Set(i, i, reach.At(i, i)+1)
		for k := range n {
			if math.IsNaN(e.R2[i]) && math.IsNaN(e.R2[k]) {
				psi.Set(i, k, e.Constructs.At(i, k))
			}
		}
		if !math.IsNaN(e.R2[i]) {
			psi.Set(i, i, 1-e.R2[i])
		}
	}
	var half, implied mat.Dense
	half.Mul(reach, psi)
	implied.Mul(&half, reach.T())
	composite := func(h int) bool { return f.Mode(f.m.Constructs[h].Name) == "B" && e.Blocks[h].Len() > 1 }
	sd := func(h, a int) float64 {
		if composite(h) {
			return 1
		}
		return math.Sqrt(1 + e.Loadings[a]*e.Loadings[a]*(implied.At(h, h)-1))
	}
	sum, p := 0.0, 0.0
	for h, b := range e.Blocks {
		for a := b.First; a < b.End; a++ {
			for k, d := range e.Blocks[:h+1] {
				for i := d.First; i < d.End && i <= a; i++ {
					sigma := e.Loadings[a] * implied.At(h, k) * e.Loadings[i] / (sd(h, a) * sd(k, i))
					if h == k && (a == i || composite(h)) {
						sigma = e.R.At(a, i)
					}
					sum += (e.R.At(a, i) - sigma) * (e.R.At(a, i) - sigma)
					p++
				}
			}
		}
	}
	return math.Sqrt(sum / p)
}

func (f *fitted) compareADANCO(c *comparison) {
	f.pairs(c, "construct correlations", f.e.Constructs, "construct_correlations", true)
	f.effects(c, "total effects", assess.Total(f.e), "total_effects")
	if t, ok := f.Table("reliability"); ok {
		f.vector(c, "rho_A", f.e.RhoA, t, "Dijkstra-Henseler's rho (ρA)", nil)
		f.vector(c, "rho_C", assess.RhoC(f.e), t, "Jöreskog's rho (ρc)", nil)
		f.vector(c, "alpha", assess.Alpha(f.e), t, "Cronbach's alpha(α)", nil)
	}
	if t, ok := f.Table("ave"); ok {
		f.vector(c, "AVE", assess.AVE(f.e), t, "Average variance extracted (AVE)", nil)
	}
	f.pairs(c, "HTMT (absolute)", assess.HTMT(f.e, assess.HTMTAbsolute), "htmt", false)
	ln10 := math.Ln10 * math.Ln10
	for key, st := range map[string]assess.Structure{"fit_saturated": assess.Saturated, "fit_estimated": assess.Estimated} {
		if t, ok := f.Table(key); ok {
			fit := assess.FitOf(f.e, st, assess.AsDeclared)
			name := strings.ReplaceAll(key, "fit_", "")
			c.is(name+" SRMR", "", fit.SRMR, t.At("SRMR", "Value"), f.tolerance())
			c.is(name+" d_ULS", "", fit.DULS, t.At("dULS", "Value"), f.tolerance())
			c.is(name+" d_G", "", fit.DG/ln10, t.At("dG", "Value"), f.tolerance())
		}
	}
}

func (f *fitted) compareSmartPLS(c *comparison) {
	f.effects(c, "total effects", assess.Total(f.e), "total_effects")
	if t, ok := f.Table("reliability"); ok {
		f.vector(c, "alpha", assess.Alpha(f.e), t, "alpha", nil)
		f.vector(c, "rho_A", f.e.RhoA, t, "rho_A", nil)
		f.vector(c, "rho_C", assess.RhoC(f.e), t, "rho_C", nil)
		f.vector(c, "AVE", assess.AVE(f.e), t, "AVE", nil)
	}
}
