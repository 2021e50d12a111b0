package groups

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plumb/finding"
	"plumb/frame"
)

// Who changes places with whom.
func TestExchange(t *testing.T) {
	p := simulate(t, 9, nil, population{n: 40, path: .5}, population{n: 40, path: .5})
	number := func(of func(i int) int) []int {
		out := make([]int, 80)
		for i := range out {
			out[i] = of(i)
		}
		return out
	}
	for _, k := range []struct {
		name    string
		change  func(*Problem)
		want    Exchange
		findsIt []finding.Code
	}{
		{"people", func(*Problem) {}, People, nil},
		{"villages within groups", func(p *Problem) { p.Units = number(func(i int) int { return i / 4 }) }, Clusters, nil},
		{"one village in each group", func(p *Problem) { p.Units = number(func(i int) int { return i / 40 }) }, Clusters,
			[]finding.Code{CodeNotResampled, CodeNotResampled, CodeRelabellings}},
		{"villages across groups", func(p *Problem) { p.Units = number(func(i int) int { return i % 8 }) }, WithinClusters, nil},
		{"districts across groups", func(p *Problem) { p.Strata = number(func(i int) int { return i % 5 }) }, PeopleWithinStrata, nil},
		{"districts within groups", func(p *Problem) { p.Strata = number(func(i int) int { return i / 20 }) }, People, nil},
		{"villages in districts across groups", func(p *Problem) {
			p.Units, p.Strata = number(func(i int) int { return i / 4 }), number(func(i int) int { return i / 4 % 2 })
		}, ClustersWithinStrata, nil},
		{"waves of a panel", func(p *Problem) { p.Persons = number(func(i int) int { return i % 40 }) }, WithinPersons, []finding.Code{CodeDependent}},
	} {
		t.Run(k.name, func(t *testing.T) {
			q := p
			k.change(&q)
			o := Options{Permutations: 15, Bootstrap: draws(10)}
			c := compare(t, q, o)
			if got := c.Pairs[0].Shuffles.Exchanged; got != k.want || c.Distances.Shuffles.Exchanged != got {
				t.Errorf("%v, want %v", got, k.want)
			}
			var codes []finding.Code
			for _, f := range c.Findings {
				codes = append(codes, f.Code)
			}
			if !slices.Equal(codes, k.findsIt) {
				t.Errorf("findings %v", codes)
			}
			x, err := c.contest(q, []int{0, 1}, o.complete())
			if err != nil {
				t.Fatal(err)
			}
			labels := make([]int32, len(x.labels))
			moved := false
			for shuffle := range uint64(10) {
				x.sampler.Labels(shuffle, labels)
				moved = moved || !slices.Equal(labels, x.labels)
				size := map[[2]int]int{} // of blocks in the second group
				for i, u := range x.units {
					block := 0
					switch k.want {
					case WithinClusters:
						block = q.Units[i]
					case WithinPersons:
						block = q.Persons[i]
					case PeopleWithinStrata, ClustersWithinStrata:
						block = q.Strata[i]
					}
					size[[2]int{block, int(labels[u])}]++
				}
				for block, n := range size {
					if want := 80 / len(size); n != want {
						t.Fatalf("block and group %v have %d rows, want %d", block, n, want)
					}
				}
			}
			if !moved {
				t.Error("nobody moved")
			}
		})
	}
}

// A rotating panel: of waves that share people the waves are exchanged, of
// others people.
func TestRotatingPanel(t *testing.T) {
	wave := population{n: 40, path: .5}
	p := simulate(t, 9, nil, wave, wave, wave)
	p.Persons = make([]int, 120)
	for i := range p.Persons { // half of each wave stay for the next
		p.Persons[i] = i - 20*p.Of[i]
	}
	c := compare(t, p, Options{Permutations: 99})
	for i, want := range []Exchange{WithinPersons, People, WithinPersons} {
		if got := c.Pairs[i].Shuffles.Exchanged; got != want || c.Pairs[i].Verdict == NotTested {
			t.Errorf("pair %d: %v, want %v; invariance %v", i, got, want, c.Pairs[i].Verdict)
		}
	}
	if got := c.Distances.Shuffles.Exchanged; got != WithinPersons || len(c.Findings) != 0 {
		t.Errorf("all: %v, %v", got, c.Findings)
	}
}

