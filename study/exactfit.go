package study

import (
	"context"

	"plumb/infer"
)

// ExactFit tests whether the model fits exactly, by replicates of data that
// were changed so that it does (infer.BootstrapFit).
type ExactFit struct {
	Replicates int     `json:"replicates"` // drawn
	Saturated  FitTest `json:"saturated"`  // only the measurement is judged
	Estimated  FitTest `json:"estimated"`  // everything is
}

// FitTest is the test of one structure. Its numbers are null where S or Sigma
// is not positive definite; a finding says so.
type FitTest struct {
	Used         int          `json:"used"` // replicates that it rests on
	NotConverged int          `json:"not_converged"`
	Inadmissible int          `json:"inadmissible"`
	Degenerate   int          `json:"degenerate"`
	SRMR         DistanceTest `json:"srmr"`
	DULS         DistanceTest `json:"d_uls"`
	DG           DistanceTest `json:"d_g"` // natural logarithm
}

// DistanceTest compares a distance with those that chance alone makes.
type DistanceTest struct {
	Value   Number `json:"value"`
	HI95    Number `json:"hi95"` // 95 % quantile of the replicates
	HI99    Number `json:"hi99"`
	P       Number `json:"p"`       // share of replicates beyond the value
	Verdict string `json:"verdict"` // not rejected, rejected at .05, rejected at .01, not tested
}

// testExactFit adds the test to the inference.
func (f *Fitted) testExactFit(ctx context.Context, p infer.Problem, o infer.Options, i infer.Inadmissibles) error {
	run, err := infer.BootstrapFit(ctx, p, o)
	if err != nil {
		return err
	}
	saturated, estimated := run.Summarise(i)
	f.Inference.ExactFit = &ExactFit{Replicates: f.Inference.Replicates, Saturated: fitTest(saturated), Estimated: fitTest(estimated)}
	f.Findings = append(f.Findings, run.Findings...)
	return nil
}

func fitTest(t infer.FitTest) FitTest {
	distance := func(d infer.DistanceTest) DistanceTest {
		return DistanceTest{Value: Number(d.Value), HI95: Number(d.HI95), HI99: Number(d.HI99), P: Number(d.P), Verdict: d.Verdict().String()}
	}
	return FitTest{Used: t.Used, NotConverged: t.NotConverged, Inadmissible: t.Inadmissible, Degenerate: t.Degenerate,
		SRMR: distance(t.SRMR), DULS: distance(t.DULS), DG: distance(t.DG)}
}
