package replicate

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"plumb/frame"
	"plumb/moment"
)

// likert returns answers from lo to hi with a common factor.
func likert(r *rand.Rand, n, p, lo, hi int) [][]float64 {
	x := make([][]float64, p)
	for a := range x {
		x[a] = make([]float64, n)
	}
	mid, half := float64(lo+hi)/2, float64(hi-lo)/2
	for i := range n {
		f := r.NormFloat64()
		for a := range x {
			v := math.Round(mid + half/2*(0.7*f+0.7*r.NormFloat64()))
			x[a][i] = min(float64(hi), max(float64(lo), v))
		}
	}
	return x
}

func continuous(r *rand.Rand, n, p int) [][]float64 {
	x := make([][]float64, p)
	for a := range x {
		x[a] = make([]float64, n)
	}
	for i := range n {
		f := r.NormFloat64()
		for a := range x {
			x[a][i] = 1e3*float64(a) + float64(a+1)*(0.6*f+0.8*r.NormFloat64())
		}
	}
	return x
}

// draw is a bootstrap of units.
func draw(r *rand.Rand, units int) []int32 {
	c := make([]int32, units)
	for range c {
		c[r.IntN(units)]++
	}
	return c
}

func ones(units int) []int32 {
	c := make([]int32, units)
	for i := range c {
		c[i] = 1
	}
	return c
}

// twoPass is the reference: rows repeated by their counts, holes filled with
// the mean, correlations about the mean. ok is false if a column is constant.
func twoPass(columns [][]float64, o Options, c []int32) (r [][]float64, ok bool) {
	p := len(columns)
	ok = true
	x := make([][]float64, p) // of the rows that count
	var cw []float64
	for a, col := range columns {
		sum, n := 0.0, 0.0
		constant, first := true, math.NaN()
		var counts []float64
		for i, v := range col {
			u, w := i, 1.0
			if o.Clusters != nil {
				u = o.Clusters[i]
			}
			if o.Weights != nil {
				w = o.Weights[i]
			}
			k := float64(c[u])
			if k == 0 || w == 0 {
				continue
			}
			x[a] = append(x[a], v)
			counts = append(counts, k*w)
			if !math.IsNaN(v) {
				if math.IsNaN(first) {
					first = v
				}
				constant = constant && v == first
				n += k
				sum += k * (v - first)
			}
		}
		ok = ok && !constant
		for i, v := range x[a] {
			if math.IsNaN(v) {
				x[a][i] = first + sum/n
			}
		}
		cw = counts
	}
	r = make([][]float64, p)
	total := 0.0
	for _, k := range cw {
		total += k
	}
	for a := range x {
		r[a] = make([]float64, p)
		for range 2 { // the second time takes off the rounding of the first
			m := 0.0
			for i, v := range x[a] {
				m += cw[i] * v
			}
			for i := range x[a] {
				x[a][i] -= m / total
			}
		}
	}
	dot := func(a, b int) float64 {
		s := 0.0
		for i, v := range x[a] {
			s += cw[i] * v * x[b][i]
		}
		return s
	}
	sd := make([]float64, p)
	for a := range p {
		sd[a] = math.Sqrt(dot(a, a))
		for b := range a + 1 {
			r[a][b] = dot(a, b) / (sd[a] * sd[b])
			r[b][a] = r[a][b]
		}
	}
	return r, ok
}

// exactR is the correlation of integers, from sums without any rounding.
func exactR(x, y []float64, c []int32) float64 {
	sum := func(f func(i int) float64) *big.Int {
		s := new(big.Int)
		for i, k := range c {
			s.Add(s, new(big.Int).Mul(big.NewInt(int64(k)), big.NewInt(int64(f(i)))))
		}
		return s
	}
	n := sum(func(int) float64 { return 1 })
	cov := func(x, y []float64) float64 {
		q := sum(func(i int) float64 { return x[i] * y[i] })
		q.Mul(q, n)
		q.Sub(q, new(big.Int).Mul(sum(func(i int) float64 { return x[i] }), sum(func(i int) float64 { return y[i] })))
		v, _ := new(big.Float).SetInt(q).Float64()
		return v
	}
	return cov(x, y) / (math.Sqrt(cov(x, x)) * math.Sqrt(cov(y, y)))
}

// panelOf fills a panel with the given replicates, lane after lane.
func panelOf(t testing.TB, k *kernel, columns [][]float64, o Options, counts [][]int32) (*Source, *Panel) {
	t.Helper()
	s, err := newSource(columns, o, k)
	if err != nil {
		t.Fatal(err)
	}
	c := s.NewCounts()
	for l, v := range counts {
		c.Set(l, v)
	}
	var p Panel
	s.Fill(&p, c)
	return s, &p
}