func TestPanel(t *testing.T) {
	for _, k := range []struct {
		name    string
		persons []int
		of      []int
		want    bool
	}{
		{"everybody in both", []int{0, 1, 2, 0, 1, 2}, []int{0, 0, 0, 1, 1, 1}, true},
		{"half of the rows", []int{0, 1, 2, 0}, []int{0, 0, 0, 1}, true},
		{"one pair of six", []int{0, 1, 2, 0, 3, 4}, []int{0, 0, 0, 1, 1, 1}, false},
		{"nobody", []int{0, 1, 2, 3}, []int{0, 0, 1, 1}, false},
		{"numbers that start again", []int{0, 1, 0, 1, 0, 1, 0, 1}, []int{0, 0, 0, 0, 1, 1, 1, 1}, false},
	} {
		if got := Panel(k.persons, k.of); got != k.want {
			t.Errorf("%s: %v", k.name, got)
		}
	}
}

// Where nothing could be significant nothing is said to be the same.
func TestUntestable(t *testing.T) {
	p := simulate(t, 9, nil, population{n: 40, path: .5}, population{n: 40, path: .5}, population{n: 40, path: .5})
	p.Units = make([]int, 120)
	for i := range p.Units { // 2 villages in the first two groups, 10 in the third
		p.Units[i] = i / 20
		if i >= 80 {
			p.Units[i] = 4 + (i-80)/4
		}
	}
	c := compare(t, p, Options{Permutations: 199})
	for i, few := range []bool{true, false, false} {
		x := c.Pairs[i]
		if x.Shuffles.Untestable != few || (x.Verdict == NotTested) != few {
			t.Errorf("pair %d: %+v, invariance %v", i, x.Shuffles, x.Verdict)
		}
		test := c.path(i).Permutation
		if math.IsNaN(test.P) || math.IsNaN(test.Low) != few || math.IsNaN(x.Invariance[0].Quantile) != few || few && (x.Invariance[0].Compositional || x.Invariance[0].EqualMeans) {
			t.Errorf("pair %d: %+v, %+v", i, test, x.Invariance[0])
		}
	}
	if len(c.Findings) != 1 || !strings.Contains(c.Findings[0].Message, "only 6 ways of dealing out clusters to x and y") || c.Distances.Shuffles.Untestable {
		t.Errorf("findings %v, %+v", c.Findings, c.Distances.Shuffles)
	}
	for ways, want := range map[float64]string{1: "is only 1 way", 6: "are only 6 ways"} {
		if got := onlyWays(math.Log(ways)); got != "There "+want {
			t.Error(got)
		}
	}
	for e := range exchangeNames {
		if helps := strings.Contains(Exchange(e).remedy(), "--resample people"); helps != (Exchange(e) == Clusters || Exchange(e) == ClustersWithinStrata || Exchange(e) == WithinClusters) {
			t.Errorf("%v: %s", Exchange(e), Exchange(e).remedy())
		}
	}
}

// The waves of a panel differ little within people and much between them:
// exchange within people finds what exchange of people cannot.
func TestPanelIsSharper(t *testing.T) {
	p := simulate(t, 21, func(f *frame.Frame) {
		r := rand.New(rand.NewPCG(1, 1))
		for _, c := range f.Columns {
			for i := range 50 {
				c.Numbers[50+i] = c.Numbers[i] + .15 + .3*r.NormFloat64()
			}
		}
	}, population{n: 50, path: .5}, population{n: 50, path: .5})
	apart := compare(t, p, Options{Permutations: 199}).Pairs[0].Invariance[0].MeanTest.P
	p.Persons = make([]int, 100)
	for i := range p.Persons {
		p.Persons[i] = i % 50
	}
	within := compare(t, p, Options{Permutations: 199}).Pairs[0].Invariance[0].MeanTest.P
	if within > .02 || apart < .2 {
		t.Errorf("p %v within people, %v without", within, apart)
	}
}
