package infer

import (
	"context"
	"reflect"
	"testing"

	"plumb/pls"
)

// Little memory costs time, not bits.
func TestPassesAreOnePass(t *testing.T) {
	p := problem(t, 40, pls.Options{}, nil)
	for _, s := range []Summary{{}, {Interval: BCa}, {Interval: Studentised}, {Interval: Double, Level: .9}} {
		o := Options{Replicates: 70, Jackknife: s.Interval == BCa}
		if s.Interval == Studentised || s.Interval == Double {
			o.Inner = 6
		}
		want := bootstrap(t, p, o).Summarise(s)
		for _, memory := range []int64{1, 8 * 70 * 7, 1 << 30} {
			last, calls := 0, 0
			o.Progress = func(done, total int) {
				calls++
				if done < last || done > total {
					t.Errorf("progress went from %d to %d of %d", last, done, total)
				}
				last = done
			}
			got, units, err := Summarised(context.Background(), p, o, s, memory)
			if err != nil {
				t.Fatal(err)
			}
			if units != 40 || !equalTables(got, want) {
				t.Errorf("%v in %d bytes differs from one pass", s.Interval, memory)
			}
		}
	}
}

// equalTables compares with NaN equal to NaN.
func equalTables(a, b Table) bool {
	bits := func(t Table) []any {
		out := []any{t.Used, t.Degenerate, t.NotConverged, t.Inadmissible}
		for _, r := range t.Rows {
			for _, v := range []float64{r.Estimate, r.Mean, r.Bias, r.SE, r.T, r.P, r.Low, r.High} {
				if v != v {
					out = append(out, "NaN")
				} else {
					out = append(out, v)
				}
			}
		}
		return out
	}
	return reflect.DeepEqual(bits(a), bits(b))
}
