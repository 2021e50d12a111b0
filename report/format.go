package report

import (
	"math"
	"strconv"
	"strings"
)

// Numbers in a report: a true minus sign, no leading zero where a statistic
// cannot exceed 1 in absolute value by definition (APA style, 7th edition,
// 6.36), never a negative zero, and an em dash where there is no number.

const (
	minus   = "−" // U+2212
	noValue = "—"
)

// Fixed writes x with that many decimals: 0.645, −1.976.
func Fixed(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return noValue
	}
	s := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	if x < 0 && strings.Trim(s, "0.") != "" {
		return minus + s
	}
	return s
}

// Bounded writes a statistic that lies between -1 and 1 when all is well, with
// that many decimals and no leading zero: .815, −.042. An inadmissible value
// keeps its digits: 1.023.
func Bounded(x float64, decimals int) string {
	s := Fixed(x, decimals)
	if decimals == 0 {
		return s
	}
	if rest, ok := strings.CutPrefix(s, "0."); ok {
		return "." + rest
	}
	if rest, ok := strings.CutPrefix(s, minus+"0."); ok {
		return minus + "." + rest
	}
	return s
}

// P writes a probability with three decimals, <.001 below that and >.999 above.
func P(p float64) string {
	switch {
	case math.IsNaN(p):
		return noValue
	case p < 0.001:
		return "<.001"
	case p > 0.999:
		return ">.999"
	}
	return Bounded(p, 3)
}

// Interval writes the interval between two ends: [.759, .875]. An end that is
// no number is open: [.120, ∞). Without any end there is no interval.
func Interval(low, high float64, write func(float64) string) string {
	from, to := "["+write(low), write(high)+"]"
	switch {
	case math.IsNaN(low) && math.IsNaN(high):
		return noValue
	case math.IsNaN(low):
		from = "(" + minus + "∞"
	case math.IsNaN(high):
		to = "∞)"
	}
	return from + ", " + to
}

// Percent writes a share between 0 and 1 as a whole percentage in journal
// style: 66%. A share that is not 0 or 1 never reads as 0% or 100%.
func Percent(share float64) string {
	switch {
	case math.IsNaN(share) || math.IsInf(share, 0):
		return noValue
	case share > 0 && share < 0.005:
		return "<1%"
	case share < 1 && share > 0.995:
		return ">99%"
	}
	return Fixed(100*share, 0) + "%"
}

// Count writes a whole number with a comma between thousands.
func Count(x float64) string { return thousands(Fixed(x, 0)) }

// Measured writes a value in the units of the data with the decimals that its
// column has: 3.27, 37,948. What they cannot show is written with a power of
// ten.
func Measured(x float64, decimals int) string {
	a := math.Abs(x)
	switch {
	case math.IsNaN(x) || math.IsInf(x, 0):
		return noValue
	case a >= 1e15 || a > 0 && a < 1e-6:
		return strings.ReplaceAll(strconv.FormatFloat(x, 'e', 2, 64), "-", minus)
	}
	return thousands(Fixed(x, decimals))
}

// decimalsOf returns with how many decimals all values of a column are written:
// none where all are whole, else so many that the largest has three significant
// digits and no value less than it needs for three or two decimals.
func decimalsOf(column []float64) int {
	whole := true
	smallest, largest := math.Inf(1), 0.
	for _, x := range column {
		a := math.Abs(x)
		if math.IsNaN(x) || math.IsInf(x, 0) || a >= 1e15 || a < 1e-6 {
			continue
		}
		whole = whole && a == math.Trunc(a)
		smallest, largest = min(smallest, a), max(largest, a)
	}
	if whole {
		return 0
	}
	three := func(x float64) int { return max(0, 2-int(math.Floor(math.Log10(x)))) }
	return max(three(largest), min(2, three(smallest)))
}

func thousands(s string) string {
	whole, rest, _ := strings.Cut(s, ".")
	sign := ""
	if w, ok := strings.CutPrefix(whole, minus); ok {
		sign, whole = minus, w
	}
	for i := len(whole) - 3; i > 0 && whole[0] >= '0' && whole[0] <= '9'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		rest = "." + rest
	}
	return sign + whole + rest
}

// plainNumber writes a setting so that it can be typed again: 1e-7, 300.
func plainNumber(x float64) string {
	return strings.Replace(strconv.FormatFloat(x, 'g', -1, 64), "e-0", "e-", 1)
}

// tied keeps a statistic and its value on one line, n = 62, p < .05, and the
// sign of a claim with its 0.
func tied(s string) string { return ties.Replace(s) }

var ties = strings.NewReplacer(" = ", space+"="+space, " < .", space+"<"+space+".", " > 0", " >"+space+"0", " < 0", " <"+space+"0", " ≠ 0", " ≠"+space+"0")

// space does not end a line.
const space = "\u00a0"

// several writes a count and its noun: "1 warning", "4 warnings".
func several(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(float64(n)) + " " + many
}

var smallNumbers = [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}

// inWords writes numbers below ten as words, as sentences do.
func inWords(n int) string {
	if n >= 0 && n < len(smallNumbers) {
		return smallNumbers[n]
	}
	return Count(float64(n))
}

// all says that nothing is left out: "both", "all three".
func all(n int) string {
	if n == 2 {
		return "both"
	}
	return "all " + inWords(n)
}

// spelled writes a number in words and its noun: "three items".
func spelled(n int, one, many string) string {
	if n == 1 {
		return "one " + one
	}
	return inWords(n) + " " + many
}

// capital raises the first letter of a sentence.
func capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}

// enumerated joins names as a sentence does: "A", "A and B", "A, B and C".
func enumerated(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
