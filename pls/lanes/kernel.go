package lanes

import "math"

// Width is the number of replicates that are worked on together.
const Width = 8

// Vector holds one number of each of Width replicates.
type Vector [Width]float64

// kind is what an op computes.
type kind uint8

const (
	// move: dst[i] = a[i], i < n.
	move kind = iota
	// product: dst[i] = a[i] b[i], i < n.
	product
	// quotient: dst[i] = a[i] / b[i], i < n.
	quotient
	// plus: dst[i] = c[i] + a[i] b[i], i < n.
	plus
	// minus: dst[i] = c[i] - a[i] b[i], i < n.
	minus
	// root: dst[i] = sqrt a[i], i < n.
	root
	// pick: dst[i] = b[i] where a[i] > 0, else c[i], i < n.
	pick
	// dot: dst = c + sum a[i] b[i], i < n. (Those above go element by element.)
	dot
	// guard: dst = -1 where one of a[i], i < n, is not above c.
	guard
	// exceed: dst = -1 where one of |a[i]|, i < n, is above c.
	exceed
	// sign: dst[i] = -1, 0 or 1 like a[i], i < n.
	sign
	// turn: a[i] and b[i], i < n, change their signs where most of the first m
	// of a are negative, or half of them and their sum is.
	turn
	// fetch: dst[i] = R[r+i], i < n.
	fetch
	// factor: the n x n symmetric matrix with unit diagonal whose strict lower
	// triangle stands in the square a becomes LDL': L (strict lower) in its
	// place, D in c and 1/D in d. dst = -1 where one of D is not above e. b is
	// scratch of n.
	factor
	// solve: dst = (LDL')^-1 b for a factor's a and d.
	solve
	// cross: for the n x m block S of R, c[i] = sum_j S_ij b[j],
	// d[j] = sum_i S_ij a[i], dst and e = sum_j b[j] d[j].
	cross
	// form: dst and e = a' S b for the n x m block S of R.
	form
	// scale: for the n x n block S of R around its diagonal and raw weights a,
	// b becomes a over sqrt(a'Sa) where the lane is active; change becomes the
	// largest ||b|-|b before|| so far, and fault -1 where a'Sa is not above 0.
	// e is scratch of n.
	scale
	// apply: c = S a for such a block.
	apply
	// squares: dst = sum a[i]^2, e = sum a[i]^2 a[j]^2, i < n, j < i.
	squares
	// combine: dst[i] = sum_j b[j] a[j n + i], i < n, j < m.
	combine
	// between: for the n x m block S of R, e = sum |S_ij|,
	// dst[0] += sum (S_ij - a[i] b[j] c)^2 and dst[1] the same with d for c.
	between
	// within: for the pairs i > j of the n x n block S of R around its
	// diagonal, d = sum S_ij, e = sum |S_ij|, and sum (S_ij - a[i] a[j])^2 is
	// added to dst[0] and dst[1].
	within

	kinds
)

// op is one operation on vectors. Operands are positions in the solver's
// memory, blocks of R begin at position r, and the row after row i begins
// row + i vectors later: R is packed lower by rows.
type op struct {
	n, m          uint32
	r, row        uint32
	dst           uint32
	a, b, c, d, e uint32
	sa, sb        uint32 // steps from a[i] to a[i+1] and b[i] to b[i+1]: 0 or 1
}

// kernel executes operations of one kind, one after another.
type kernel func(ops []op, v, r []Vector)

// kernels is a kernel for each kind.
type kernels struct {
	name string
	run  [kinds]kernel
}

// Positions of Vectors that scale knows.
const (
	active = iota // lanes that it may change: -1, else 0
	change        // largest change of a weight
	fault         // -1 where a variance or pivot is not positive
	firstFree
)

// plain needs nothing but Go. It is the definition of every kind: the others
// must give the same bits.
var plain = kernels{"go", [kinds]kernel{
	move: moveGo, product: productGo, quotient: quotientGo, plus: plusGo, minus: minusGo, root: rootGo,
	pick: pickGo, dot: dotGo, guard: guardGo, exceed: exceedGo, sign: signGo, turn: turnGo, fetch: fetchGo,
	factor: factorGo, solve: solveGo, cross: crossGo, form: formGo, scale: scaleGo, apply: applyGo, squares: squaresGo,
	combine: combineGo, between: betweenGo, within: withinGo,
}}

