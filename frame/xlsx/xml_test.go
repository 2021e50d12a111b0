package xlsx

import (
	"strings"
	"testing"
)

func TestScanner(t *testing.T) {
	tests := []struct{ name, xml, want string }{
		{"prefixes, attributes, entities", `<?xml version="1.0"?><x:a b='1' y:c="&lt;2"><!-- z --><x:b/>t&#x41;</x:a>`, `<a 1 <2><b></b>"tA"</a>`},
		{"cdata", `<a><![CDATA[<&]]></a>`, `<a>"<&"</a>`},
		{"unknown entity stays", `<a>&nbsp;&;&</a>`, `<a>"&nbsp;&;&"</a>`},
		{"cut in text", `<a>x`, `<a>"x"` + errCut.Error()},
		{"cut in tag", `<a><b`, `<a>` + errCut.Error()},
		{"crossed", `<a><b></a></b>`, `<a><b>` + errXML.Error()},
		{"end alone", `</a>`, errXML.Error()},
		{"document type", `<!DOCTYPE a []><a/>`, errDoctype.Error()},
		{"sign in an attribute", `<a b=">" c="1"/>`, `<a > 1></a>`},
		{"deep", strings.Repeat("<a>", maxDepth+1), strings.Repeat("<a>", maxDepth) + errXML.Error()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := &scanner{b: []byte(test.xml)}
			var got strings.Builder
			for {
				kind, err := s.next()
				if err != nil {
					got.WriteString(err.Error())
					break
				}
				if kind == end {
					break
				}
				switch kind {
				case startTag:
					got.WriteString("<" + string(s.name))
					for _, key := range []string{"b", "c"} {
						if v := s.attr(key); v != "" {
							got.WriteString(" " + v)
						}
					}
					got.WriteString(">")
				case endTag:
					got.WriteString("</" + string(s.name) + ">")
				case text:
					got.WriteString(`"` + s.content() + `"`)
				}
			}
			if got.String() != test.want {
				t.Errorf("got  %s\nwant %s", got.String(), test.want)
			}
		})
	}
}

func TestKindOfCode(t *testing.T) {
	tests := map[string]dateKind{
		"General": noDate, "0.00": noDate, `"days" 0`: noDate, `0.0 "days"`: noDate, "[Red]0;[Blue]-0": noDate,
		"0.00E+00": noDate, "# ?/?": noDate, `\d0`: noDate, "": noDate, `[$-409]d-mmm-yyyy;@`: dateTime,
		"yyyy-mm-dd": dateTime, "hh:mm": dateTime, `yyyy"年"m"月"`: dateTime, "[h]:mm": elapsed, "[mm]:ss": elapsed,
		"0;yyyy": noDate, "[": noDate, `"`: noDate,
	}
	for code, want := range tests {
		if got := kindOfCode(code); got != want {
			t.Errorf("%q is %d, not %d", code, got, want)
		}
	}
}

func TestISODate(t *testing.T) {
	tests := []struct {
		v        float64
		kind     dateKind
		date1904 bool
		want     string
	}{
		{1, dateTime, false, "1900-01-01"}, {59, dateTime, false, "1900-02-28"}, {60, dateTime, false, "1900-02-28"},
		{61, dateTime, false, "1900-03-01"}, {43890, dateTime, false, "2020-02-29"}, {42428, dateTime, true, "2020-02-29"},
		{43890.75, dateTime, false, "2020-02-29T18:00:00"}, {0.5, dateTime, false, "12:00:00"}, {1.75, elapsed, false, "42:00:00"},
		{43890.5 + 0.25/86400, dateTime, false, "2020-02-29T12:00:00.250"}, {2958465, dateTime, false, "9999-12-31"},
		{-1, dateTime, false, ""}, {2958466, dateTime, false, ""},
	}
	for _, test := range tests {
		if got, _ := isoDate(test.v, test.kind, test.date1904); got != test.want {
			t.Errorf("%v is %q, not %q", test.v, got, test.want)
		}
	}
}
