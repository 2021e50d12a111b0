// Package resample says which rows a replicate is made of.
//
// A plan is data: what is resampled, how, and with which seed. For replicate
// number r it gives every unit (a row, a village, a person) an integer
// coefficient: how often the unit counts in that replicate. Everything that
// is estimated from sums over rows can be estimated from the same sums with
// these coefficients. Most people need two calls:
//
//	s, err := resample.New(resample.Bootstrap{N: 344, Seed: 1})
//	s.Draw(r, c) // c[i] = how often row i was drawn in replicate r
//
// The plans, in the words of a study:
//
//	bootstrap of rows        Bootstrap{N: rows, Seed: 1}
//	within strata            Bootstrap{N: rows, Strata: stratumOfRow, Seed: 1}
//	bootstrap of villages    Clusters{Of: villageOfRow, Plan: Bootstrap{N: villages, Seed: 1}}
//	pairs (before/after)     Clusters{Of: personOfRow, Plan: Bootstrap{N: persons, Seed: 1}}
//	jackknife                Jackknife{N: rows}
//	delete a village         Clusters{Of: villageOfRow, Plan: Jackknife{N: villages}}
//	permutation of groups    Permutation{Of: groupOfRow, Seed: 1}
//	swap of waves            Permutation{Of: waveOfRow, Strata: personOfRow, Seed: 1}
//	ten folds                Folds{N: rows, K: 10, Seed: 1}
//	folds of whole villages  Clusters{Of: villageOfRow, Plan: Folds{N: villages, K: 10, Seed: 1}}
//	double bootstrap         Bootstrap and [Sampler.Inner]
//
// # Streams
//
// Every replicate has a random stream of its own, a function of the seed and
// the replicate number alone. So any replicate can be drawn again by itself,
// and how replicates are shared among workers, batches or machines cannot
// change them. No floating-point number takes part: the same plan gives the
// same coefficients on every processor. The golden file in testdata pins them.
//
// # Exactness
//
// Permutations, folds and bootstraps of fewer than 32 units follow their law
// exactly, given uniform random bits. Larger bootstraps are multinomial to
// within a total variation distance of n * 2^-87 per replicate (2^-67 for a
// million rows); the argument stands at [Bootstrap].
package resample