func (p *Panel) bad(lane int) bool { return p.Bad>>lane&1 != 0 }

func (p *Panel) at(pair, lane int) float64 {
	return p.R[lane/Width][pair*Width+lane%Width]
}

// reference is what twoPass returns.
type reference struct {
	r  [][]float64
	ok bool
}

// closeTo compares a panel with the reference.
func closeTo(t *testing.T, s *Source, p *Panel, references []reference, tolerance float64) {
	t.Helper()
	worst := 0.0
	for l := range Lanes {
		if l >= len(references) {
			if !p.bad(l) {
				t.Errorf("lane %d has no rows and is not bad", l)
			}
			continue
		}
		want, ok := references[l].r, references[l].ok
		if ok == p.bad(l) {
			t.Errorf("lane %d: bad is %v, a column is constant: %v", l, p.bad(l), !ok)
			continue
		}
		for k, ab := range s.pairs {
			got := p.at(k, l)
			if !ok {
				if got != 0 {
					t.Fatalf("bad lane %d: R = %v", l, got)
				}
				continue
			}
			d := math.Abs(got - want[ab[0]][ab[1]])
			if !(d <= tolerance) {
				t.Fatalf("lane %d pair %v: %v, want %v (difference %.2g)", l, ab, got, want[ab[0]][ab[1]], d)
			}
			worst = max(worst, d)
		}
	}
	t.Logf("%s: largest difference %.1e, bad lanes %d", s.Kernel(), worst, bits.OnesCount64(p.Bad))
}

func sixtyFour(r *rand.Rand, units int) [][]int32 {
	counts := make([][]int32, Lanes)
	for l := range counts {
		counts[l] = draw(r, units)
	}
	return counts
}

