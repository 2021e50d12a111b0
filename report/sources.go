package report

import (
	"regexp"
	"slices"
	"strings"
)

// The works that a report cites. This file is the one place that holds them: a
// text cites a source, and whatever is cited anywhere in a document, findings
// included, stands in its list of references.

// source is a work as texts cite it and as the list of references has it.
type source struct {
	authors, year string // "Hair et al.", "2019"
	full          string
}

// String cites within parentheses: "Hair et al., 2019".
func (s source) String() string { return s.authors + ", " + s.year }

// narrative cites within a sentence: "Hair et al. (2019)".
func (s source) narrative() string { return s.authors + " (" + s.year + ")" }

var (
	benitez2020  = source{"Benitez et al.", "2020", "Benitez, J., Henseler, J., Castillo, A., & Schuberth, F. (2020). How to perform and report an impactful analysis using partial least squares. Information & Management, 57(2), 103168."}
	beran1985    = source{"Beran & Srivastava", "1985", "Beran, R., & Srivastava, M. S. (1985). Bootstrap tests and confidence regions for functions of a covariance matrix. Annals of Statistics, 13(1), 95–115."}
	cameron2008  = source{"Cameron, Gelbach & Miller", "2008", "Cameron, A. C., Gelbach, J. B., & Miller, D. L. (2008). Bootstrap-based improvements for inference with clustered errors. Review of Economics and Statistics, 90(3), 414–427."}
	chin2010     = source{"Chin & Dibbern", "2010", "Chin, W. W., & Dibbern, J. (2010). An introduction to a permutation based procedure for multi-group PLS analysis. In V. Esposito Vinzi et al. (Eds.), Handbook of partial least squares (pp. 171–193). Springer."}
	cohen1988    = source{"Cohen", "1988", "Cohen, J. (1988). Statistical power analysis for the behavioral sciences (2nd ed.). Erlbaum."}
	dijkstra2015 = source{"Dijkstra & Henseler", "2015", "Dijkstra, T. K., & Henseler, J. (2015). Consistent and asymptotically normal PLS estimators for linear structural equations. Computational Statistics & Data Analysis, 81, 10–23."}
	fornell1981  = source{"Fornell & Larcker", "1981", "Fornell, C., & Larcker, D. F. (1981). Evaluating structural equation models with unobservable variables and measurement error. Journal of Marketing Research, 18(1), 39–50."}
	hair2019     = source{"Hair et al.", "2019", "Hair, J. F., Risher, J. J., Sarstedt, M., & Ringle, C. M. (2019). When to use and how to report the results of PLS-SEM. European Business Review, 31(1), 2–24."}
	hair2022     = source{"Hair et al.", "2022", "Hair, J. F., Hult, G. T. M., Ringle, C. M., & Sarstedt, M. (2022). A primer on partial least squares structural equation modeling (PLS-SEM) (3rd ed.). Sage."}
	henseler2009 = source{"Henseler et al.", "2009", "Henseler, J., Ringle, C. M., & Sinkovics, R. R. (2009). The use of partial least squares path modeling in international marketing. Advances in International Marketing, 20, 277–319."}
	henseler2015 = source{"Henseler et al.", "2015", "Henseler, J., Ringle, C. M., & Sarstedt, M. (2015). A new criterion for assessing discriminant validity in variance-based structural equation modeling. Journal of the Academy of Marketing Science, 43(1), 115–135."}
	henseler2016 = source{"Henseler et al.", "2016", "Henseler, J., Ringle, C. M., & Sarstedt, M. (2016). Testing measurement invariance of composites using partial least squares. International Marketing Review, 33(3), 405–431."}
	hu1999       = source{"Hu & Bentler", "1999", "Hu, L., & Bentler, P. M. (1999). Cutoff criteria for fit indexes in covariance structure analysis: Conventional criteria versus new alternatives. Structural Equation Modeling, 6(1), 1–55."}
	joanes1998   = source{"Joanes & Gill", "1998", "Joanes, D. N., & Gill, C. A. (1998). Comparing measures of sample skewness and kurtosis. Journal of the Royal Statistical Society: Series D (The Statistician), 47(1), 183–189."}
	keil2000     = source{"Keil et al.", "2000", "Keil, M., Tan, B. C. Y., Wei, K.-K., Saarinen, T., Tuunainen, V., & Wassenaar, A. (2000). A cross-cultural study on escalation of commitment behavior in software projects. MIS Quarterly, 24(2), 299–325."}
	klesel2019   = source{"Klesel et al.", "2019", "Klesel, M., Schuberth, F., Henseler, J., & Niehaves, B. (2019). A test for multigroup comparison using partial least squares path modeling. Internet Research, 29(3), 464–477."}
	kock2018     = source{"Kock & Hadaya", "2018", "Kock, N., & Hadaya, P. (2018). Minimum sample size estimation in PLS-SEM: The inverse square root and gamma-exponential methods. Information Systems Journal, 28(1), 227–261."}
	roemer2021   = source{"Roemer et al.", "2021", "Roemer, E., Schuberth, F., & Henseler, J. (2021). HTMT2: An improved criterion for assessing discriminant validity in structural equation modeling. Industrial Management & Data Systems, 121(12), 2637–2650."}
	sarstedt2011 = source{"Sarstedt et al.", "2011", "Sarstedt, M., Henseler, J., & Ringle, C. M. (2011). Multigroup analysis in partial least squares (PLS) path modeling: Alternative methods and empirical results. Advances in International Marketing, 22, 195–218."}
)

