package resample

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

type namedPlan struct {
	name string
	plan Plan
}

// plans lists one plan of each kind over n rows, n >= 20. Groupings are
// uneven: stratum i%7%3, cluster i%(n/5), person i/2.
func plans(n int) []namedPlan {
	grouping := func(f func(i int) int) []int {
		of := make([]int, n)
		for i := range of {
			of[i] = f(i)
		}
		return of
	}
	strata := grouping(func(i int) int { return i % 7 % 3 })
	villages := n / 5
	village := grouping(func(i int) int { return i % villages })
	persons := (n + 1) / 2
	person := grouping(func(i int) int { return i / 2 })
	wave := grouping(func(i int) int { return i % 2 })
	arm := make([]int, villages)
	for v := range arm {
		arm[v] = v % 2
	}
	return []namedPlan{
		{"rows", Bootstrap{N: n, Seed: 1}},
		{"strata", Bootstrap{N: n, Strata: strata, Seed: 2}},
		{"villages", Clusters{Of: village, Plan: Bootstrap{N: villages, Seed: 3}}},
		{"villages in arms", Clusters{Of: village, Plan: Bootstrap{N: villages, Strata: arm, Seed: 4}}},
		{"pairs", Clusters{Of: person, Plan: Bootstrap{N: persons, Seed: 5}}},
		{"jackknife", Jackknife{N: n}},
		{"delete a village", Clusters{Of: village, Plan: Jackknife{N: villages}}},
		{"permutation", Permutation{Of: strata, Seed: 6}},
		{"swap of waves", Permutation{Of: wave, Strata: person, Seed: 7}},
		{"permutation of villages", Clusters{Of: village, Plan: Permutation{Of: arm, Seed: 8}}},
		{"folds", Folds{N: n, K: 10, Seed: 9}},
		{"folds in strata", Folds{N: n, K: 7, Strata: strata, Seed: 10}},
		{"folds of villages", Clusters{Of: village, Plan: Folds{N: villages, K: 3, Seed: 11}}},
	}
}

func TestBadPlans(t *testing.T) {
	for _, test := range []struct {
		plan Plan
		want string
	}{
		{nil, "there is no plan"},
		{Bootstrap{N: -1}, "-1 units"},
		{Jackknife{N: -1}, "-1 units"},
		{Bootstrap{N: 3, Strata: []int{0, 1}}, "strata are given for 2 units, but there are 3"},
		{Bootstrap{N: 0, Strata: []int{0}}, "strata are given for 1 units, but there are 0"},
		{Bootstrap{N: 3, Strata: []int{0, -1, 0}}, "stratum number -1 at position 1"},
		{Bootstrap{N: 3, Strata: []int{0, 0, 1 << 30}}, "stratum number 1073741824 at position 2"},
		{Bootstrap{N: 3, Strata: []int{2, 2, 0}}, "no unit has stratum number 1, though numbers go up to 2"},
		{Permutation{Of: []int{1, 1}}, "no unit has group number 0"},
		{Permutation{Of: []int{0, 1}, Strata: []int{0}}, "strata are given for 1 units"},
		{Folds{N: 10, K: 1}, "1 folds of 10 units"},
		{Folds{N: 10, K: 11}, "11 folds of 10 units"},
		{Folds{}, "0 folds of 0 units"},
		{Folds{N: -5, K: 2}, "-5 units"},
		{Clusters{Of: []int{0}}, "needs a Plan"},
		{Clusters{Of: []int{0, 2}, Plan: Jackknife{N: 3}}, "cluster number 2 at position 1"},
		{Clusters{Of: []int{0, 2, 2}, Plan: Jackknife{N: 3}}, "no unit has cluster number 1"},
		{Clusters{Of: []int{0, 1}, Plan: Jackknife{N: 3}}, "2 clusters, but the plan is for 3"},
		{Clusters{Of: []int{0, 1}, Plan: Folds{N: 2, K: 5}}, "5 folds of 2 units"},
		{Clusters{Of: []int{0, 1}, Plan: Clusters{Of: []int{0, 1}, Plan: Jackknife{N: 2}}}, "Clusters again"},
		{Clusters{Of: []int{0, 1}, Plan: &Clusters{Of: []int{0, 1}, Plan: Jackknife{N: 2}}}, "Clusters again"},
	} {
		s, err := New(test.plan)
		switch {
		case err == nil:
			t.Errorf("%+v is accepted: %+v", test.plan, s)
		case !strings.HasPrefix(err.Error(), "resample: ") || !strings.Contains(err.Error(), test.want):
			t.Errorf("%+v: %q, want %q", test.plan, err, test.want)
		}
	}
}