// TestTwoPass holds every kind of data to the reference.
func TestTwoPass(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	holes := func(x [][]float64, share float64) [][]float64 {
		for a := range x {
			if a%4 == 3 {
				continue // some columns stay complete
			}
			for i := range x[a] {
				if r.Float64() < share {
					x[a][i] = math.NaN()
				}
			}
		}
		return x
	}
	weights := func(n int, f func() float64) []float64 {
		w := make([]float64, n)
		for i := range w {
			w[i] = f()
		}
		return w
	}
	clusters := func(n, k int) []int {
		c := make([]int, n)
		for i := range c {
			c[i] = r.IntN(k)
		}
		c[0] = k - 1
		return c
	}
	tenth := func(x [][]float64) [][]float64 {
		for a := range x {
			for i := range x[a] {
				x[a][i] /= 10
			}
		}
		return x
	}
	rare := likert(r, 40, 3, 0, 0) // constant but for one row
	for a := range rare {
		rare[a][a] = 1
	}
	spike := continuous(r, 30, 3)
	for i := range 29 {
		spike[1][i] = 0.1
	}
	far := continuous(r, 100, 4)
	for i := range far[1] {
		far[1][i] += 1e8
	}
	twoValues := continuous(r, 12, 2)
	for i := range 12 {
		twoValues[0][i] = float64(i%2) * math.Pi
	}
	for _, c := range []struct {
		name      string
		x         [][]float64
		o         Options
		tolerance float64
	}{
		{"seven-point", likert(r, 344, 31, 1, 7), Options{}, 1e-14},
		{"tail 1", likert(r, 61, 5, 1, 5), Options{}, 1e-14},
		{"tail 3", likert(r, 63, 5, 1, 5), Options{}, 1e-14},
		{"zero to ten", likert(r, 150, 8, 0, 10), Options{}, 1e-14},
		{"sliders", likert(r, 150, 8, 0, 100), Options{}, 1e-14},
		{"to 10000", likert(r, 700, 7, 0, 10000), Options{}, 1e-14},
		{"mixed ranges", append(likert(r, 200, 4, 1, 7), likert(r, 200, 3, -5000, 5000)...), Options{}, 1e-14},
		{"huge integers", likert(r, 200, 4, 0, 1e9), Options{}, 1e-14},
		{"decimals", tenth(likert(r, 200, 4, 10, 70)), Options{}, 1e-14},
		{"two blocks", likert(r, 1500, 6, 1, 7), Options{}, 1e-13},
		{"two blocks of sliders", likert(r, 1500, 6, 1, 100), Options{}, 1e-13},
		{"continuous", continuous(r, 344, 9), Options{}, 1e-13},
		{"far from zero", far, Options{}, 1e-13},
		{"continuous blocks", continuous(r, 2500, 4), Options{}, 1e-13},
		{"continuous and items", append(continuous(r, 100, 2), likert(r, 100, 3, 1, 7)...), Options{}, 1e-13},
		{"whole weights", likert(r, 200, 6, 1, 7), Options{Weights: weights(200, func() float64 { return float64(r.IntN(9)) })}, 1e-14},
		{"decimal weights", likert(r, 200, 6, 1, 7), Options{Weights: weights(200, func() float64 { return float64(25+r.IntN(300)) / 100 })}, 1e-13},
		{"real weights", likert(r, 200, 6, 1, 7), Options{Weights: weights(200, r.ExpFloat64)}, 1e-13},
		{"real weights, continuous", continuous(r, 200, 6), Options{Weights: weights(200, r.ExpFloat64)}, 1e-13},
		{"clusters", likert(r, 400, 6, 1, 7), Options{Clusters: clusters(400, 37)}, 1e-14},
		{"clusters, continuous", continuous(r, 400, 6), Options{Clusters: clusters(400, 37)}, 1e-13},
		{"few clusters, weights", likert(r, 90, 4, 1, 7), Options{Clusters: clusters(90, 5), Weights: weights(90, r.ExpFloat64)}, 1e-13},
		{"holes", holes(likert(r, 200, 7, 1, 7), 0.05), Options{}, 1e-13},
		{"holes, continuous", holes(continuous(r, 200, 7), 0.05), Options{}, 1e-13},
		{"holes, weights", holes(likert(r, 200, 7, 1, 7), 0.05), Options{Weights: weights(200, r.ExpFloat64)}, 1e-13},
		{"holes, whole weights", holes(likert(r, 200, 7, 1, 7), 0.05), Options{Weights: weights(200, func() float64 { return float64(r.IntN(4)) })}, 1e-13},
		{"holes, clusters", holes(likert(r, 200, 7, 1, 7), 0.3), Options{Clusters: clusters(200, 20)}, 1e-13},
		{"mostly holes", holes(likert(r, 60, 5, 1, 7), 0.8), Options{}, 1e-13},
		{"everything", holes(continuous(r, 300, 6), 0.1), Options{Clusters: clusters(300, 25), Weights: weights(300, r.ExpFloat64)}, 1e-13},
		{"rare answer", rare, Options{}, 1e-14},
		{"spike", spike, Options{}, 1e-13},
		{"spike, weights", rare, Options{Weights: weights(40, r.ExpFloat64)}, 1e-13},
		{"two values", twoValues, Options{}, 1e-13},
		{"rare in clusters, weights", rare, Options{Clusters: clusters(40, 9), Weights: weights(40, r.ExpFloat64)}, 1e-13},
		{"one row", likert(r, 1, 3, 1, 7), Options{}, 0},
		{"one column", likert(r, 20, 1, 1, 7), Options{}, 0},
		{"one cell", likert(r, 1, 1, 1, 7), Options{}, 0},
		{"two rows", likert(r, 2, 3, 1, 7), Options{}, 1e-14},
		{"block pairs", likert(r, 100, 7, 1, 7), Options{Pairs: BlockPairs(3, 1, 3)}, 1e-14},
		{"some pairs", likert(r, 100, 7, 1, 7), Options{Pairs: [][2]int{{2, 5}, {5, 2}, {3, 3}, {0, 6}}}, 1e-14},
		{"holes, some pairs", holes(likert(r, 100, 7, 1, 7), 0.1), Options{Pairs: [][2]int{{2, 5}, {5, 2}, {0, 0}, {0, 6}, {3, 3}}}, 1e-14},
	} {
		t.Run(c.name, func(t *testing.T) {
			units := len(c.x[0])
			if c.o.Clusters != nil {
				units = 1 + slices.Max(c.o.Clusters)
			}
			counts := sixtyFour(r, units)
			references := make([]reference, Lanes)
			for l := range references {
				references[l].r, references[l].ok = twoPass(c.x, c.o, counts[l])
			}
			for _, k := range kernels() {
				for _, m := range []int{Lanes, 5} {
					s, p := panelOf(t, k, c.x, c.o, counts[:m])
					closeTo(t, s, p, references[:m], c.tolerance)
				}
			}
		})
	}
}