// sources holds all of them in the order of a list of references.
var sources = []source{
	benitez2020, beran1985, cameron2008, chin2010, cohen1988, dijkstra2015, fornell1981, hair2022, hair2019, henseler2015,
	henseler2016, henseler2009, hu1999, joanes1998, keil2000, klesel2019, kock2018, roemer2021, sarstedt2011,
}

// citations find each source in a text, whatever stands between authors and
// year: "Hair et al., 2019", "Hair et al. (2019)", "Hair et al. 2019".
var citations = func() []*regexp.Regexp {
	out := make([]*regexp.Regexp, len(sources))
	for i, s := range sources {
		out[i] = regexp.MustCompile(`\b` + regexp.QuoteMeta(s.authors) + `,? \(?` + s.year + `\b`)
	}
	return out
}()

// cited lists the sources that a text cites.
func cited(text string) []source {
	text = strings.Join(strings.Fields(text), " ")
	var out []source
	for i, s := range sources {
		if citations[i].MatchString(text) {
			out = append(out, s)
		}
	}
	return out
}

// referenceSection lists what the document cites.
func referenceSection(d *Document) Section {
	s := Section{ID: "references", Title: "References", Appendix: true}
	for _, work := range cited(strings.Join(slices.Collect(d.texts), "\n")) {
		s.Blocks = append(s.Blocks, Paragraph{Text: say(work.full), Reference: true})
	}
	return s
}

// texts yields everything that a document says, but for titles and settings.
func (d *Document) texts(yield func(string) bool) {
	all := func(texts ...Text) bool {
		return !slices.ContainsFunc(texts, func(t Text) bool { return !yield(t.String()) })
	}
	if !all(d.Lead...) {
		return
	}
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			going := true
			switch b := b.(type) {
			case Paragraph:
				going = all(b.Text)
			case *Figure:
				going = all(b.Note, b.Bare, b.Plain)
			case *Forest:
				going = all(b.Note)
			case *Findings:
				for _, f := range b.List {
					going = going && yield(f.Message) && yield(f.Hint)
				}
			case *Table:
				going = all(b.Note)
				for _, r := range b.Rows {
					for _, c := range r.Cells {
						going = going && all(c.Text)
					}
				}
			}
			if !going {
				return
			}
		}
	}
}