// Nothing, one unit, one cluster, one group: small plans have replicates too.
func TestTinyPlans(t *testing.T) {
	for _, test := range []struct {
		plan Plan
		r    uint64
		want []int32
	}{
		{Bootstrap{}, 3, nil},
		{Bootstrap{N: 1}, 3, []int32{1}},
		{Bootstrap{N: 0, Strata: []int{}}, 3, nil},
		{Bootstrap{N: 3, Strata: []int{2, 0, 1}}, 3, []int32{1, 1, 1}},
		{Jackknife{N: 1}, 0, []int32{0}},
		{Permutation{}, 3, nil},
		{Permutation{Of: []int{0}}, 3, []int32{1}},
		{Permutation{Of: []int{0, 0}}, 3, []int32{1, 1}},
		{Permutation{Of: []int{0, 1}, Strata: []int{0, 1}}, 4, []int32{1, 0}},
		{Permutation{Of: []int{0, 1}, Strata: []int{0, 1}}, 5, []int32{0, 1}},
		{Clusters{Of: []int{0, 0, 0}, Plan: Bootstrap{N: 1}}, 3, []int32{1}},
		{Clusters{Plan: Bootstrap{}}, 3, nil},
	} {
		s := sampler(t, test.plan)
		c := make([]int32, s.Units())
		s.Draw(test.r, c)
		if !slices.Equal(c, test.want) {
			t.Errorf("%+v: %v, want %v", test.plan, c, test.want)
		}
	}
	if n := sampler(t, Jackknife{}).Replicates(); n != 0 {
		t.Errorf("a jackknife of nothing has %d replicates", n)
	}
}

// The plan's slices are its owner's.
func TestNewCopies(t *testing.T) {
	for i := range plans(40) {
		p := plans(40)[i]
		s := sampler(t, p.plan)
		n := s.Units()
		before, after := make([]int32, n), make([]int32, n)
		s.Draw(1, before)
		of := slices.Clone(s.Of())
		for _, slice := range slicesOf(p.plan) {
			clear(slice)
		}
		s.Draw(1, after)
		if !slices.Equal(before, after) || !slices.Equal(of, s.Of()) {
			t.Errorf("%s: the sampler changed with the plan", p.name)
		}
	}
}

func slicesOf(p Plan) [][]int {
	switch p := p.(type) {
	case Bootstrap:
		return [][]int{p.Strata}
	case Permutation:
		return [][]int{p.Of, p.Strata}
	case Folds:
		return [][]int{p.Strata}
	case Clusters:
		return append(slicesOf(p.Plan), p.Of)
	}
	return nil
}

// grouping makes group numbers without gaps out of any numbers.
func grouping(raw []uint8) []int {
	number := make(map[uint8]int)
	of := make([]int, len(raw))
	for i, v := range raw {
		if _, ok := number[v]; !ok {
			number[v] = len(number)
		}
		of[i] = number[v]
	}
	return of
}

// inspect draws replicate r of a valid plan in every way there is and says
// what is wrong with it.
func inspect(t interface {
	Helper()
	Errorf(string, ...any)
}, p Plan, r uint64) {
	t.Helper()
	s, err := New(p)
	if err != nil {
		t.Errorf("%+v: %v", p, err)
		return
	}
	n := s.Units()
	c, bytes, label := make([]int32, n), make([]uint8, n), make([]int32, n)
	if s.Replicates() == 0 {
		return
	}
	r %= s.Replicates()
	s.Draw(r, c)
	if fits := s.Bytes(r, bytes); fits != (n == 0 || slices.Max(c) <= 255) {
		t.Errorf("fits bytes: %v, but %v", fits, c)
	} else if fits {
		for i := range c {
			if c[i] != int32(bytes[i]) {
				t.Errorf("unit %d: coefficient %d, byte %d", i, c[i], bytes[i])
			}
		}
	}
	strata := make([]int, n)
	plan := p
	if clusters, ok := p.(Clusters); ok {
		plan = clusters.Plan
		rows := make([]int32, len(clusters.Of))
		Expand(s.Of(), c, rows)
		for i, u := range clusters.Of {
			if rows[i] != c[u] {
				t.Errorf("row %d of cluster %d: %d, want %d", i, u, rows[i], c[u])
			}
		}
	}
	balance := func(want func(unit int) int) {
		if n == 0 {
			return
		}
		excess := make([]int, slices.Max(strata)+1)
		for i, v := range c {
			excess[strata[i]] += int(v) - want(i)
		}
		for k, e := range excess {
			if e != 0 {
				t.Errorf("stratum %d has %d too many: %v", k, e, c)
			}
		}
	}
	switch plan := plan.(type) {
	case Bootstrap:
		if plan.Strata != nil {
			strata = plan.Strata
		}
		balance(func(int) int { return 1 })
		s.Positions(c, label)
		inner := make([]int32, n)
		s.Inner(r, r+1, label, inner)
		if s.InnerBytes(r, r+1, label, bytes) {
			for i := range inner {
				if inner[i] != int32(bytes[i]) || inner[i] > 0 && c[i] == 0 {
					t.Errorf("unit %d: inner %d, byte %d, outer %d", i, inner[i], bytes[i], c[i])
				}
			}
		}
		c = inner
		balance(func(int) int { return 1 })
	case Jackknife:
		if sum(c) != n-1 || c[r] != 0 || slices.Max(c) > 1 {
			t.Errorf("replicate %d: %v", r, c)
		}
	case Permutation:
		if n == 0 {
			return
		}
		s.Labels(r/uint64(s.Groups()), label)
		g := int(r % uint64(s.Groups()))
		for i, v := range c {
			if (v == 1) != (int(label[i]) == g) || v != 0 && v != 1 {
				t.Errorf("unit %d of group %d: %d in replicate %d", i, label[i], v, r)
			}
		}
		if plan.Strata != nil {
			strata = plan.Strata
		}
		for g := range s.Groups() {
			for i := range c {
				c[i] = 0
				if int(label[i]) == g {
					c[i] = 1
				}
			}
			balance(func(i int) int {
				if plan.Of[i] == g {
					return 1
				}
				return 0
			})
		}
	case Folds:
		s.Labels(r/uint64(plan.K), label)
		size := make([]int, plan.K)
		if plan.Strata != nil {
			strata = plan.Strata
		}
		inStratum := make([][]int, slices.Max(strata)+1)
		for i, v := range c {
			if (v == 0) != (uint64(label[i]) == r%uint64(plan.K)) || v != 0 && v != 1 {
				t.Errorf("unit %d of fold %d: %d in replicate %d", i, label[i], v, r)
			}
			size[label[i]]++
			if inStratum[strata[i]] == nil {
				inStratum[strata[i]] = make([]int, plan.K)
			}
			inStratum[strata[i]][label[i]]++
		}
		for _, sizes := range append(inStratum, size) {
			if slices.Max(sizes)-slices.Min(sizes) > 1 {
				t.Errorf("fold sizes %v", sizes)
			}
		}
	}
}