// TestExact holds integers to the last bit.
func TestExact(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for _, top := range []int{5, 7, 22, 23, 100, 10000} {
		for _, n := range []int{2, 30, 344, 1501} {
			x := likert(r, n, 5, 1, top)
			counts := sixtyFour(r, n)
			counts[7] = ones(n)
			for i := range counts[9] {
				counts[9][i] *= 300 // beyond one plane
			}
			for _, k := range kernels() {
				s, p := panelOf(t, k, x, Options{}, counts)
				for _, l := range []int{0, 7, 9, 18, 36, 63} {
					if p.bad(l) {
						continue
					}
					for k, ab := range s.pairs {
						if got, want := p.at(k, l), exactR(x[ab[0]], x[ab[1]], counts[l]); got != want {
							t.Fatalf("%s, 1..%d, n = %d, lane %d, pair %v: %v, want %v", s.Kernel(), top, n, l, ab, got, want)
						}
					}
				}
			}
		}
	}
}

// TestManyRows goes beyond what 32-bit sums and their blocks hold.
func TestManyRows(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	n := span + 1501
	x := likert(r, n, 2, 1, 23)
	copy(x[1], x[0]) // sums as large as can be
	x = append(x, likert(r, n, 1, 0, 300)...)
	counts := [][]int32{ones(n), draw(r, n), make([]int32, n)}
	for i := range n {
		counts[2][i] = 127
	}
	want := make(map[[3]int32]float64)
	for _, k := range kernels() {
		s, p := panelOf(t, k, x, Options{}, counts)
		for l, c := range counts {
			for i, ab := range s.pairs {
				key := [3]int32{ab[0], ab[1], int32(l)}
				if _, ok := want[key]; !ok {
					want[key] = exactR(x[ab[0]], x[ab[1]], c)
				}
				if got := p.at(i, l); got != want[key] {
					t.Errorf("%s, lane %d, pair %v: %v, want %v", s.Kernel(), l, ab, got, want[key])
				}
			}
		}
		if p.N[2] != 127*float64(n) {
			t.Errorf("%s: N = %v", s.Kernel(), p.N[2])
		}
	}
}

// TestConstantClass: values that share a class differ all the same, and equal
// values are constant in any class.
func TestConstantClass(t *testing.T) {
	x := make([]float64, 44)
	y := make([]float64, 44)
	for i := range x {
		x[i] = math.Sqrt(float64(1 + i/2)) // every value twice
		y[i] = math.Sin(float64(i * i))
	}
	for _, k := range kernels() {
		s, err := newSource([][]float64{x, y}, Options{}, k)
		if err != nil {
			t.Fatal(err)
		}
		id := classes(&s.columns[0], s.active)
		c := s.NewCounts()
		var panel Panel
		same := 0
		for i := range x {
			for j := range i {
				v := make([]int32, len(x))
				v[i], v[j] = 2, 3
				c.Set(5, v)
				s.Fill(&panel, c)
				if constant := x[i] == x[j]; panel.bad(5) != constant {
					t.Errorf("%s, rows %d and %d: bad is %v", k.name, i, j, panel.bad(5))
				}
				if id[i] == id[j] && x[i] != x[j] {
					same++
				}
			}
		}
		if same == 0 {
			t.Error("no two values share a class")
		}
	}
}

// TestSet: counts of one give the correlations of the full sample, of integers
// with the same bits.
func TestSet(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	for name, c := range map[string]struct {
		x         [][]float64
		w         bool
		tolerance float64
	}{
		"items":      {likert(r, 344, 12, 1, 7), false, 0},
		"sliders":    {likert(r, 344, 12, 0, 1000), false, 0},
		"continuous": {continuous(r, 344, 12), false, 1e-15},
		"weights":    {likert(r, 344, 12, 1, 7), true, 1e-14}, // two roundings a product, another pivot,
	} {
		f := &frame.Frame{Rows: 344}
		var names []string
		for a, x := range c.x {
			names = append(names, fmt.Sprintf("x%d", a))
			f.Columns = append(f.Columns, &frame.Column{Name: names[a], Numbers: x})
		}
		var o Options
		var mo moment.Options
		if c.w {
			o.Weights = make([]float64, 344)
			for i := range o.Weights {
				o.Weights[i] = 0.5 + r.Float64()
			}
			f.Columns = append(f.Columns, &frame.Column{Name: "w", Numbers: o.Weights})
			mo.Weight = "w"
		}
		set, _, err := moment.Compute(f, names, mo)
		if err != nil {
			t.Fatal(err)
		}
		cor := set.Cor()
		for _, k := range kernels() {
			s, p := panelOf(t, k, c.x, o, [][]int32{ones(344)})
			for i, ab := range s.pairs {
				if d := math.Abs(p.at(i, 0) - cor.At(int(ab[0]), int(ab[1]))); d > c.tolerance {
					t.Errorf("%s, %s, pair %v: difference %.2g", name, s.Kernel(), ab, d)
				}
			}
			if p.N[0] != 344 {
				t.Errorf("%s: N = %v", name, p.N[0])
			}
		}
	}
}
