package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"plumb/finding"
	"plumb/report/draw"
	"plumb/study"
)

func page(t *testing.T, r *study.Result) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// element is a start tag with what stands in it.
type element struct {
	name       string
	attributes map[string]string
}

// parse reads a page strictly: every element is closed in order, every
// attribute quoted, as in XML.
func parse(t *testing.T, page string) (elements []element, words string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Entity = xml.HTMLEntity
	var b strings.Builder
	inStyle := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return elements, strings.ReplaceAll(b.String(), space, " ")
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{token.Name.Local, map[string]string{}}
			for _, a := range token.Attr {
				e.attributes[a.Name.Local] = a.Value
			}
			elements = append(elements, e)
			inStyle = inStyle || e.name == "style"
		case xml.EndElement:
			inStyle = inStyle && token.Name.Local != "style"
		case xml.CharData:
			if !inStyle {
				b.Write(token)
				b.WriteByte(' ')
			}
		}
	}
}

func TestHTMLIsSelfContained(t *testing.T) {
	for name, r := range map[string]*study.Result{"village": village(t), "large": large(), "two models": twoModels(t), "nothing": {}, "tested village": testedVillage(t), "tested large": testedLarge()} {
		t.Run(name, func(t *testing.T) {
			text := page(t, r)
			const most = 300 << 10
			if len(text) > most {
				t.Errorf("%d bytes, at most %d", len(text), most)
			}
			if rest := strings.ReplaceAll(text, `xmlns="http://www.w3.org/2000/svg"`, ""); regexp.MustCompile(`(?i)https?:|<script|javascript:|@import|url\(`).MatchString(rest) {
				t.Error("refers to something outside, or runs something")
			}
			elements, _ := parse(t, text)
			ids := map[string]bool{}
			tables, captions := 0, 0
			for _, e := range elements {
				if id := e.attributes["id"]; id != "" {
					if ids[id] {
						t.Errorf("the identifier %s stands twice", id)
					}
					ids[id] = true
				}
				for attribute := range e.attributes {
					if attribute == "src" || strings.HasPrefix(attribute, "on") {
						t.Errorf("<%s> has the attribute %s", e.name, attribute)
					}
				}
				switch e.name {
				case "table":
					tables++
				case "caption":
					captions++
				case "th":
					if e.attributes["scope"] == "" {
						t.Error("a th without scope")
					}
				case "html":
					if e.attributes["lang"] != "en" {
						t.Error("no language")
					}
				}
			}
			for _, e := range elements {
				if href := e.attributes["href"]; href != "" && !ids[strings.TrimPrefix(href, "#")] {
					t.Errorf("<%s> refers to %s", e.name, href)
				}
			}
			if tables != captions {
				t.Errorf("%d tables, %d captions", tables, captions)
			}
		})
	}
}

// Foreign text reaches the page as text, all of it.
func TestHTMLEscapes(t *testing.T) {
	r := large()
	_, words := parse(t, page(t, r))
	for _, s := range append([]string{r.Title, r.Data.File, r.Data.Columns[0].Label, r.Findings[0].Message, r.Findings[0].Hint}, hostile...) {
		if !strings.Contains(words, clean(s)) {
			t.Errorf("%q is not in the page as it is", s)
		}
	}
}

// Every number of the village study is in the page.
func TestHTMLHasEveryNumber(t *testing.T) {
	r := village(t)
	_, words := parse(t, page(t, r))
	e := r.Models[0].Estimate
	var want []string
	three := func(xs ...study.Number) {
		for _, x := range xs {
			want = append(want, Bounded(float64(x), 3))
		}
	}
	for i := range e.Loadings {
		three(e.Loadings[i].Estimate, e.Weights[i].Estimate, e.Indicators[i].Communality)
		want = append(want, Fixed(float64(e.Indicators[i].VIF), 3))
	}
	for _, p := range e.Paths {
		three(p.Estimate)
		want = append(want, Fixed(float64(p.F2), 3), Fixed(float64(p.VIF), 3))
	}
	for _, c := range e.Constructs {
		three(c.Alpha, c.AlphaRaw, c.RhoA, c.RhoC, c.AVE)
		if c.R2.Exists() {
			three(c.R2, c.R2Adjusted)
		}
	}
	for _, m := range []study.Matrix{e.CrossLoadings, e.FornellLarcker, e.HTMT} {
		for _, row := range m.Values {
			for _, x := range row {
				if x.Exists() {
					three(x)
				}
			}
		}
	}
	for _, f := range []study.FitRow{e.Fit.Saturated, e.Fit.Estimated, e.Fit.AsComposites.Saturated} {
		three(f.SRMR, f.NFI)
		want = append(want, Fixed(float64(f.DULS), 3), Fixed(float64(f.DG), 3), Fixed(float64(f.Chi2), 2), Count(float64(f.DF)))
	}
	three(e.Fit.RMSTheta)
	for _, s := range e.Selection {
		want = append(want, Fixed(float64(s.FPE), 3))
		for _, x := range []study.Number{s.AIC, s.AICc, s.AICu, s.BIC, s.GM, s.HQ, s.HQc, s.Cp} {
			want = append(want, Fixed(float64(x), 2))
		}
	}
	for _, c := range r.Data.Columns {
		want = append(want, Measured(float64(c.Mean), 2), Measured(float64(c.SD), 2), Fixed(float64(c.Skewness), 2), Fixed(float64(c.Kurtosis), 2))
	}
	s := r.Models[0].Settings
	want = append(want, r.Data.SHA256, "plumb "+r.Plumb, s.Orientation, "comma (detected)",
		"plumb fit village_survey.csv --model model.txt --estimator pls --scheme path --missing listwise --tolerance 1e-7 --max-iterations 3000 --cluster village --seed 1")
	for _, w := range want {
		if !strings.Contains(words, w) {
			t.Errorf("%s is missing", w)
		}
	}
	for _, never := range []string{"NaN", "+Inf", "-Inf", " -0", "−.000", "0.815"} {
		if strings.Contains(words, never) {
			t.Errorf("%q is in the page", never)
		}
	}
}

