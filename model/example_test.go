package model_test

import (
	"fmt"

	"plumb/model"
)

func ExampleParse() {
	m, findings := model.Parse(`
		CUSL =~ cusl_1 + cusl_2 + cusl_3
		QUAL <~ qual_1 + qual_2
		CUSA =~ cusa
		CUSA ~ QUAL
		CUSL ~ CUSA + QUAL`, model.ParseOptions{})
	fmt.Println(findings.Err())
	for _, c := range m.Constructs {
		fmt.Println(c.Name, c.Kind, c.EffectiveMode(), c.Indicators)
	}
	// Output:
	// <nil>
	// CUSL reflective A [cusl_1 cusl_2 cusl_3]
	// QUAL composite B [qual_1 qual_2]
	// CUSA reflective A [cusa]
}

func ExampleParse_findings() {
	_, findings := model.Parse(`CUSL =~ cusl_1 + cusl_2
COMP =~ comp_1 + cusl_2
CSUL ~ COMP
COMP -> CUSL`, model.ParseOptions{File: "model.txt"})
	for _, f := range findings {
		fmt.Println(f)
	}
	// Output:
	// model.txt, line 2, character 18: error: cusl_2 belongs to CUSL already (line 1) and is used again in COMP. Leave it in the construct that it measures. [indicator-twice]
	// model.txt, line 3, character 1: error: CSUL is not a construct: no line measures it. Did you mean CUSL? [unknown-construct]
	// model.txt, line 4, character 6: error: Paths are not written with ->. Write CUSL ~ COMP. [arrow]
}

func ExampleModel_String() {
	m, _ := model.Parse("`Net income`=~i1+i2 [A]; Q<~q1+q2[A]; Z=~z; `Net income`~Q; `Net income`~Z+Z:Q", model.ParseOptions{})
	fmt.Println(m)
	// Output:
	// `Net income` =~ i1 + i2
	// Q            <~ q1 + q2 [A]
	// Z            =~ z
	//
	// `Net income` ~ Q + Z + Z:Q
}

func ExampleModel_Chains() {
	m, _ := model.Parse("X =~ x; M =~ m; Y =~ y; M ~ X; Y ~ X + M", model.ParseOptions{})
	chains, _ := m.Chains()
	for _, chain := range chains {
		for _, j := range chain {
			fmt.Print(m.Constructs[j].Name, " ")
		}
	}
	// Output: X M Y
}