func TestPlansOverRows(t *testing.T) {
	for _, n := range []int{40, 62, 344, 1000} {
		for _, p := range plans(n) {
			t.Run(p.name, func(t *testing.T) {
				for r := range uint64(50) {
					inspect(t, p.plan, r)
				}
			})
		}
	}
}

func TestPlanProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Uint8Range(0, rapid.Uint8Range(0, 255).Draw(t, "groups")), 2, 300).Draw(t, "of")
		of := grouping(raw)
		n := len(of)
		units := slices.Max(of) + 1
		seed, r := rapid.Uint64().Draw(t, "seed"), rapid.Uint64().Draw(t, "replicate")
		inspect(t, Bootstrap{N: n, Seed: seed}, r)
		inspect(t, Bootstrap{N: n, Strata: of, Seed: seed}, r)
		inspect(t, Clusters{Of: of, Plan: Bootstrap{N: units, Seed: seed}}, r)
		inspect(t, Clusters{Of: of, Plan: Jackknife{N: units}}, r)
		inspect(t, Permutation{Of: of, Seed: seed}, r)
		inspect(t, Permutation{Of: grouping(raw), Strata: grouping(append(raw[1:len(raw):len(raw)], raw[0])), Seed: seed}, r)
		inspect(t, Folds{N: n, K: rapid.IntRange(2, n).Draw(t, "k"), Strata: of, Seed: seed}, r)
	})
}

// Any sizes at all: a plan is refused with a sentence or has replicates.
func FuzzPlans(f *testing.F) {
	f.Add(uint8(0), 0, 0, uint64(0), uint64(0), []byte{}, []byte{})
	f.Add(uint8(1), 1, 1, uint64(1), uint64(1), []byte{0}, []byte{0})
	f.Add(uint8(2), 3, 2, uint64(1), uint64(7), []byte{0, 1, 1}, []byte{0, 0, 1})
	f.Add(uint8(3), 40, 7, uint64(1), uint64(7), []byte{0}, []byte{0, 0, 1})
	f.Add(uint8(12), 2, 2, uint64(1), uint64(7), []byte{0, 0, 1}, []byte{0, 1})
	f.Fuzz(func(t *testing.T, kind uint8, n, k int, seed, r uint64, rawOf, rawStrata []byte) {
		if n > 5000 || len(rawOf) > 5000 {
			t.Skip("large, not different")
		}
		raw := func(b []byte) []int {
			if len(b) == 0 {
				return nil
			}
			of := make([]int, len(b))
			for i, v := range b {
				of[i] = int(int8(v))
			}
			return of
		}
		of, strata := raw(rawOf), raw(rawStrata)
		if kind&16 != 0 {
			of = grouping(rawOf)
		}
		if kind&32 != 0 && len(rawStrata) > 0 {
			strata = grouping(rawStrata)
		}
		var p Plan
		switch kind % 4 {
		case 0:
			p = Bootstrap{N: n, Strata: strata, Seed: seed}
		case 1:
			p = Jackknife{N: n}
		case 2:
			p = Permutation{Of: of, Strata: strata, Seed: seed}
		case 3:
			p = Folds{N: n, K: k, Strata: strata, Seed: seed}
		}
		if kind%16 >= 8 {
			p = Clusters{Of: of, Plan: p}
		}
		if _, err := New(p); err != nil {
			if !strings.HasPrefix(err.Error(), "resample: ") {
				t.Errorf("%q", err)
			}
			return
		}
		inspect(t, p, r)
	})
}
