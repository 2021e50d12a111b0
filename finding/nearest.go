package finding

import (
	"slices"
	"strings"
)

// Nearest returns the name that the user most likely meant by a name that does
// not exist, or "" when none is close. Case is ignored; up to a third of the
// characters may differ (insertions, deletions, substitutions and swaps of
// neighbours: Damerau 1964, restricted form), and of names of one or two
// characters one more or less, but none for another: q2 is no slip for q1. When no name is that close, the
// shortest that begins with at least leastPrefix characters is taken.
func Nearest(name string, among []string) string {
	best, bestDistance := "", 0
	longer := ""
	want := []rune(strings.ToLower(name))
	for _, candidate := range among {
		have := []rune(strings.ToLower(candidate))
		limit := min(len(want), len(have)) / 3
		if limit == 0 && len(want) != len(have) {
			limit = 1
		}
		d := distance(want, have)
		if candidate == name || d == max(len(want), len(have)) { // nothing in common
			continue
		}
		if d > limit {
			if len(want) >= leastPrefix && len(have) > len(want) && slices.Equal(have[:len(want)], want) &&
				(longer == "" || len(candidate) < len(longer)) {
				longer = candidate
			}
			continue
		}
		if best == "" || d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	if best == "" {
		return longer
	}
	return best
}

// leastPrefix keeps a letter or two from standing for whatever begins so.
const leastPrefix = 4

// DidYouMean returns the sentence "Did you mean X?", or "" when no name is near.
func DidYouMean(name string, among []string) string {
	if n := Nearest(name, among); n != "" {
		return "Did you mean " + n + "?"
	}
	return ""
}

func distance(a, b []rune) int {
	prev2 := make([]int, len(b)+1)
	prev := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(b)]
}
