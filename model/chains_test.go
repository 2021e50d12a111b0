package model

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestChains(t *testing.T) {
	for _, c := range []struct {
		text string
		want [][]int
	}{
		{"A =~ a; B =~ b; B ~ A", nil},
		{"A =~ a; B =~ b; C =~ c; B ~ A; C ~ A + B", [][]int{{0, 1, 2}}},
		// Constructs in another order than their causes: 2 -> 1 -> 0.
		{"C =~ c; B =~ b; A =~ a; B ~ A; C ~ B + A", [][]int{{2, 1, 0}}},
		// Two ways of one length, one longer, by destination first.
		{"A =~ a; B =~ b; C =~ c; D =~ d; B ~ A; C ~ A + B; D ~ B + C",
			[][]int{{0, 1, 2}, {0, 1, 3}, {0, 2, 3}, {0, 1, 2, 3}, {1, 2, 3}}},
		// An interaction is no start of a chain.
		{"A =~ a; B =~ b; C =~ c; D =~ d; C ~ A + B + A:B; D ~ C", [][]int{{0, 2, 3}, {1, 2, 3}}},
	} {
		got, complete := mustParse(t, c.text).Chains()
		if !complete || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s\ngot  %v %v\nwant %v", c.text, got, complete, c.want)
		}
	}
}

func TestChainsStop(t *testing.T) {
	// A tournament of n constructs has 2^n - 1 - n - n(n-1)/2 chains.
	tournament := func(n int) *Model {
		var text strings.Builder
		for i := range n {
			fmt.Fprintf(&text, "C%d =~ a%d\n", i, i)
			for j := range i {
				fmt.Fprintf(&text, "C%d ~ C%d\n", i, j)
			}
		}
		return mustParse(t, text.String())
	}
	if got, complete := tournament(10).Chains(); !complete || len(got) != 1<<10-1-10-45 {
		t.Errorf("%d chains, complete %v", len(got), complete)
	}
	got, complete := tournament(30).Chains()
	if complete || len(got) != MaxChains {
		t.Errorf("%d chains, complete %v", len(got), complete)
	}
	longest := 0
	for _, chain := range got {
		longest = max(longest, len(chain))
	}
	if longest != 4 { // 4060 chains of three constructs, then some of 27405 of four
		t.Errorf("the shortest chains must come first; the longest has %d constructs", longest)
	}
	cycle := &Model{Constructs: []Construct{{Name: "A"}, {Name: "B"}}, Paths: []Path{{From: "A", To: "B"}, {From: "B", To: "A"}}}
	if got, complete := cycle.Chains(); complete || got != nil {
		t.Errorf("a cycle gives %v, %v", got, complete)
	}
}

// The number of chains from i to j of length k is an element of the k-th power
// of the adjacency matrix.
func TestChainsAreAllChains(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t)
		n := len(m.Constructs)
		chains, complete := m.Chains()
		if !complete {
			t.Fatal("a small model has few chains")
		}
		got := map[[3]int]int{}
		for _, c := range chains {
			got[[3]int{c[0], c[len(c)-1], len(c) - 1}]++
			for k := range len(c) - 1 {
				if !slices.Contains(m.Successors(c[k]), c[k+1]) {
					t.Fatalf("%v follows no path", c)
				}
			}
		}
		power := make([][]int, n)
		for i := range n {
			power[i] = make([]int, n)
			power[i][i] = 1
		}
		want := map[[3]int]int{}
		for k := 1; k <= n; k++ {
			next := make([][]int, n)
			for i := range n {
				next[i] = make([]int, n)
				for j := range n {
					for _, l := range m.Successors(j) {
						next[i][l] += power[i][j]
					}
				}
			}
			power = next
			for i := range n {
				for j := range n {
					if k > 1 && power[i][j] > 0 {
						want[[3]int{i, j, k}] = power[i][j]
					}
				}
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\ngot  %v\nwant %v", m, got, want)
		}
	})
}

func TestFreeParameters(t *testing.T) {
	m := mustParse(t, `
		H =~ X + Z           # two parts
		X =~ a + b + c       # three loadings
		Z <~ d + e           # two weights
		Y =~ f               # none: a single item
		Y ~ H + H:H          # two paths`)
	if got := m.FreeParameters(); got != 9 {
		t.Errorf("got %d", got)
	}
}
