package infer

import (
	"bytes"
	"testing"

	"plumb/pls"
)

// Shards put together in any order must be the run, bit for bit.
func TestJoinIsTheRun(t *testing.T) {
	p := problem(t, 40, pls.Options{}, nil)
	for _, inner := range []int{0, 4} {
		o := Options{Replicates: 31, Inner: inner}
		whole := bootstrap(t, p, o)
		var parts []*Stored
		for _, i := range []int{3, 1, 4, 2} {
			part := o
			part.From, part.To = Shard(31, i, 4)
			var b bytes.Buffer
			if err := bootstrap(t, p, part).Write(&b, "print", 31); err != nil {
				t.Fatal(err)
			}
			s, err := ReadStored(&b)
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, s)
		}
		joined, err := Join(p, "print", o, parts)
		if err != nil {
			t.Fatal(err)
		}
		if !same(whole.Values, joined.Values) || !same(whole.InnerSE, joined.InnerSE) || !same(whole.InnerShare, joined.InnerShare) || joined.Units != whole.Units {
			t.Error("the joined run differs")
		}
		for what, list := range map[string][]*Stored{"missing": parts[1:], "twice": append(parts[:4:4], parts[0]), "none": nil} {
			if _, err := Join(p, "print", o, list); err == nil {
				t.Errorf("%s: joined all the same", what)
			}
		}
		if _, err := Join(p, "other", o, parts); err == nil {
			t.Error("foreign parts joined")
		}
	}
}

func FuzzReadStored(f *testing.F) {
	p := problem(f, 20, pls.Options{}, nil)
	var b bytes.Buffer
	if err := bootstrap(f, p, Options{Replicates: 3}).Write(&b, "x", 3); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(storeMagic + `{"from":0,"to":1000000000,"replicates":1000000000,"statistics":2}` + "\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ReadStored(bytes.NewReader(b))
		if (s == nil) == (err == nil) {
			t.Error("neither replicates nor an error")
		}
	})
}
