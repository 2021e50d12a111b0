package frame

import (
	"cmp"
	"math"
	"slices"
)

// Summary describes one column. Numbers that do not exist, as those of a
// column of words or the skewness of two answers, are NaN.
type Summary struct {
	Name  string
	Label string
	Kind  string // number or text
	Level Level
	Role  Role
	Unit  string

	N       int // answers present
	Missing int

	Mean, SD                 float64 // SD with divisor n-1
	Min, Q1, Median, Q3, Max float64 // quartiles of type 7 (Hyndman & Fan 1996)
	Skewness                 float64 // G1 of Joanes & Gill (1998): adjusted Fisher-Pearson
	Kurtosis                 float64 // G2 of the same: excess
	Distinct                 int     // number of different answers
	Frequencies              []Frequency
	Histogram                []Bin
}

// Frequency is how often one answer occurs.
type Frequency struct {
	Value  string
	Number float64 // of a numeric column, else NaN
	Label  string  // from the codebook
	Count  int
}

// Bin counts the answers x with Low <= x < High.
type Bin struct {
	Low, High float64
	Count     int
}

const (
	// maxFrequencies: up to 12 different answers are listed in full.
	maxFrequencies = 12
	// maxBins caps a histogram.
	maxBins = 40
)

// Describe summarises every column in file order.
//
// Frequencies lists all answers up to 12 different ones in order of value (for
// words, in the order of the codebook where it has one). Of more words it
// lists the 12 most frequent; of more numbers a Histogram takes its place,
// with bins of the width of Freedman & Diaconis (1981), 2 IQR / n^(1/3),
// rounded up to 1, 2 or 5 times a power of ten, and at most 40 of them.
//
// Moments are taken about the mean, which is summed with compensation and kept
// to twice the precision, so that a large mean costs no digits of the spread.
func Describe(f *Frame) []Summary {
	out := make([]Summary, len(f.Columns))
	for i, c := range f.Columns {
		out[i] = describe(c)
	}
	return out
}

func describe(c *Column) Summary {
	nan := math.NaN()
	s := Summary{Name: c.Name, Label: c.Label, Kind: "text", Level: c.Level, Role: c.Role, Unit: c.Unit, Missing: c.Missing(),
		Mean: nan, SD: nan, Min: nan, Q1: nan, Median: nan, Q3: nan, Max: nan, Skewness: nan, Kurtosis: nan}
	if !c.Numeric() {
		s.N = len(c.Texts) - s.Missing
		s.Frequencies, s.Distinct = c.textFrequencies()
		return s
	}
	s.Kind = "number"
	s.N = len(c.Numbers) - s.Missing
	if s.N == 0 {
		return s
	}
	sorted := make([]float64, 0, s.N)
	for _, x := range c.Numbers {
		if !math.IsNaN(x) {
			sorted = append(sorted, x)
		}
	}
	slices.Sort(sorted)
	// Moments of the sorted values depend on nothing but the values.
	m := momentsOf(sorted)
	s.Mean, s.SD, s.Skewness, s.Kurtosis = m.mean(), m.sd(), m.skewness(), m.kurtosis()
	s.Min, s.Max = sorted[0], sorted[len(sorted)-1]
	s.Q1, s.Median, s.Q3 = Quantile(sorted, 0.25), Quantile(sorted, 0.5), Quantile(sorted, 0.75)
	for i, x := range sorted {
		if i > 0 && x == sorted[i-1] {
			if s.Distinct <= maxFrequencies {
				s.Frequencies[s.Distinct-1].Count++
			}
			continue
		}
		s.Distinct++
		if s.Distinct <= maxFrequencies {
			s.Frequencies = append(s.Frequencies, Frequency{Value: formatNumber(x), Number: x, Label: c.Allowed.label(x), Count: 1})
		}
	}
	if s.Distinct > maxFrequencies {
		s.Frequencies = nil
		s.Histogram = histogram(sorted, s.Q3-s.Q1)
	}
	return s
}

// label returns the codebook's label of a number, "" when it has none.
func (a Allowed) label(x float64) string {
	for _, v := range a.Values {
		if v.Number == x && v.Text == "" {
			return v.Label
		}
	}
	return ""
}

// textFrequencies counts words: all up to maxFrequencies in the codebook's
// order, then by name; else the most frequent ones, ties by name.
func (c *Column) textFrequencies() ([]Frequency, int) {
	counts := map[string]int{}
	for _, t := range c.Texts {
		if t != "" {
			counts[t]++
		}
	}
	rank := make(map[string]int, len(c.Allowed.Values))
	labels := make(map[string]string, len(c.Allowed.Values))
	for i, v := range c.Allowed.Values {
		rank[v.Text] = i - len(c.Allowed.Values) // before words that are not in it, which rank 0
		labels[v.Text] = v.Label
	}
	out := make([]Frequency, 0, len(counts))
	for t, n := range counts {
		out = append(out, Frequency{Value: t, Number: math.NaN(), Label: labels[t], Count: n})
	}
	slices.SortFunc(out, func(a, b Frequency) int {
		byValue := cmp.Or(cmp.Compare(rank[a.Value], rank[b.Value]), cmp.Compare(a.Value, b.Value))
		if len(counts) > maxFrequencies {
			return cmp.Or(cmp.Compare(b.Count, a.Count), byValue)
		}
		return byValue
	})
	return out[:min(len(out), maxFrequencies)], len(counts)
}

// Quantile returns the p quantile, 0 <= p <= 1, of ascending values by linear
// interpolation between order statistics at (n-1)p: type 7 of Hyndman & Fan
// (1996). It is NaN without values.
func Quantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	h := p * float64(len(sorted)-1)
	i := min(int(h), len(sorted)-1)
	part := h - float64(i)
	if part == 0 || i+1 == len(sorted) || sorted[i] == sorted[i+1] {
		return sorted[i]
	}
	if d := sorted[i+1] - sorted[i]; !math.IsInf(d, 0) {
		return sorted[i] + part*d
	}
	return sorted[i]*(1-part) + sorted[i+1]*part
}

// histogram counts ascending finite values in bins of equal, round width.
func histogram(sorted []float64, iqr float64) []Bin {
	low, high := sorted[0], sorted[len(sorted)-1]
	spread := high - low
	if math.IsInf(spread, 0) || math.IsNaN(spread) || spread == 0 {
		return nil
	}
	n := float64(len(sorted))
	width := 2 * iqr / math.Cbrt(n)
	if !(width > 0) { // half of the answers are the same: Sturges (1926)
		width = spread / (1 + math.Log2(n))
	}
	width = roundUp(max(width, spread/(maxBins-1)))
	first := math.Floor(low / width)
	last := math.Floor(high / width)
	if !(last-first <= maxBins) || math.IsInf(width, 0) {
		return nil // at the ends of the floating-point range
	}
	bins := make([]Bin, int(last-first)+1)
	for k := range bins {
		bins[k].Low, bins[k].High = (first+float64(k))*width, (first+float64(k)+1)*width
	}
	for _, x := range sorted {
		k := int(math.Floor(x/width) - first)
		bins[min(max(k, 0), len(bins)-1)].Count++
	}
	return bins
}

// roundUp returns the next 1, 2 or 5 times a power of ten.
func roundUp(x float64) float64 {
	e := math.Pow10(int(math.Floor(math.Log10(x))))
	for _, k := range []float64{1, 2, 5, 10} {
		if k*e >= x {
			return k * e
		}
	}
	return 10 * e
}
