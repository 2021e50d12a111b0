package report

import (
	"math"

	"plumb/study"
)

// This file is the one place that holds thresholds. They are published
// guidance, not laws: every table shows the value, the threshold and its
// source, and compares in full precision, never on the rounded text.

// Level grades a verdict. Renderers give each its own glyph and word; colour
// comes last.
type Level uint8

const (
	LevelNone Level = iota
	LevelGood
	LevelBorderline
	LevelPoor
)

var levelWords = [...]string{"", "good", "borderline", "poor"}

// String returns the level's word.
func (l Level) String() string { return levelWords[l] }

// Verdict is a level and the reason in one or two words, such as "above .95".
// LevelNone with a word describes without judging: an effect is "large".
type Verdict struct {
	Level Level
	Word  string
}

// Threshold is a published cut-off.
type Threshold struct {
	Measure Text   // what it is about: "Reliability"
	Head    string // for the head of a column: ".70 to .95"
	Rule    string // the whole rule in words
	Source  source
	bands   []band // ascending; the last one reaches to infinity
}

// band covers the values up to an end that belongs to it or not.
type band struct {
	to        float64
	including bool
	verdict   Verdict
}

// Judge returns the verdict on x, LevelNone where there is no number.
func (t *Threshold) Judge(x study.Number) Verdict {
	if !x.Exists() {
		return Verdict{}
	}
	for _, b := range t.bands {
		if float64(x) < b.to || b.including && float64(x) == b.to {
			return b.verdict
		}
	}
	return Verdict{}
}

func below(to float64, level Level, word string) band {
	return band{to: to, verdict: Verdict{level, word}}
}

func upTo(to float64, level Level, word string) band {
	return band{to: to, including: true, verdict: Verdict{level, word}}
}

func beyond(level Level, word string) band {
	return band{to: math.Inf(1), verdict: Verdict{level, word}}
}

// one is the most that a correlation, a reliability or a share can be. Rounding
// may lift the loading of a block of equal items a bit above it.
const one = 1 + 1e-12

var (
	loadingThreshold = &Threshold{
		Measure: say("Loading"), Head: "≥ .708", Source: hair2019,
		Rule:  "At .708 a construct explains half of the item's variance. From .40 to .708, drop an item only if reliability or AVE rises by it; below .40, drop it.",
		bands: []band{below(.40, LevelPoor, "below .40"), below(.708, LevelBorderline, "examine"), upTo(one, LevelGood, "good"), beyond(LevelPoor, "above 1")},
	}
	reliabilityThreshold = &Threshold{
		Measure: say("Reliability (α, ρ", index("A"), ", ρ", index("C"), ")"), Head: ".70 to .95", Source: hair2019,
		Rule:  "At least .70, or .60 in exploratory work; above .95 the items say nearly the same thing.",
		bands: []band{below(.60, LevelPoor, "below .60"), below(.70, LevelBorderline, "below .70"), upTo(.95, LevelGood, "good"), upTo(one, LevelBorderline, "above .95"), beyond(LevelPoor, "above 1")},
	}
	aveThreshold = &Threshold{
		Measure: say("AVE"), Head: "≥ .50", Source: fornell1981,
		Rule:  "The construct explains at least half of its items' variance.",
		bands: []band{below(.50, LevelPoor, "below .50"), upTo(one, LevelGood, "good"), beyond(LevelPoor, "above 1")},
	}
	htmtThreshold = &Threshold{
		Measure: say("HTMT"), Head: "≤ .85", Source: henseler2015,
		Rule:  "At most .85 for distinct ideas, .90 for neighbouring ones.",
		bands: []band{upTo(.85, LevelGood, "good"), upTo(.90, LevelBorderline, "above .85"), beyond(LevelPoor, "above .90")},
	}
	vifThreshold = &Threshold{
		Measure: say("VIF"), Head: "< 3", Source: hair2019,
		Rule:  "Below 3 is ideal, 3 to 5 possible, 5 or more critical.",
		bands: []band{below(3, LevelGood, "good"), below(5, LevelBorderline, "3 to 5"), beyond(LevelPoor, "5 or more")},
	}
	f2Threshold = &Threshold{
		Measure: say(stat("f"), "²"), Head: ".02, .15, .35", Source: cohen1988,
		Rule:  "From .02 an effect is called small, from .15 medium, from .35 large.",
		bands: []band{below(.02, LevelNone, "negligible"), below(.15, LevelNone, "small"), below(.35, LevelNone, "medium"), beyond(LevelNone, "large")},
	}
	r2Threshold = &Threshold{
		Measure: say(stat("R"), "²"), Head: "≤ .90", Source: hair2019,
		Rule:  "What is high depends on the field; above .90 a model is likely to be overfitted, or its constructs overlap.",
		bands: []band{upTo(.90, LevelNone, ""), upTo(one, LevelBorderline, "above .90"), beyond(LevelPoor, "above 1")},
	}
	srmrThreshold = &Threshold{
		Measure: say("SRMR"), Head: "≤ .08", Source: benitez2020,
		Rule:  "At most .08, a cut-off first proposed for covariance-based models (" + hu1999.String() + "). Authors disagree: " + benitez2020.narrative() + " ask for global fit, " + hair2019.narrative() + " advise caution with it in prediction-oriented work.",
		bands: []band{upTo(.08, LevelGood, "good"), beyond(LevelBorderline, "above .08")},
	}
)

// weightThreshold is the rule for items of formative blocks. It needs p values:
// fitted.weightVerdict applies it.
var weightThreshold = &Threshold{
	Measure: say("Weight (Mode B)"), Head: "significant", Source: hair2022,
	Rule: "An item stays if its weight is significant, else if its loading is at least .50, else if its loading is significant; else reconsider it by what it asks.",
}

// thresholds lists those that judge estimates alone, in reporting order.
var thresholds = []*Threshold{
	f2Threshold, vifThreshold, r2Threshold, loadingThreshold, reliabilityThreshold, aveThreshold, htmtThreshold, srmrThreshold,
}

// fornellLarcker judges a square root of AVE against the largest absolute
// correlation of its construct with another one (Fornell & Larcker 1981).
func fornellLarcker(rootAVE, largest study.Number) Verdict {
	switch {
	case !rootAVE.Exists() || !largest.Exists():
		return Verdict{}
	case rootAVE > largest:
		return Verdict{LevelGood, "good"}
	}
	return Verdict{LevelPoor, "below " + Bounded(float64(largest), 3)}
}
