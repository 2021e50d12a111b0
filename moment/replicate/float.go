package replicate

import "math"

// floatProduct is the matrix product for columns of Z that are not integers of
// a few digits: continuous data, weights that are not whole.
type floatProduct struct {
	units int
	n     int
	tiles [][]float64 // [units][tileColumns] each
}

// halfLanes is the number of lanes of one float64 tile: four 512-bit vectors.
const halfLanes = Lanes / 2

func (f *floatProduct) add(z []float64) {
	if f.n%tileColumns == 0 {
		f.tiles = append(f.tiles, aligned[float64](f.units*tileColumns))
	}
	tile := f.tiles[len(f.tiles)-1][f.n%tileColumns:]
	for i, v := range z {
		tile[i*tileColumns] = v
	}
	f.n++
}

func (f *floatProduct) columns() int { return len(f.tiles) * tileColumns }

// multiply sets out[column][lane] to the sum of count times z. Sums of blocks
// of units are added up, which keeps rounding errors near 2^-53 sqrt(blockUnits)
// however long the survey.
func (f *floatProduct) multiply(k *kernel, out []float64, c *Counts, w *workspace) {
	for from := 0; from < f.units; from += blockUnits {
		n := min(blockUnits, f.units-from)
		c.floats(w.counts, from, n)
		for half := range 2 {
			counts := w.counts[half*blockUnits*halfLanes:][:n*halfLanes]
			for i, tile := range f.tiles {
				to := out[i*tileColumns*Lanes+half*halfLanes:]
				k.multiplyTile(to, tile[from*tileColumns:], counts, n, from == 0)
			}
		}
	}
}

// floats writes the counts of n units as float64, [2][blockUnits][halfLanes].
func (c *Counts) floats(to []float64, from, n int) {
	worth := 1.0
	for k, plane := range c.planes {
		if k > 0 && c.used[k] == 0 {
			continue
		}
		for i := range n {
			words := (*[Lanes]uint32)(plane[(from+i)/4*Lanes:])
			shift := 8 * ((from + i) % 4)
			for half := range 2 {
				row := (*[halfLanes]float64)(to[(half*blockUnits+i)*halfLanes:])
				part := words[half*halfLanes:][:halfLanes]
				for l, word := range part {
					v := float64(word >> shift & 0xff)
					if k == 0 {
						row[l] = v
					} else {
						row[l] += v * worth
					}
				}
			}
		}
		worth *= 1 << digitBits
	}
}

// multiplyTile is the plain form of kernel.multiplyTile.
func multiplyTile(out, z, counts []float64, k int, first bool) {
	z, counts = z[:k*tileColumns], counts[:k*halfLanes]
	for q := range tileColumns {
		for l := 0; l < halfLanes; l += 8 {
			var s0, s1, s2, s3, s4, s5, s6, s7 float64
			for i, j := q, l; i < len(z); i, j = i+tileColumns, j+halfLanes {
				v, n := z[i], (*[8]float64)(counts[j:])
				s0 = math.FMA(n[0], v, s0)
				s1 = math.FMA(n[1], v, s1)
				s2 = math.FMA(n[2], v, s2)
				s3 = math.FMA(n[3], v, s3)
				s4 = math.FMA(n[4], v, s4)
				s5 = math.FMA(n[5], v, s5)
				s6 = math.FMA(n[6], v, s6)
				s7 = math.FMA(n[7], v, s7)
			}
			to := (*[8]float64)(out[q*Lanes+l:])
			if first {
				*to = [8]float64{}
			}
			to[0] += s0
			to[1] += s1
			to[2] += s2
			to[3] += s3
			to[4] += s4
			to[5] += s5
			to[6] += s6
			to[7] += s7
		}
	}
}
