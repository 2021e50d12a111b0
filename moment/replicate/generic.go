package replicate

import "math"

// centred returns W S_ab - s_a s_b, W times the sum of products about the
// means, to within 1.5 units in the last place and exactly zero only if it is
// zero (Kahan's a d - b c; Jeannerod, Louvet and Muller 2013, theorem 1.2),
// given W, S and s without error. Integers that stay below 2^53 are exact.
func centred(weight, product, a, b float64) float64 {
	w := float64(a * b)
	e := math.FMA(-a, b, w)
	f := math.FMA(weight, product, -w)
	return f + e
}

// variances fills the margins from the first rows of moments and returns the
// lanes in which a column has no variance.
func variances[T int32 | float64](m []T, p int, f *margins) (bad uint64) {
	for g := range Groups {
		weight := (*[Width]float64)(f.weight[g*Width:])
		for l := range weight {
			weight[l] = float64(m[g*Width+l])
		}
		for a := range p {
			s := m[(1+a)*Lanes+g*Width:][:Width]
			q := m[(1+p+a)*Lanes+g*Width:][:Width]
			sum, root := f.sum[(g*p+a)*Width:][:Width], f.root[(g*p+a)*Width:][:Width]
			for l := range weight {
				sum[l] = float64(s[l])
				v := centred(weight[l], float64(q[l]), sum[l], sum[l])
				if !(v > 0) {
					bad |= 1 << (g*Width + l)
				}
				root[l] = math.Sqrt(v)
			}
		}
	}
	return bad
}

// correlate turns the sums of products of the pairs into correlations: r[g][k]
// of Width lanes each.
func correlate[T int32 | float64](m []T, pairs [][2]int32, p int, f *margins, r []float64) {
	for g := range Groups {
		weight := (*[Width]float64)(f.weight[g*Width:])
		sum, root := f.sum[g*p*Width:][:p*Width], f.root[g*p*Width:][:p*Width]
		for k, ab := range pairs {
			a, b := int(ab[0])*Width, int(ab[1])*Width
			sa, sb := (*[Width]float64)(sum[a:]), (*[Width]float64)(sum[b:])
			ra, rb := (*[Width]float64)(root[a:]), (*[Width]float64)(root[b:])
			q := (*[Width]T)(m[k*Lanes+g*Width:])
			to := (*[Width]float64)(r[(g*len(pairs)+k)*Width:])
			for l := range to {
				to[l] = centred(weight[l], float64(q[l]), sa[l], sb[l]) / float64(ra[l]*rb[l])
			}
		}
	}
}

// widen adds the digits of an integer product, times worth, to the moments;
// without again, it begins them anew.
func widen(m []float64, t []int32, digits []digit, worth float64, again bool) {
	for k := range digits {
		d := &digits[k]
		to, from, scale := lanesOf(m, int(d.row)), lanesOf(t, k), d.scale*worth
		if d.first && !again {
			for l, v := range from {
				to[l] = float64(v) * scale
			}
			continue
		}
		for l, v := range from {
			to[l] = math.FMA(float64(v), scale, to[l])
		}
	}
}