// fma adds x y to d, rounding once.
func fma(d, x, y *Vector) {
	d[0] = math.FMA(x[0], y[0], d[0])
	d[1] = math.FMA(x[1], y[1], d[1])
	d[2] = math.FMA(x[2], y[2], d[2])
	d[3] = math.FMA(x[3], y[3], d[3])
	d[4] = math.FMA(x[4], y[4], d[4])
	d[5] = math.FMA(x[5], y[5], d[5])
	d[6] = math.FMA(x[6], y[6], d[6])
	d[7] = math.FMA(x[7], y[7], d[7])
}

// fnma subtracts x y from d, rounding once.
func fnma(d, x, y *Vector) {
	d[0] = math.FMA(-x[0], y[0], d[0])
	d[1] = math.FMA(-x[1], y[1], d[1])
	d[2] = math.FMA(-x[2], y[2], d[2])
	d[3] = math.FMA(-x[3], y[3], d[3])
	d[4] = math.FMA(-x[4], y[4], d[4])
	d[5] = math.FMA(-x[5], y[5], d[5])
	d[6] = math.FMA(-x[6], y[6], d[6])
	d[7] = math.FMA(-x[7], y[7], d[7])
}

func moveGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		for k := range o.n {
			v[o.dst+k] = v[o.a+k*o.sa]
		}
	}
}

func productGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		for k := range o.n {
			d, x, y := &v[o.dst+k], &v[o.a+k*o.sa], &v[o.b+k*o.sb]
			for l := range d {
				d[l] = x[l] * y[l]
			}
		}
	}
}

func quotientGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		for k := range o.n {
			d, x, y := &v[o.dst+k], &v[o.a+k*o.sa], &v[o.b+k*o.sb]
			for l := range d {
				d[l] = x[l] / y[l]
			}
		}
	}
}

func plusGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		for k := range o.n {
			t := v[o.c+k]
			fma(&t, &v[o.a+k*o.sa], &v[o.b+k*o.sb])
			v[o.dst+k] = t
		}
	}
}

func minusGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		for k := range o.n {
			t := v[o.c+k]
			fnma(&t, &v[o.a+k*o.sa], &v[o.b+k*o.sb])
			v[o.dst+k] = t
		}
	}
}

func dotGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		t := v[o.c]
		for k := range o.n {
			fma(&t, &v[o.a+k*o.sa], &v[o.b+k*o.sb])
		}
		v[o.dst] = t
	}
}

func rootGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		for k := range o.n {
			d, x := &v[o.dst+k], &v[o.a+k*o.sa]
			for l := range d {
				d[l] = math.Sqrt(x[l])
			}
		}
	}
}

func pickGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		for k := range o.n {
			d, x, y, z := &v[o.dst+k], &v[o.a+k*o.sa], &v[o.b+k*o.sb], &v[o.c+k]
			for l := range d {
				if x[l] > 0 {
					d[l] = y[l]
				} else {
					d[l] = z[l]
				}
			}
		}
	}
}

func guardGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		d, limit := &v[o.dst], &v[o.c]
		for k := range o.n {
			x := &v[o.a+k]
			for l := range d {
				if !(x[l] > limit[l]) {
					d[l] = -1
				}
			}
		}
	}
}

func exceedGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		d, limit := &v[o.dst], &v[o.c]
		for k := range o.n {
			x := &v[o.a+k]
			for l := range d {
				if math.Abs(x[l]) > limit[l] {
					d[l] = -1
				}
			}
		}
	}
}

func signGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		for k := range o.n {
			d, x := &v[o.dst+k], &v[o.a+k]
			for l, y := range x {
				switch {
				case y > 0:
					d[l] = 1
				case y < 0:
					d[l] = -1
				default:
					d[l] = 0
				}
			}
		}
	}
}

func turnGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		var count, sum Vector
		for k := range o.m {
			for l, y := range &v[o.a+k] {
				if y < 0 {
					count[l]++
				}
				sum[l] += y
			}
		}
		half := float64(o.m) / 2
		for l := range Width {
			if count[l] < half || count[l] == half && !(sum[l] < 0) {
				continue
			}
			for k := range o.n {
				v[o.a+k][l] = -v[o.a+k][l]
				v[o.b+k][l] = -v[o.b+k][l]
			}
		}
	}
}

func fetchGo(ops []op, v, r []Vector) {
	for i := range ops {
		o := &ops[i]
		copy(v[o.dst:o.dst+o.n], r[o.r:o.r+o.n])
	}
}
