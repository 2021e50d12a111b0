package lanes

import "math"

func factorGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		n := int(o.n)
		square, x := v[o.a:int(o.a)+n*n], v[o.b:int(o.b)+n]
		pivot, inverse := v[o.c:int(o.c)+n], v[o.d:int(o.d)+n]
		for a := range n {
			d := Vector{1, 1, 1, 1, 1, 1, 1, 1}
			row := square[a*n : a*n+a]
			for b := range row {
				t := row[b]
				for c := range b {
					fnma(&t, &square[b*n+c], &x[c])
				}
				x[b] = t
				l := &row[b]
				for k := range l {
					l[k] = t[k] * inverse[b][k]
				}
				fnma(&d, l, &t)
			}
			pivot[a] = d
			for k := range d {
				inverse[a][k] = 1 / d[k]
				if !(d[k] > v[o.e][k]) {
					v[o.dst][k] = -1
				}
			}
		}
	}
}

func solveGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		n := int(o.n)
		square, inverse := v[o.a:int(o.a)+n*n], v[o.d:int(o.d)+n]
		right, out := v[o.b:int(o.b)+n], v[o.dst:int(o.dst)+n]
		for a := range n {
			t := right[a]
			for c := range a {
				fnma(&t, &square[a*n+c], &out[c])
			}
			out[a] = t
		}
		for a := n - 1; a >= 0; a-- {
			t := out[a]
			for k := range t {
				t[k] *= inverse[a][k]
			}
			for c := a + 1; c < n; c++ {
				fnma(&t, &square[c*n+a], &out[c])
			}
			out[a] = t
		}
	}
}

func crossGo(ops []op, v, r []Vector) {
	for i := range ops {
		o := &ops[i]
		n, m := int(o.n), int(o.m)
		left, right := v[o.a:int(o.a)+n], v[o.b:int(o.b)+m]
		rows, columns := v[o.c:int(o.c)+n], v[o.d:int(o.d)+m]
		clear(columns)
		at := int(o.r)
		for a := range rows {
			s := r[at : at+m]
			at += int(o.row) + a
			var t Vector
			for b := range s {
				fma(&t, &s[b], &right[b])
				fma(&columns[b], &s[b], &left[a])
			}
			rows[a] = t
		}
		var t Vector
		for b := range columns {
			fma(&t, &columns[b], &right[b])
		}
		v[o.dst], v[o.e] = t, t
	}
}

func formGo(ops []op, v, r []Vector) {
	for i := range ops {
		o := &ops[i]
		n, m := int(o.n), int(o.m)
		left, right := v[o.a:int(o.a)+n], v[o.b:int(o.b)+m]
		var sum Vector
		for b := range right {
			var t Vector
			at := int(o.r) + b
			for a := range left {
				fma(&t, &r[at], &left[a])
				at += int(o.row) + a
			}
			fma(&sum, &t, &right[b])
		}
		v[o.dst], v[o.e] = sum, sum
	}
}

// around sets u = S raw for the block S of R around its diagonal.
func (o *op) around(raw, u, r []Vector) {
	copy(u, raw)
	at := int(o.r)
	for a := 1; a < len(u); a++ {
		s := r[at : at+a]
		at += int(o.row) + a - 1
		for b := range s {
			fma(&u[a], &s[b], &raw[b])
			fma(&u[b], &s[b], &raw[a])
		}
	}
}

func scaleGo(ops []op, v, r []Vector) {
	for i := range ops {
		o := &ops[i]
		n := int(o.n)
		raw, u := v[o.a:int(o.a)+n], v[o.e:int(o.e)+n]
		o.around(raw, u, r)
		var variance, f Vector
		for a := range u {
			fma(&variance, &raw[a], &u[a])
		}
		for l, x := range variance {
			f[l] = 1 / math.Sqrt(x)
			if !(x > 0) {
				v[fault][l] = -1
			}
		}
		on, most := &v[active], &v[change]
		for a := range raw {
			w := &v[int(o.b)+a]
			for l := range w {
				x := raw[a][l] * f[l]
				if d := math.Abs(math.Abs(x) - math.Abs(w[l])); d > most[l] {
					most[l] = d
				}
				if on[l] < 0 {
					w[l] = x
				}
			}
		}
	}
}

func applyGo(ops []op, v, r []Vector) {
	for i := range ops {
		o := &ops[i]
		n := int(o.n)
		o.around(v[o.a:int(o.a)+n], v[o.c:int(o.c)+n], r)
	}
}

func squaresGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		var sum, outer Vector
		for _, w := range v[o.a : o.a+o.n] {
			for l, x := range w {
				w[l] = x * x
			}
			fma(&outer, &w, &sum)
			add(&sum, &sum, &w)
		}
		v[o.dst], v[o.e] = sum, outer
	}
}

func combineGo(ops []op, v, _ []Vector) {
	for i := range ops {
		o := &ops[i]
		n, m := int(o.n), int(o.m)
		u, e := v[o.a:int(o.a)+n*m], v[o.b:int(o.b)+m]
		for a := range n {
			var t Vector
			for k := range e {
				fma(&t, &u[k*n+a], &e[k])
			}
			v[int(o.dst)+a] = t
		}
	}
}

// residuals adds up squares and absolute values over rows of a block of R, in
// two chains, one for even and one for odd columns: a single one would wait for
// its own last addition.
type residuals struct{ first, second, size [2]Vector }

func (t *residuals) add(b int, s, x, y, l *Vector) {
	d, e := *s, *s
	fnma(&d, x, l)
	fnma(&e, y, l)
	fma(&t.first[b&1], &d, &d)
	fma(&t.second[b&1], &e, &e)
	size := &t.size[b&1]
	for k := range s {
		size[k] += math.Abs(s[k])
	}
}

func add(d, x, y *Vector) {
	for l := range d {
		d[l] = x[l] + y[l]
	}
}

func betweenGo(ops []op, v, r []Vector) {
	for i := range ops {
		o := &ops[i]
		n, m := int(o.n), int(o.m)
		left, right := v[o.a:int(o.a)+n], v[o.b:int(o.b)+m]
		var t residuals
		at := int(o.r)
		for a := range left {
			s := r[at : at+m]
			at += int(o.row) + a
			var x, y Vector
			for l, z := range left[a] {
				x[l], y[l] = z*v[o.c][l], z*v[o.d][l]
			}
			for b := range s {
				t.add(b, &s[b], &x, &y, &right[b])
			}
		}
		add(&t.first[0], &t.first[0], &t.first[1])
		add(&t.second[0], &t.second[0], &t.second[1])
		add(&v[o.dst], &v[o.dst], &t.first[0])
		add(&v[o.dst+1], &v[o.dst+1], &t.second[0])
		add(&v[o.e], &t.size[0], &t.size[1])
	}
}

func withinGo(ops []op, v, r []Vector) {
	for i := range ops {
		o := &ops[i]
		n := int(o.n)
		left := v[o.a : int(o.a)+n]
		var square, sum, size Vector
		at := int(o.r)
		for a := 1; a < n; a++ {
			s := r[at : at+a]
			at += int(o.row) + a - 1
			for b := range s {
				d := s[b]
				fnma(&d, &left[a], &left[b])
				fma(&square, &d, &d)
				for l, x := range s[b] {
					sum[l] += x
					size[l] += math.Abs(x)
				}
			}
		}
		add(&v[o.dst], &v[o.dst], &square)
		add(&v[o.dst+1], &v[o.dst+1], &square)
		v[o.d], v[o.e] = sum, size
	}
}