// A number that does not exist is a dash, and the reason stands in the note.
func TestHTMLExplainsDashes(t *testing.T) {
	_, words := parse(t, page(t, large()))
	if want := "No value for " + hostile[2] + " (a formative block has no internal consistency)."; !strings.Contains(words, want) {
		t.Errorf("%q is missing", want)
	}
	if strings.Contains(words, "NaN") {
		t.Error("NaN is in the page")
	}
}

func twoModels(t testing.TB) *study.Result {
	r := village(t)
	second := r.Models[0]
	second.Name = "Once more"
	second.Findings = finding.List{{Code: "x", Severity: finding.Warning, Message: "Look here."}}
	r.Models = append(r.Models, second)
	return r
}

// On a narrow screen the words of verdicts stand below their table; matrices
// have them there always.
func TestHTMLRemarks(t *testing.T) {
	html := page(t, village(t))
	for _, want := range []string{
		`<p class="remark narrow"><span class="v borderline"><svg aria-hidden="true"><use href="#v-borderline"/></svg><b>examine:</b></span> Loading of CS3, RE1`,
		`<p class="remark"><span class="v poor">`,
		`.remark.narrow { display: none; }`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("%s is missing", want)
		}
	}
	m := look(village(t), 0)
	if !htmlTableOf(m.hypothesisTable()).Slim || htmlTableOf(m.pathTable()).Slim {
		t.Error("hypotheses have short names, paths have not")
	}
}

// Numbers have their verdicts in a column of their own, words beside them.
func TestHTMLVerdictsOfWords(t *testing.T) {
	html := page(t, testedVillage(t))
	for _, want := range []string{`>supported<span class="v good">`, `>yes<span class="v good">`, `.910<small>[.879, .940]</small></td><td class="vd"><span class="v good">`} {
		if !strings.Contains(html, want) {
			t.Errorf("%s is missing", want)
		}
	}
}

// The reading of a hypothesis follows its claim, where a narrow screen shows it.
func TestReadingFollowsTheClaim(t *testing.T) {
	for _, r := range []*study.Result{village(t), testedVillage(t)} {
		table := look(r, 0).hypothesisTable()
		var heads []string
		for _, c := range table.Columns[:4] {
			heads = append(heads, c.Head.String())
		}
		if got := strings.Join(heads, " "); got != "Name Claim Reading Estimate" {
			t.Errorf("columns %s", got)
		}
	}
}

// A figure that is a little too wide for the page is folded before its items
// are dropped.
func TestFiguresKeepTheirItems(t *testing.T) {
	r := village(t)
	m := &r.Models[0]
	for i, label := range []string{"Trust in buyers", "Use of the internet", "Perceived income"} {
		m.Model.Constructs[i].Label = label
		m.Model.Constructs[i].Indicators = strings.Fields("TRUST1 TRUST2 TRUST3 TRUST4")
	}
	m.Estimate.Paths = append(m.Estimate.Paths, study.PathRow{From: "INF", To: "FI", Estimate: .281, F2: .1, VIF: 1.5})
	f := look(r, 0).figure()
	if !tooWide(draw.SVG(f.Diagram, draw.Options{})) {
		t.Fatal("the model is not too wide as it is: it tests nothing")
	}
	drawn := htmlFigureOf(f)
	if svg := string(drawn.SVG); !strings.Contains(svg, ">TRUST4<") || tooWide([]byte(svg)) || drawn.Wide {
		t.Error("the items are not drawn, or the figure is too wide")
	}
	if got := drawn.Caption.String(); !strings.Contains(got, "Short arrows") {
		t.Errorf("the note is %q", got)
	}
}

// A large model with intervals is drawn from left to right on the page, without
// items and intervals, and its note says where they stand.
func TestLargeModelStaysReadable(t *testing.T) {
	f := &Figure{Number: "1", Note: say("all"), Bare: say("bare"), Plain: say("plain")}
	names := []string{"QUAL", "PERF", "CSOR", "ATTR", "COMP", "LIKE", "CUSA", "CUSL"}
	for _, name := range names {
		c := draw.Construct{Name: name, R2: math.NaN()}
		for i := range 4 {
			c.Items = append(c.Items, draw.Item{Name: fmt.Sprint(name, i), Value: .8})
		}
		f.Diagram.Constructs = append(f.Diagram.Constructs, c)
	}
	path := func(from, to int) {
		f.Diagram.Paths = append(f.Diagram.Paths, draw.Path{From: names[from], To: names[to], Value: .4, Mark: "***", Extra: "[.301, .502]"})
	}
	for from := range 4 {
		path(from, 4)
		path(from, 5)
	}
	path(4, 6)
	path(5, 6)
	path(4, 7)
	path(5, 7)
	path(6, 7)
	got := htmlFigureOf(f)
	svg := string(got.SVG)
	if got.Wide || got.Caption.String() != "plain" || strings.Contains(svg, "QUAL1") || strings.Contains(svg, "[.301") || !strings.Contains(svg, ".400") {
		t.Errorf("wide %v, note %q:\n%s", got.Wide, got.Caption, svg)
	}
	if f.Diagram.Paths[0].Extra == "" {
		t.Error("the figure of the document was changed")
	}
}
